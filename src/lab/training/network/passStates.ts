import * as tf from '@tensorflow/tfjs-core';
import { type NamedArray } from './networkShape';
import { type PassState } from './recurrentPass';
import { mapStates } from '../../../trace/reading/cellKind';

/** The state outlives the tidy that it was made in. */
export function keepState(state: PassState): PassState {
  return mapStates(state, (value) => tf.keep(tf.clone(value)));
}

/** Lets go of a kept state. */
export function disposeState(state: PassState): void {
  tf.dispose(Object.values(state));
}

/** States whose rows are kept where the mask, a number a stream, is 1, and begin from zeros where it is 0. */
export function maskStates(states: readonly PassState[], mask: Float32Array): readonly PassState[] {
  const column = tf.tensor2d(mask, [mask.length, 1]);
  const masked = states.map((state) => mapStates(state, (value) => tf.mul<tf.Tensor2D>(value, column)));
  column.dispose();
  return masked;
}

/** States as arrays, `LAYER.h` and `LAYER.c`, for a checkpoint. */
export function packStates(states: readonly PassState[]): readonly NamedArray[] {
  const pack = (name: string, tensor: tf.Tensor2D): NamedArray => ({
    name,
    shape: tensor.shape,
    data: Float32Array.from(tensor.dataSync<'float32'>()),
  });
  return states.flatMap((state, layer) =>
    Object.entries(state).map(([name, value]) => pack(`${layer}.${name}`, value)),
  );
}

/** The inverse of {@link packStates}; null where there is none. */
export function unpackStates(arrays: readonly NamedArray[]): readonly PassState[] | null {
  const tensorOf = (name: string): tf.Tensor2D | undefined => {
    const found = arrays.find((array) => array.name === name);
    return found && tf.tensor2d(found.data, found.shape as [number, number]);
  };
  const states: PassState[] = [];
  for (let layer = 0; ; layer++) {
    const h = tensorOf(`${layer}.h`);
    if (h === undefined) return states.length > 0 ? states : null;
    const c = tensorOf(`${layer}.c`);
    states.push({ h, ...(c === undefined ? {} : { c }) });
  }
}
