import type * as tf from '@tensorflow/tfjs-core';
import { type TfjsHeap } from './heap';

/**
 * tfjs's UnsortedSegmentSum, which its WASM backend lacks: the gradient of an embedding. x [N, ...] is added up by
 * segmentIds [N] (int32); ids outside of 0 .. numSegments - 1 are dropped, as on tfjs's other backends.
 */
export function scatterAddKernel(
  heap: TfjsHeap,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attributes: { readonly numSegments: number },
): tf.TensorInfo {
  const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', tf.TensorInfo>;
  const { numSegments } = attributes;
  const rest = x.shape.slice(segmentIds.shape.length);
  const count = product(segmentIds.shape);
  const width = product(rest);
  const sums = heap.makeOutput([numSegments, ...rest], x.dtype);
  heap.kernels.fillZeros(heap.pointerOf(sums), numSegments * width * 4);
  heap.kernels.scatterAdd(
    heap.pointerOf(x),
    heap.pointerOf(segmentIds),
    count,
    width,
    heap.pointerOf(sums),
    numSegments,
  );
  return sums;
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
