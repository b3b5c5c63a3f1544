import * as tf from '@tensorflow/tfjs-core';

/**
 * Rows of a table [R, D] by index, [N, D], differentiable: the gradient adds each row back to where it came from.
 * tfjs's own gather needs UnsortedSegmentSum for that, which its WASM backend lacks and its CPU backend does in N x R
 * operations.
 */
export function gatherRows(table: tf.Tensor2D, indices: Int32Array): tf.Tensor2D {
  const [rows, width] = table.shape;
  const pick = tf.customGrad((input) => ({
    value: tf.tidy(() => tf.gather(input as tf.Tensor, tf.tensor1d(indices, 'int32'))),
    gradFunc: (dy: tf.Tensor) =>
      tf.tensor2d(scatterAdd(dy.dataSync<'float32'>(), indices, [rows, width]), [rows, width]),
  }));
  return pick(table) as tf.Tensor2D;
}

function scatterAdd(values: Float32Array, indices: Int32Array, [rows, width]: readonly [number, number]): Float32Array {
  const sums = new Float32Array(rows * width);
  for (let n = 0; n < indices.length; n++) {
    const to = (indices[n] ?? 0) * width;
    const from = n * width;
    for (let column = 0; column < width; column++)
      sums[to + column] = (sums[to + column] ?? 0) + (values[from + column] ?? 0);
  }
  return sums;
}
