import type * as tf from '@tensorflow/tfjs-core';
import { packColumns, packTransposed, paddedWidth } from './cellLayout';
import { type TfjsHeap, withScratch } from './heap';
import { multiplyInSlices } from './interruptible';

type Inputs = Readonly<Record<string, tf.TensorInfo>>;

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

type MatMul = (heap: TfjsHeap, inputs: Inputs, attributes: MatMulAttributes) => tf.TensorInfo;

/**
 * tfjs's BatchMatMul for single float32 matrices by our product. Its WASM backend multiplies by XNNPACK only where
 * nothing is transposed; the gradients of a dense layer are, and take ten times as long. `other` does what is left:
 * batches and broadcasts.
 */
export function createMatMul(other: MatMul): MatMul {
  return (heap, inputs, attributes) => {
    const { a, b } = inputs as Record<'a' | 'b', tf.TensorInfo>;
    return areSingle(a, b) ? multiply(heap, [a, b], attributes) : other(heap, inputs, attributes);
  };
}

function areSingle(a: tf.TensorInfo, b: tf.TensorInfo): boolean {
  const isSingle = [a, b].every(
    ({ shape, dtype }) => dtype === 'float32' && shape.slice(0, -2).every((size) => size === 1),
  );
  return isSingle && a.shape.length === b.shape.length;
}

function multiply(
  heap: TfjsHeap,
  [a, b]: readonly [tf.TensorInfo, tf.TensorInfo],
  { transposeA, transposeB }: MatMulAttributes,
): tf.TensorInfo {
  const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
  const [M, K] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const N = transposeB ? rowsB : columnsB;
  const width = paddedWidth(N);
  const out = heap.makeOutput([...a.shape.slice(0, -2), M, N]);
  const { kernels } = heap;
  withScratch(heap, (allocate) => {
    const pack = transposeB ? packTransposed : packColumns;
    const panels = pack(heap, heap.pointerOf(b), columnsB * 4, { depth: K, columns: N, allocate });
    const left = transposeA ? allocate(M * K * 4) : heap.pointerOf(a);
    if (transposeA) kernels.transpose(heap.pointerOf(a), columnsA * 4, K, M, left, K * 4);
    const init = allocate(width * 4);
    kernels.fillZeros(init, width * 4);
    const to = width === N ? heap.pointerOf(out) : allocate(M * width * 4);
    multiplyInSlices(heap, left, K * 4, M, K, panels, width, to, width * 4, init, 0);
    if (width !== N) kernels.copyRows(to, width * 4, heap.pointerOf(out), N * 4, M, N, N);
  });
  return out;
}
