import * as tf from '@tensorflow/tfjs-core';
import { activate, clipKeepingNaN } from '../activations';
import { type CellState, type StepTensors, type StepFields } from '../cell';

/** One step of a simple recurrent network (Elman 1990): h = act(x W + b + h[t-1] U). */
export function stepRnn(cell: StepTensors, projected: tf.Tensor2D, state: CellState): StepFields {
  const { activation, clip } = cell.weights;
  const sum = tf.add<tf.Tensor2D>(projected, tf.matMul(state.h, cell.recurrentKernel)); // [B, H]
  return { h: activate(clip === undefined ? sum : clipKeepingNaN(sum, -clip, clip), activation) };
}
