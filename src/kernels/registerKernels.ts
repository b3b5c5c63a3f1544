import * as tf from '@tensorflow/tfjs-core';
import {
  type BackwardAttributes,
  type SequenceAttributes,
  kernelNames,
  registerFusedGradients,
} from '../cells/fusedKernels';
import { type CellLayout, layOut } from './cellLayout';
import { createGather } from './gather';
import { type TfjsHeap, heapOf, withScratch } from './heap';
import { type Kernels, type Pointer } from './loadKernels';
import { runBackward, runInputGradient, runWeightGradients } from './sequenceBackward';
import { runForward } from './sequenceForward';
import { createMatMul } from './matMul';
import { registerTrainingKernels } from './trainingKernels';
import { hasCellState } from '../trace/reading/cellKind';

type Inputs = Readonly<Record<string, tf.TensorInfo>>;
type Compute = (heap: TfjsHeap, inputs: Inputs, attributes: never) => tf.TensorInfo | tf.TensorInfo[];

let isRegistered = false;

/** Registers the fast kernels and their gradients for tfjs's WASM backend; later calls do nothing. */
export function registerKernels(kernels: Kernels): void {
  if (isRegistered) return;
  isRegistered = true;
  registerFusedGradients();
  shareClones();
  replace(kernels, tf.BatchMatMul, (other) => createMatMul(other) as Compute);
  replace(kernels, tf.GatherV2, (other) => createGather(other) as Compute);
  register(kernels, kernelNames.forward, forward);
  register(kernels, kernelNames.backward, backward);
  register(kernels, kernelNames.inputGradient, inputGradient);
  register(kernels, kernelNames.weightGradient, weightGradient);
  registerTrainingKernels((name, compute) => register(kernels, name, compute));
}

/**
 * tfjs's WASM backend copies the values where a tensor is cloned, and clones everything that a gradient keeps. Tensors
 * never change, so a second reference is enough, as on its other backends; and a kept block must not be copied as one
 * number.
 */
function shareClones(): void {
  tf.unregisterKernel(tf.Identity, 'wasm');
  tf.registerKernel({
    kernelName: tf.Identity,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs as Record<'x', tf.TensorInfo>;
      (backend as tf.KernelBackend).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}

/** Puts a kernel of ours before one of tfjs's, which does what ours leaves. */
function replace(
  kernels: Kernels,
  name: string,
  create: (other: (heap: TfjsHeap, inputs: Inputs, attributes: object) => tf.TensorInfo) => Compute,
): void {
  const { kernelFunc } = tf.getKernel(name, 'wasm');
  const own = create(
    (_, inputs, attrs) => kernelFunc({ inputs, attrs: attrs as never, backend: tf.backend() }) as tf.TensorInfo,
  );
  tf.unregisterKernel(name, 'wasm');
  register(kernels, name, own);
}

function register(kernels: Kernels, kernelName: string, compute: Compute): void {
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) =>
      withOutputs(backend, heapOf(backend, kernels), (heap) => compute(heap, inputs as Inputs, attrs as never)),
  });
}

/** Gives the outputs that were made back where the computation is interrupted. */
function withOutputs<T>(backend: unknown, heap: TfjsHeap, compute: (heap: TfjsHeap) => T): T {
  const made: tf.TensorInfo[] = [];
  const note = (tensor: tf.TensorInfo): tf.TensorInfo => (made.push(tensor), tensor);
  try {
    return compute({
      ...heap,
      makeOutput: (shape, dtype) => note(heap.makeOutput(shape, dtype)),
      ownBlock: (pointer) => note(heap.ownBlock(pointer)),
    });
  } catch (thrown) {
    for (const { dataId } of made) (backend as tf.KernelBackend).disposeData(dataId, true);
    throw thrown;
  }
}

function forward(heap: TfjsHeap, inputs: Inputs, attributes: SequenceAttributes): tf.TensorInfo[] {
  const { x, kernel, recurrentKernel } = inputs as Record<'x' | 'kernel' | 'recurrentKernel', tf.TensorInfo>;
  const [B, T] = x.shape as [number, number];
  const D = kernel.shape[0] as number;
  const H = recurrentKernel.shape[0] as number;
  const layout = layOut({ cell: attributes.cell, B, T, D, H });
  const kept = heap.allocate(layout.keptBytes);
  const owned = heap.ownBlock(kept);
  const y = heap.makeOutput(attributes.returnSequences ? [B, T, H] : [B, H]);
  const hLast = heap.makeOutput([B, H]);
  const cLast = heap.makeOutput(hasCellState(attributes.cell) ? [B, H] : [1]);
  const present = Object.entries(inputs).filter(([name, tensor]) => name !== 'mask' || hasMask(tensor));
  const pointers = Object.fromEntries(
    present.map(([name, tensor]) => [name, heap.pointerOf(tensor)]),
  ) as never as Parameters<typeof runForward>[3];
  const yPointer = attributes.returnSequences ? heap.pointerOf(y) : 0;
  withIds(heap, layout, { x, kernel }, (entering) =>
    runForward(heap, layout, attributes, { ...pointers, ...entering, kept, y: yPointer }),
  );
  copyOut(heap, layout, kept + layout.hAt, hLast);
  if (!attributes.returnSequences) copyOut(heap, layout, kept + layout.hAt, y);
  if (hasCellState(attributes.cell)) copyOut(heap, layout, kept + layout.cAt + T * B * layout.row, cLast);
  return [y, hLast, cLast, owned];
}

function backward(heap: TfjsHeap, inputs: Inputs, attributes: BackwardAttributes): tf.TensorInfo[] {
  const layout = layoutOf(attributes);
  const { B, T, H, row } = layout;
  const pointer = (name: string): number => (inputs[name] ? heap.pointerOf(inputs[name]) : 0);
  const dz = heap.makeOutput([T * B, layout.gatesRow / 4]);
  const dh0 = heap.makeOutput([B, H]);
  const dc0 = heap.makeOutput([B, H]);
  withScratch(heap, (allocate) => {
    const dh = allocate(B * row);
    const dc = allocate(B * row);
    heap.kernels.copyRows(pointer('dh'), H * 4, dh, row, B, H, layout.P);
    if (inputs['dc']) heap.kernels.copyRows(pointer('dc'), H * 4, dc, row, B, H, layout.P);
    if (!attributes.returnSequences) {
      const last = allocate(B * row);
      heap.kernels.copyRows(pointer('dy'), H * 4, last, row, B, H, layout.P);
      heap.kernels.addColumnSums(last, 0, 1, B * layout.P, dh);
    }
    runBackward(heap, layout, attributes, {
      kept: pointer('kept'),
      recurrentKernel: pointer('recurrentKernel'),
      ...(hasMask(inputs['mask']) && { mask: pointer('mask') }),
      dy: attributes.returnSequences ? pointer('dy') : 0,
      dh,
      dc,
      dz: heap.pointerOf(dz),
    });
    copyOut(heap, layout, dh, dh0);
    copyOut(heap, layout, dc, dc0);
  });
  return [dz, dh0, dc0];
}

function inputGradient(heap: TfjsHeap, inputs: Inputs, attributes: BackwardAttributes): tf.TensorInfo[] {
  const layout = layoutOf(attributes);
  const { dz, kernel } = inputs as Record<'dz' | 'kernel', tf.TensorInfo>;
  const dx = heap.makeOutput([layout.B, layout.T, layout.D]);
  runInputGradient(heap, layout, { dz: heap.pointerOf(dz), kernel: heap.pointerOf(kernel), dx: heap.pointerOf(dx) });
  return [dx];
}

function weightGradient(heap: TfjsHeap, inputs: Inputs, attributes: BackwardAttributes): tf.TensorInfo[] {
  const layout = layoutOf(attributes);
  const { D, H, G } = layout;
  const { dz, x, kept, bias } = inputs as Record<'dz' | 'x' | 'kept' | 'bias', tf.TensorInfo>;
  const outputs = [heap.makeOutput([D, G * H]), heap.makeOutput([H, G * H]), heap.makeOutput(bias.shape)] as const;
  const [dKernel, dRecurrent, dBias] = outputs.map((output) => heap.pointerOf(output)) as [number, number, number];
  const at = { dz: heap.pointerOf(dz), kept: heap.pointerOf(kept), dKernel, dRecurrent, dBias };
  withIds(heap, layout, { x }, (entering) => runWeightGradients(heap, layout, attributes, { ...at, ...entering }));
  return [...outputs];
}

/** Without recurrent dropout the mask is a single 1. */
function hasMask(mask: tf.TensorInfo | undefined): boolean {
  return mask?.shape.length === 2;
}

/** Whether x holds the ids of one-hot vectors, [B, T]. */
function isIds(x: tf.TensorInfo): boolean {
  return x.shape.length === 2;
}

/**
 * Hands x on as ids where it holds ids, or rows that are all one-hot (a layers-model's characters): rows are then
 * picked instead of multiplied. Not where the kernel holds what is not finite, which a product with zeros would spread.
 */
function withIds(
  heap: TfjsHeap,
  { B, T, D }: CellLayout,
  { x, kernel }: { x: tf.TensorInfo; kernel?: tf.TensorInfo },
  run: (entering: { x: Pointer; isIds: boolean }) => void,
): void {
  const given = { x: heap.pointerOf(x), isIds: isIds(x) };
  if (given.isIds || D < 8) return run(given);
  withScratch(heap, (allocate) => {
    const ids = allocate(Math.max(1, B * T) * 4);
    const isOneHot =
      heap.kernels.oneHotIds(given.x, B * T, D, ids) !== 0 && (kernel === undefined || isFinite(heap, kernel));
    run(isOneHot ? { x: ids, isIds: true } : given);
  });
}

function isFinite(heap: TfjsHeap, { dataId, shape, dtype }: tf.TensorInfo): boolean {
  const bytes = shape.reduce((size, length) => size * length, 4);
  const at = heap.pointerOf({ dataId, shape, dtype });
  const top = heap.kernels.largest(at, bytes & ~15);
  const rest = new Float32Array(heap.memory.buffer, at + (bytes & ~15), (bytes & 15) / 4);
  return top < Infinity && rest.every(Number.isFinite);
}

function layoutOf({ cell, sizes }: BackwardAttributes): CellLayout {
  const [B, T, D, H] = sizes as [number, number, number, number];
  return layOut({ cell, B, T, D, H });
}

/** Padded rows [B, P] to a tensor [B, H]. */
function copyOut(heap: TfjsHeap, layout: CellLayout, from: number, to: tf.TensorInfo): void {
  const { B, H, row } = layout;
  heap.kernels.copyRows(from, row, heap.pointerOf(to), H * 4, B, H, H);
}
