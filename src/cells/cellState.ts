import * as tf from '@tensorflow/tfjs-core';
import { type Field } from '../trace/reading/cellKind';
import { type CellTensors } from './cellTensors';

/** The state of a batch between two steps. */
export interface CellState {
  /** [B, P] */
  readonly h: tf.Tensor2D;
  /** LSTM: [B, H] */
  readonly c?: tf.Tensor2D;
}

/** Every field of a cell after one step, each [B, H] (`h` [B, P]). */
export type StepFields = Readonly<Partial<Record<Field, tf.Tensor2D>>> & { readonly h: tf.Tensor2D };

/**
 * One step of a cell. `projected` is x W + b of this step, [B, G H]: it does not depend on the state, so {@link unroll}
 * computes it for many steps at once.
 */
export type CellStep = (cell: CellTensors, projected: tf.Tensor2D, state: CellState) => StepFields;

/** tf.tidy for a plain object of tensors, whose type tfjs's own signature does not take. */
export function tidyObject<T extends object>(compute: () => T): T {
  return tf.tidy(compute as unknown as () => tf.TensorContainer) as unknown as T;
}
