import * as tf from '@tensorflow/tfjs-core';
import { type CellState, type StepTensors } from '../../../cells/cell';
import { cells } from '../../../cells/cells';
import { type Activation } from '../../../cells/cellWeights';
import { hasFusedKernels, recurrentSequence } from '../../../cells/fusedKernels';
import { type CellKind, gatesOf, hasRecurrentKernel, statesIn } from '../../../trace/reading/cellKind';
import { gatherRows } from './gatherRows';
import { type ActivationName } from '../labSettings';

/** The state of a batch between two passes, each [B, H]. */
export type PassState = CellState;

/** One layer in one direction over a batch of equally long sequences. */
export interface Pass {
  readonly cell: CellKind;
  /** [B, T, D], or ids of one-hot vectors, int32 [B, T]. */
  readonly x: tf.Tensor3D | tf.Tensor2D;
  /** [D, G H] */
  readonly kernel: tf.Tensor2D;
  /** [G H] */
  readonly bias: tf.Tensor;
  /** [H, G H], or [0, G H] where the gates do not read the state. */
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

/** Reads a layer: by the fused kernels where there are some for its cell and activation, else step by step. */
export function runPass(pass: Pass): PassResult {
  const isFused = hasRecurrentKernel(pass.cell) && fusedActivations.includes(pass.activation);
  return isFused && hasFusedKernels() ? runFusedPass(pass) : runPlainPass(pass);
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
  const tensors = stepTensors(pass);
  const hidden: tf.Tensor2D[] = [];
  let state = pass.initial;
  for (const step of tf.unstack(projected, 1) as tf.Tensor2D[]) {
    // What is dropped of h is dropped from a GRU's mixture too, as in tfjs's layer and in the kernels.
    const h = pass.recurrentMask === undefined ? state.h : tf.mul<tf.Tensor2D>(state.h, pass.recurrentMask);
    state = statesIn(cells[pass.cell].step(tensors, step, { ...state, h }));
    hidden.push(state.h);
  }
  return { sequence: tf.stack(hidden, 1) as tf.Tensor3D, last: state };
}

/**
 * What the step of the cell multiplies by; with `resetAfter` the second row of the bias goes inside the reset product.
 */
function stepTensors({ cell, kernel, recurrentKernel, bias, activation, resetAfter }: Pass): StepTensors {
  const options = {
    units: kernel.shape[1] / gatesOf(cell).length,
    activation: activation as Activation,
    recurrentActivation: 'sigmoid' as const,
  };
  if (resetAfter !== true) return { weights: options, recurrentKernel };
  const recurrentBias = tf.slice(bias, [1, 0], [1, kernel.shape[1]]);
  return { weights: { ...options, resetAfter }, recurrentKernel, recurrentBias };
}
