import * as tf from '@tensorflow/tfjs-core';
import { activate } from '../../../cells/activations';
import { type Activation } from '../../../cells/cellWeights';
import { hasFusedKernels, recurrentSequence } from '../../../cells/fusedKernels';
import { type CellKind } from '../../../trace/reading/cellKind';
import { gatherRows } from './gatherRows';
import { type ActivationName } from '../labSettings';

/** The state of a batch between two passes: h and, for an LSTM, c, each [B, H]. */
export interface PassState {
  readonly h: tf.Tensor2D;
  readonly c?: tf.Tensor2D;
}

/** One layer in one direction over a batch of equally long sequences. */
export interface Pass {
  readonly cell: CellKind;
  /** [B, T, D], or ids of one-hot vectors, int32 [B, T]. */
  readonly x: tf.Tensor3D | tf.Tensor2D;
  /** [D, G H] */
  readonly kernel: tf.Tensor2D;
  /** [G H] */
  readonly bias: tf.Tensor;
  /** [H, G H] */
  readonly recurrentKernel: tf.Tensor2D;
  readonly initial: PassState;
  /** Dropout of h in the recurrent product, scaled, [B, H]; one mask a sequence. */
  readonly recurrentMask?: tf.Tensor2D;
  readonly activation: ActivationName;
  /** GRU: reset after the recurrent product; `bias` is then [2, 3 H], that of the input and that of the product. */
  readonly resetAfter?: boolean;
}

/** Every h, [B, T, H], and the state after the last step. */
export interface PassResult {
  readonly sequence: tf.Tensor3D;
  readonly last: PassState;
}

const fusedActivations: readonly ActivationName[] = ['tanh', 'relu', 'sigmoid', 'hard_sigmoid', 'linear'];

/** Reads a layer: by the fused kernels where the backend has them and they know the activation, else step by step. */
export function runPass(pass: Pass): PassResult {
  return hasFusedKernels() && fusedActivations.includes(pass.activation) ? runFusedPass(pass) : runPlainPass(pass);
}

function runFusedPass({
  cell,
  x,
  kernel,
  recurrentKernel,
  bias,
  initial,
  recurrentMask,
  activation,
  resetAfter = false,
}: Pass): PassResult {
  const { y, ...last } = recurrentSequence(
    { x, kernel, recurrentKernel, bias, ...initial, ...(recurrentMask === undefined ? {} : { mask: recurrentMask }) },
    {
      cell,
      activation: activation as Activation,
      recurrentActivation: 'sigmoid',
      resetAfter,
      returnSequences: true,
      trainWeights: true,
    },
  );
  return { sequence: y as tf.Tensor3D, last };
}

/** The layer step by step on tfjs operations, differentiable by tfjs; gates are sigmoid. */
export function runPlainPass(pass: Pass): PassResult {
  const { x, kernel } = pass;
  const [B, T] = x.shape as [number, number];
  const isIds = x.shape.length === 2;
  const rows = isIds
    ? gatherRows(kernel, Int32Array.from(x.dataSync()))
    : tf.matMul(tf.reshape<tf.Rank.R2>(x, [B * T, kernel.shape[0]]), kernel);
  const bias = pass.resetAfter === true ? tf.slice(pass.bias, [0, 0], [1, kernel.shape[1]]) : pass.bias;
  const projected = tf.reshape(tf.add(rows, bias), [B, T, kernel.shape[1]]); // [B, T, G H]
  const hidden: tf.Tensor2D[] = [];
  let state = pass.initial;
  for (const step of tf.unstack(projected, 1) as tf.Tensor2D[]) {
    state = stepOf(pass, step, state);
    hidden.push(state.h);
  }
  return { sequence: tf.stack(hidden, 1) as tf.Tensor3D, last: state };
}

function stepOf(pass: Pass, projected: tf.Tensor2D, state: PassState): PassState {
  const entering = pass.recurrentMask === undefined ? state.h : tf.mul<tf.Tensor2D>(state.h, pass.recurrentMask);
  if (pass.cell === 'lstm') return stepLstm(pass, projected, { ...state, h: entering });
  if (pass.cell === 'gru') return stepGru(pass, projected, entering);
  return { h: activate(tf.add<tf.Tensor2D>(projected, tf.matMul(entering, pass.recurrentKernel)), pass.activation) };
}

function stepLstm({ recurrentKernel, activation }: Pass, projected: tf.Tensor2D, { h, c }: PassState): PassState {
  const sum = tf.add<tf.Tensor2D>(projected, tf.matMul(h, recurrentKernel));
  const [i, f, g, o] = tf.split(sum, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const added = tf.mul<tf.Tensor2D>(tf.sigmoid(i), activate(g, activation));
  const next = c === undefined ? added : tf.add<tf.Tensor2D>(tf.mul(tf.sigmoid(f), c), added);
  return { h: tf.mul(tf.sigmoid(o), activate(next, activation)), c: next };
}

/** What is dropped of h is dropped from the mixture too, as in tfjs's layer and in the kernels. */
function stepGru(pass: Pass, projected: tf.Tensor2D, entering: tf.Tensor2D): PassState {
  if (pass.resetAfter === true) return stepGruAfter(pass, projected, entering);
  const { recurrentKernel, activation } = pass;
  const units = entering.shape[1];
  const [forGates, forCandidate] = tf.split(recurrentKernel, [2 * units, units], 1) as [tf.Tensor2D, tf.Tensor2D];
  const [gates, candidate] = tf.split(projected, [2 * units, units], 1) as [tf.Tensor2D, tf.Tensor2D];
  const [z, r] = tf.split(tf.sigmoid(tf.add(gates, tf.matMul(entering, forGates))), 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const n = activate(
    tf.add<tf.Tensor2D>(candidate, tf.matMul(tf.mul<tf.Tensor2D>(r, entering), forCandidate)),
    activation,
  );
  return { h: tf.add(tf.mul(z, entering), tf.mul(tf.sub(1, z), n)) };
}

/** n = act(x W_n + b_n + r (h U_n + b'_n)) (cuDNN, PyTorch, Keras reset_after). */
function stepGruAfter(
  { recurrentKernel, bias, activation }: Pass,
  projected: tf.Tensor2D,
  entering: tf.Tensor2D,
): PassState {
  const columns = recurrentKernel.shape[1];
  const recurrent = tf.add<tf.Tensor2D>(tf.matMul(entering, recurrentKernel), tf.slice(bias, [1, 0], [1, columns]));
  const [xZ, xR, xN] = tf.split(projected, 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const [hZ, hR, hN] = tf.split(recurrent, 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const z = tf.sigmoid(tf.add(xZ, hZ));
  const n = activate(tf.add<tf.Tensor2D>(xN, tf.mul(tf.sigmoid(tf.add(xR, hR)), hN)), activation);
  return { h: tf.add(tf.mul(z, entering), tf.mul(tf.sub(1, z), n)) };
}
