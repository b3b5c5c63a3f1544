import * as tf from '@tensorflow/tfjs-core';
import { registerCrossEntropyGradient } from '../cells/denseCrossEntropy';
import { type AdamAttributes } from '../cells/adam';
import { kernelNames } from '../cells/fusedKernels';
import { packColumns, packTransposed, paddedWidth } from './cellLayout';
import { type TfjsHeap, withScratch } from './heap';
import { multiplyInSlices } from './interruptible';
import { scatterAddKernel } from './scatterAdd';

type Inputs = Readonly<Record<string, tf.TensorInfo>>;
type Register = (
  name: string,
  compute: (heap: TfjsHeap, inputs: Inputs, attributes: never) => tf.TensorInfo | tf.TensorInfo[],
) => void;

/** Registers what training needs beside the cells. */
export function registerTrainingKernels(register: Register): void {
  registerCrossEntropyGradient();
  register(tf.UnsortedSegmentSum, scatterAddKernel);
  register(kernelNames.adam, adam);
  register(kernelNames.sumOfSquares, sumOfSquares);
  register(kernelNames.crossEntropy, crossEntropy);
  register(kernelNames.crossEntropyGradient, crossEntropyGradient);
}

/** As assembly/training.ts reads it: addresses, then floats. */
function adam(heap: TfjsHeap, inputs: Inputs, attributes: AdamAttributes): tf.TensorInfo[] {
  const { value, gradient, m, v } = inputs as Record<'value' | 'gradient' | 'm' | 'v', tf.TensorInfo>;
  const outputs = [value, m, v].map(({ shape }) => heap.makeOutput(shape));
  const { beta1, beta2, epsilon, learningRate, step, gradientScale, keep = 1 } = attributes;
  withScratch(heap, (allocate) => {
    const update = allocate(18 * 4);
    const n = value.shape.reduce((size, length) => size * length, 1);
    const addresses = [value, gradient, m, v, ...outputs].map((tensor) => heap.pointerOf(tensor));
    new Uint32Array(heap.memory.buffer, update, 8).set([n, ...addresses]);
    new Float32Array(heap.memory.buffer, update + 32, 10).set([
      beta1,
      beta2,
      1 - beta1,
      1 - beta2,
      epsilon,
      1 / (1 - beta1 ** step),
      1 / (1 - beta2 ** step),
      learningRate,
      gradientScale,
      keep,
    ]);
    heap.kernels.adam(update);
  });
  return outputs;
}

function sumOfSquares(heap: TfjsHeap, inputs: Inputs): tf.TensorInfo {
  const { x } = inputs as Record<'x', tf.TensorInfo>;
  const sum = heap.makeOutput([]);
  const n = x.shape.reduce((size, length) => size * length, 1);
  const value = heap.kernels.sumOfSquares(heap.pointerOf(x), n);
  new Float32Array(heap.memory.buffer, heap.pointerOf(sum), 1)[0] = value;
  return sum;
}

/** Outputs: the mean loss, and a kept block (softmax - target) / count, [N, padded V]. */
function crossEntropy(heap: TfjsHeap, inputs: Inputs): tf.TensorInfo[] {
  const { h, kernel, bias, targets } = inputs as Record<'h' | 'kernel' | 'bias' | 'targets', tf.TensorInfo>;
  const [N, H] = h.shape as [number, number];
  const V = kernel.shape[1] as number;
  const P = paddedWidth(V);
  const { kernels } = heap;
  const logits = heap.allocate(Math.max(N * P, 1) * 4);
  const owned = heap.ownBlock(logits);
  const loss = heap.makeOutput([]);
  withScratch(heap, (allocate) => {
    const panels = packColumns(heap, heap.pointerOf(kernel), V * 4, { depth: H, columns: V, allocate });
    const biasRow = allocate(P * 4);
    kernels.copyRows(heap.pointerOf(bias), 0, biasRow, 0, 1, V, P);
    multiplyInSlices(heap, heap.pointerOf(h), H * 4, N, H, panels, P, logits, P * 4, biasRow, 0);
    const classes = new Int32Array(heap.memory.buffer, heap.pointerOf(targets), N);
    const counted = classes.reduce((count, target) => count + (target >= 0 && target < V ? 1 : 0), 0);
    const sum = kernels.softmaxCrossEntropy(logits, P * 4, N, V, heap.pointerOf(targets), 1 / counted);
    new Float32Array(heap.memory.buffer, heap.pointerOf(loss), 1)[0] = sum / counted;
  });
  return [loss, owned];
}

function crossEntropyGradient(heap: TfjsHeap, inputs: Inputs): tf.TensorInfo[] {
  const { dy, h, kernel, kept } = inputs as Record<'dy' | 'h' | 'kernel' | 'kept', tf.TensorInfo>;
  const [N, H] = h.shape as [number, number];
  const V = kernel.shape[1] as number;
  const row = paddedWidth(V) * 4;
  const outputs = [heap.makeOutput([N, H]), heap.makeOutput([H, V]), heap.makeOutput([V])] as const;
  const { kernels } = heap;
  withScratch(heap, (allocate) => {
    const dLogits = allocate(N * row);
    kernels.copyRows(heap.pointerOf(kept), row, dLogits, row, N, row / 4, row / 4);
    kernels.scaleBlock(dLogits, N * row, new Float32Array(heap.memory.buffer, heap.pointerOf(dy), 1)[0] ?? 1);
    const [dh, dKernel, dBias] = outputs.map((output) => heap.pointerOf(output)) as [number, number, number];
    const width = paddedWidth(H);

    const transposed = packTransposed(heap, heap.pointerOf(kernel), V * 4, { depth: V, columns: H, allocate });
    const rows = width === H ? dh : allocate(N * width * 4);
    const zeros = allocate(Math.max(row, width * 4));
    kernels.fillZeros(zeros, Math.max(row, width * 4));
    multiplyInSlices(heap, dLogits, row, N, V, transposed, width, rows, width * 4, zeros, 0);
    if (width !== H) kernels.copyRows(rows, width * 4, dh, H * 4, N, H, H);

    const hTransposed = allocate(H * N * 4);
    kernels.transpose(heap.pointerOf(h), H * 4, N, H, hTransposed, N * 4);
    const panels = packColumns(heap, dLogits, row, { depth: N, columns: row / 4, allocate });
    const product = allocate(H * row);
    multiplyInSlices(heap, hTransposed, N * 4, H, N, panels, row / 4, product, row, zeros, 0);
    kernels.copyRows(product, row, dKernel, V * 4, H, V, V);

    const sums = allocate(row);
    kernels.fillZeros(sums, row);
    kernels.addColumnSums(dLogits, row, N, row / 4, sums);
    kernels.copyRows(sums, 0, dBias, 0, 1, V, V);
  });
  return [...outputs];
}
