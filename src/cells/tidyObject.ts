import * as tf from '@tensorflow/tfjs-core';

/** tf.tidy for a plain object of tensors, whose type tfjs's own signature does not take. */
export function tidyObject<T extends object>(compute: () => T): T {
  return tf.tidy(compute as unknown as () => tf.TensorContainer) as unknown as T;
}
