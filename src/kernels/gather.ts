import type * as tf from '@tensorflow/tfjs-core';
import { type TfjsHeap } from './heap';

type Inputs = Readonly<Record<string, tf.TensorInfo>>;

interface GatherAttributes {
  readonly axis: number;
  readonly batchDims: number;
}

type Gather = (heap: TfjsHeap, inputs: Inputs, attributes: GatherAttributes) => tf.TensorInfo;

/**
 * tfjs's GatherV2 along the first axis: whole rows are copied, where its WASM backend copies number by number. `fit`
 * picks every batch with it, and an embedding its vectors. `other` does what is left; it also refuses indices outside
 * of the rows.
 */
export function createGather(other: Gather): Gather {
  return (heap, inputs, attributes) => {
    const { x, indices } = inputs as Record<'x' | 'indices', tf.TensorInfo>;
    const [rows = 0, ...rest] = x.shape;
    const isRows =
      attributes.axis === 0 &&
      attributes.batchDims === 0 &&
      ['float32', 'int32'].includes(x.dtype) &&
      indices.dtype === 'int32';
    if (!isRows || !areInside(heap, indices, rows)) return other(heap, inputs, attributes);
    const width = sizeOf(rest);
    const out = heap.makeOutput([...indices.shape, ...rest], x.dtype);
    heap.kernels.gatherRows(
      heap.pointerOf(x),
      width * 4,
      heap.pointerOf(indices),
      sizeOf(indices.shape),
      heap.pointerOf(out),
    );
    return out;
  };
}

function areInside(heap: TfjsHeap, indices: tf.TensorInfo, rows: number): boolean {
  return new Int32Array(heap.memory.buffer, heap.pointerOf(indices), sizeOf(indices.shape)).every(
    (index) => index >= 0 && index < rows,
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
