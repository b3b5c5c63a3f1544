import type * as tf from '@tensorflow/tfjs-core';

/** A row stage's result for one vector, in float64; `before` is what its activation got. */
export interface RowResult {
  readonly before: Float64Array;
  readonly y: Float64Array;
}

/** What a stage that turns each step's vector into another is: forward in float32, forward and backward in float64. */
export interface RowRule<S> {
  /** Rows [n, D] to rows [n, N], within a tidy. */
  float32(stage: S, x: tf.Tensor2D): tf.Tensor2D;
  float64(stage: S, x: Float64Array): RowResult;
  /** dL/dx from dL/dy. */
  back(stage: S, at: { readonly x: Float64Array; readonly result: RowResult }, dy: Float64Array): Float64Array;
}

/** The result of a stage without an activation. */
export function plainResult(y: Float64Array): RowResult {
  return { before: y, y };
}
