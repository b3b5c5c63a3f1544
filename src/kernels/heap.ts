import type * as tf from '@tensorflow/tfjs-core';
import { type CallPair, createCallPair } from './callPair';
import { type KernelExports, type Kernels, type Pointer } from './loadKernels';

/** Memory that the kernels work in, and the kernels in it. */
export interface Heap {
  readonly kernels: KernelExports;
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): Pointer;
  free(pointer: Pointer): void;
  /** Two threads, where the host has a second and allows it. */
  pair?(): CallPair | undefined;
}

/** What we use of tfjs's WASM backend beyond its public face: its Emscripten module, and where a tensor lies. */
interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(pointer: number): void;
  };
  readonly dataIdMap: { get(dataId: tf.DataId): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: tf.DataType, memoryOffset?: number): tf.TensorInfo;
}

/**
 * tfjs's own heap: the kernels run inside it, so that tensors go in and out without a copy. Views of its memory are
 * detached whenever it grows, so they are taken anew after every allocation.
 */
export interface TfjsHeap extends Heap {
  pointerOf(tensor: tf.TensorInfo): Pointer;
  makeOutput(shape: readonly number[], dtype?: tf.DataType): tf.TensorInfo;
  /**
   * A tensor of shape [1] that owns a whole block and frees it when it is disposed. tfjs makes zeros for the gradient
   * of every output of a kernel, so what is only kept for the backward pass must look small.
   */
  ownBlock(pointer: Pointer): tf.TensorInfo;
}

const heaps = new WeakMap<object, TfjsHeap>();

/** The heap of a tfjs WASM backend, with the kernels instantiated in it once. */
export function heapOf(backend: unknown, kernels: Kernels): TfjsHeap {
  const found = heaps.get(backend as object);
  if (found) return found;
  const heap = createTfjsHeap(backend as WasmBackend, kernels);
  heaps.set(backend as object, heap);
  return heap;
}

function createTfjsHeap(backend: WasmBackend, kernels: Kernels): TfjsHeap {
  const { wasm } = backend;
  const memory = wasm.asm.memory;
  const allocate = (bytes: number): Pointer => {
    const pointer = wasm._malloc(bytes) >>> 0;
    if (pointer === 0) throw new Error(`tfjs's WASM heap has no room for another ${bytes} bytes.`);
    return pointer;
  };
  const shared = isShared(memory) ? kernels.shared : undefined;
  const instance = (shared ?? kernels).instantiate(memory);
  const constants = allocate(instance.CONSTANT_BYTES.value as number);
  instance.prepareConstants(constants);
  let pair: CallPair | undefined;
  return {
    kernels: instance,
    pair: () =>
      shared?.mayStart() === true
        ? (pair ??= createCallPair(shared, { kernels: instance, memory, constants }))
        : undefined,
    memory,
    allocate,
    free: (pointer) => wasm._free(pointer),
    pointerOf: (tensor) => backend.dataIdMap.get(tensor.dataId).memoryOffset,
    makeOutput: (shape, dtype = 'float32') => backend.makeOutput(shape, dtype),
    ownBlock: (pointer) => backend.makeOutput([1], 'float32', pointer),
  };
}

/** Runs `compute` with blocks that are freed when it returns or throws. */
export function withScratch<T>(heap: Heap, compute: (allocate: (bytes: number) => Pointer) => T): T {
  const blocks: Pointer[] = [];
  try {
    return compute((bytes) => {
      const block = heap.allocate(bytes + 63);
      blocks.push(block);
      return (block + 63) & ~63;
    });
  } finally {
    for (const block of blocks) heap.free(block);
  }
}

function isShared({ buffer }: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && (buffer as unknown) instanceof SharedArrayBuffer;
}
