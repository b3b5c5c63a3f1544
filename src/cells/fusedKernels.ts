import * as tf from '@tensorflow/tfjs-core';
import { type CellKind, hasCellState } from '../trace/reading/cellKind';
import { type Activation } from './cellWeights';

/** The tfjs kernels that the fast engine registers; their inputs, attributes and outputs are named here. */
export const kernelNames = {
  forward: 'RecurrentSequence',
  backward: 'RecurrentSequenceBackward',
  inputGradient: 'RecurrentSequenceInputGradient',
  weightGradient: 'RecurrentSequenceWeightGradient',
  adam: 'FusedAdam',
  sumOfSquares: 'SumOfSquares',
  crossEntropy: 'DenseSoftmaxCrossEntropy',
  crossEntropyGradient: 'DenseSoftmaxCrossEntropyGradient',
} as const;

/** The cell that a sequence kernel computes. */
export interface CellAttributes {
  readonly cell: CellKind;
  readonly activation: Activation;
  readonly recurrentActivation: Activation;
  /** GRU only. */
  readonly resetAfter: boolean;
}

/** A batched sequence; weights as Keras stores them, which is also our gate order. */
export interface SequenceInputs {
  /**
   * [B, T, D]; or the ids of one-hot vectors, int32 [B, T]: rows of the kernel are picked and no product is computed.
   */
  readonly x: tf.Tensor3D | tf.Tensor2D;
  /** [D, G H] */
  readonly kernel: tf.Tensor2D;
  /** [H, G H] */
  readonly recurrentKernel: tf.Tensor2D;
  /** [G H]; GRU with resetAfter [2, 3 H]: that of the input and that of the recurrent product. */
  readonly bias: tf.Tensor;
  /** State before the first step, [B, H]. */
  readonly h: tf.Tensor2D;
  /** LSTM only, [B, H]. */
  readonly c?: tf.Tensor2D;
  /** Recurrent dropout: h is multiplied by it before every recurrent product, one mask a sequence, [B, H]. */
  readonly mask?: tf.Tensor2D;
}

/** What a sequence gives. */
export interface SequenceOutputs {
  /** h of every step [B, T, H], or of the last [B, H]. */
  readonly y: tf.Tensor;
  /** State after the last step, [B, H]. */
  readonly h: tf.Tensor2D;
  /** LSTM only. */
  readonly c?: tf.Tensor2D;
}

/** Attributes of the forward kernel: the cell, and whether y holds every step. */
export interface SequenceAttributes extends CellAttributes {
  readonly returnSequences: boolean;
  readonly trainWeights: boolean;
}

/** Attributes of the backward kernels. */
export interface BackwardAttributes extends SequenceAttributes {
  /** [B, T, D, H] */
  readonly sizes: readonly number[];
}

/** Whether the current backend has the fused kernels. */
export function hasFusedKernels(): boolean {
  return tf.getKernel(kernelNames.forward, tf.getBackend()) !== undefined;
}

/**
 * Reads a batch of sequences by the fused kernel, differentiable with respect to x, the weights and the initial state.
 * Throws where the backend has none; ask {@link hasFusedKernels} first. The kept gates live until the tape is done.
 */
export function recurrentSequence(inputs: SequenceInputs, attributes: SequenceAttributes): SequenceOutputs {
  const { c: initialC, mask, ...others } = inputs;
  // tfjs cannot save an input that may be absent.
  const noMask: tf.Tensor = mask ?? tf.ones([1]);
  const given = { ...others, ...(initialC && { c: initialC }), mask: noMask };
  const outputs = tf.engine().runKernel<tf.Tensor[]>(kernelNames.forward, given, attributes as never);
  const [y, h, c, kept] = outputs as [tf.Tensor, tf.Tensor2D, tf.Tensor2D, tf.Tensor];
  if (!mask) noMask.dispose();
  // Where a gradient tape runs it holds a reference of its own.
  kept.dispose();
  if (hasCellState(attributes.cell)) return { y, h, c };
  c.dispose();
  return { y, h };
}

/** Registers the gradient of the forward kernel; the worker and the tests call it once, with the kernels. */
export function registerFusedGradients(): void {
  tf.registerGradient({
    kernelName: kernelNames.forward,
    inputsToSave: ['x', 'kernel', 'recurrentKernel', 'bias', 'mask'],
    outputsToSave: [false, false, false, true],
    gradFunc: (dy, saved, attributes) =>
      sequenceGradient(dy as tf.Tensor[], saved, attributes as unknown as SequenceAttributes),
  });
}

function sequenceGradient(
  dy: tf.Tensor[],
  saved: tf.Tensor[],
  attributes: SequenceAttributes,
): Record<string, () => tf.Tensor> {
  const [x, kernel, recurrentKernel, bias, mask, kept] = saved as [
    tf.Tensor,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const hasC = hasCellState(attributes.cell);
  const [B, T] = x.shape as [number, number];
  const D = kernel.shape[0];
  const given: BackwardAttributes = { ...attributes, sizes: [B, T, D, recurrentKernel.shape[0]] };
  const run = (name: string, inputs: object): tf.Tensor[] =>
    tf.engine().runKernel<tf.Tensor[]>(name, inputs as tf.NamedTensorMap, given as never);
  const [dyOut, dhLast, dcLast] = dy;
  const [dz, dh, dc] = run(kernelNames.backward, {
    dy: dyOut,
    dh: dhLast,
    kept,
    recurrentKernel,
    mask,
    ...(hasC && { dc: dcLast }),
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const weightGradients = () => run(kernelNames.weightGradient, { dz, x, kept, bias });
  const eager = attributes.trainWeights ? weightGradients() : undefined;
  const weight = (index: number) => () => (eager ?? weightGradients())[index] as tf.Tensor;
  return {
    x: () => run(kernelNames.inputGradient, { dz, kernel })[0] as tf.Tensor,
    kernel: weight(0),
    recurrentKernel: weight(1),
    bias: weight(2),
    h: () => dh,
    ...(hasC && { c: () => dc }),
    mask: refuseMaskGradient,
  };
}

function refuseMaskGradient(): tf.Tensor {
  throw new Error('A recurrent dropout mask is a constant; it has no gradient.');
}
