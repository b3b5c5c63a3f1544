import { type ComputePath } from '../trace/reading/trace';
import { type KernelExports } from './kernelExports';
import { compileWide, isWideBetter, type WideHost } from './wideKernels';

export { type KernelExports, type Pointer } from './kernelExports';

/** The compiled kernels; they own no memory and can be put into any. */
export interface Kernels {
  readonly path: ComputePath;
  /** Whether V8 made vectors of 256 bits of pairs of ours (wideKernels.ts); the bits are the same. */
  readonly isWide: boolean;
  /** A fresh instance that works in `memory`, constants not yet prepared. */
  instantiate(memory: WebAssembly.Memory): KernelExports;
  /** Where the host has a second thread to give. */
  readonly shared?: SharedKernels;
}

/** The kernels for memory that two threads share, and how the second thread is started. */
export interface SharedKernels {
  readonly module: WebAssembly.Module;
  /** Columns of a packed panel. */
  readonly panel: number;
  instantiate(memory: WebAssembly.Memory): KernelExports;
  readonly startThread: StartThread;
  /** Asked when a model is laid out for reading. */
  mayStart(): boolean;
}

/**
 * What a second thread is handed: whether it does half of the columns of a sequence (columnPair.ts) or calls of kernels
 * (callPair.ts).
 */
export interface Handed {
  readonly kind: 'columns' | 'calls';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
}

/** Starts a thread that runs `serve` (secondThread.ts) with what it is handed. */
export type StartThread = (handed: Handed) => { end(): void };

type Bytes = ArrayBuffer | ArrayBufferView;

/** The bytes of the builds: dist/kernels-simd.wasm, -relaxed, -wide. */
export interface Builds {
  readonly simd: Bytes;
  readonly relaxed?: Bytes;
  readonly wide?: Bytes;
}

/** The builds, and what the host gives. */
export interface KernelBytes extends Builds {
  /** Where the host can try the wide build. */
  readonly wideHost?: WideHost | undefined;
  /**
   * For a second thread: how it is started, and the builds for memory that is shared (dist/kernels-simd-shared.wasm and
   * so on).
   */
  readonly second?: (Pick<SharedKernels, 'startThread' | 'mayStart'> & Builds) | undefined;
}

// One function that drops relaxed_madd(0, 0, 0): (module (func v128.const v128.const v128.const f32x4.relaxed_madd
// drop)).
const zeroVector = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
const body = [0, ...zeroVector, ...zeroVector, ...zeroVector, 0xfd, 0x85, 0x02, 0x1a, 0x0b];
const relaxedProbe = new Uint8Array([
  0,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  1,
  4,
  1,
  0x60,
  0,
  0,
  3,
  2,
  1,
  0,
  10,
  body.length + 2,
  1,
  body.length,
  ...body,
]);

/** Whether this host runs relaxed SIMD (Node 22 and later, Chromium 114 and later). */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(relaxedProbe);
}

/**
 * Compiles the fastest of the builds that this host can run; null where it has no SIMD at all, and the plain tfjs path
 * is all there is. The caller reads the bytes, because this room reads no files.
 */
export function loadKernels({ second, wideHost, ...builds }: KernelBytes): Kernels | null {
  const path: ComputePath = builds.relaxed && hasRelaxedSimd() ? 'relaxed-simd' : 'simd';
  const narrow = path === 'simd' ? builds.simd : (builds.relaxed as Bytes);
  if (!WebAssembly.validate(narrow)) return null;
  const compiled = new WebAssembly.Module(narrow);
  const wide =
    path === 'relaxed-simd' && wideHost && builds.wide ? maybeWide(builds.wide, compiled, wideHost) : undefined;
  const shared =
    second &&
    maybeShared(second, () => {
      if (wide && wideHost && second.wide) return compileWide(second.wide, wideHost);
      return new WebAssembly.Module(path === 'simd' ? second.simd : (second.relaxed as Bytes));
    });
  return { path, isWide: wide !== undefined, instantiate: instantiator(wide ?? compiled), ...(shared && { shared }) };
}

/** The wide build where it works on this host and helps. */
function maybeWide(bytes: Bytes, narrow: WebAssembly.Module, host: WideHost): WebAssembly.Module | undefined {
  const wide = compileWide(bytes, host);
  return isWideBetter(instantiator(wide), instantiator(narrow), host) ? wide : undefined;
}

/** Undefined where this host shares no memory between threads. */
function maybeShared(
  { startThread, mayStart, simd }: NonNullable<KernelBytes['second']>,
  compile: () => WebAssembly.Module,
): SharedKernels | undefined {
  if (typeof SharedArrayBuffer === 'undefined' || !WebAssembly.validate(simd)) return undefined;
  const module = compile();
  const instantiate = instantiator(module);
  const { panelBytes } = instantiate(new WebAssembly.Memory({ initial: 1, maximum: mostSharedPages, shared: true }));
  return { module, panel: panelBytes(1, 1) / 4, instantiate, startThread, mayStart };
}

/** 1 GB; a shared memory must name its limit. */
export const mostSharedPages = 16384;

/** Puts a compiled module into a memory. */
export function instantiator(module: WebAssembly.Module): (memory: WebAssembly.Memory) => KernelExports {
  return (memory) => new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
}
