import { type Heap } from './heap';
import { type Kernels, mostSharedPages, type Pointer } from './loadKernels';

const pageBytes = 65536;

/**
 * A memory of our own, for what lives as long as a model: blocks are handed out one after the other and never given
 * back.
 */
export interface Arena extends Heap {
  /** A block of `bytes` bytes at a multiple of 64. */
  allocate(bytes: number): Pointer;
  floats(at: Pointer, length: number): Float32Array;
  /** Where the kernels' constants lie: another instance in the same memory is told with `prepareConstants`. */
  readonly constants: Pointer;
}

/**
 * An empty arena with the kernels in it; it grows as blocks are taken, and views taken earlier are detached by that.
 */
export function createArena(kernels: Pick<Kernels, 'instantiate'>, isShared = false): Arena {
  const memory = new WebAssembly.Memory(
    isShared ? { initial: 1, maximum: mostSharedPages, shared: true } : { initial: 1 },
  );
  const instance = kernels.instantiate(memory);
  let end = 64;
  const allocate = (bytes: number): Pointer => {
    const block = end;
    end = (end + bytes + 63) & ~63;
    const missing = Math.ceil(end / pageBytes) - memory.buffer.byteLength / pageBytes;
    if (missing > 0) memory.grow(missing);
    return block;
  };
  const constants = allocate(instance.CONSTANT_BYTES.value as number);
  instance.prepareConstants(constants);
  return {
    constants,
    kernels: instance,
    memory,
    allocate,
    free: () => undefined,
    floats: (at, length) => new Float32Array(memory.buffer, at, length),
  };
}
