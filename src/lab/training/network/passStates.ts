import * as tf from '@tensorflow/tfjs-core';
import { type NamedArray } from './networkShape';
import { type PassState } from './recurrentPass';

/** The state outlives the tidy that it was made in. */
export function keepState({ h, c }: PassState): PassState {
  return { h: tf.keep(tf.clone(h)), ...(c === undefined ? {} : { c: tf.keep(tf.clone(c)) }) };
}

/** Lets go of a kept state. */
export function disposeState({ h, c }: PassState): void {
  h.dispose();
  c?.dispose();
}

/** States whose rows are kept where the mask, a number a stream, is 1, and begin from zeros where it is 0. */
export function maskStates(states: readonly PassState[], mask: Float32Array): readonly PassState[] {
  const column = tf.tensor2d(mask, [mask.length, 1]);
  const masked = states.map(({ h, c }) => ({
    h: tf.mul<tf.Tensor2D>(h, column),
    ...(c === undefined ? {} : { c: tf.mul<tf.Tensor2D>(c, column) }),
  }));
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
  return states.flatMap(({ h, c }, layer) => [
    pack(`${layer}.h`, h),
    ...(c === undefined ? [] : [pack(`${layer}.c`, c)]),
  ]);
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
