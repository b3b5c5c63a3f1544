import { type ComputePath } from '../trace/trace';

/** An address in the memory the kernels run in, in bytes. */
export type Pointer = number;

/** What the compiled modules export; the assembly's own comments say what each does. Sizes of copies and strides are in bytes. */
export interface KernelExports {
  readonly CONSTANT_BYTES: WebAssembly.Global;
  prepareConstants(memory: Pointer): void;
  activate(kind: number, from: Pointer, to: Pointer, bytes: number): void;
  exponential(row: Pointer, bytes: number): void;
  copyRows(from: Pointer, fromStride: number, to: Pointer, toStride: number, rows: number, width: number, paddedWidth: number): void;
  packPanels(matrix: Pointer, rowStride: number, columnStride: number, depth: number, columns: number, to: Pointer): void;
  panelBytes(depth: number, columns: number): number;
  transpose(from: Pointer, fromStride: number, rows: number, columns: number, to: Pointer, toStride: number): void;
  largest(from: Pointer, bytes: number): number;
  rowSquares(from: Pointer, stride: number, rows: number, bytes: number, to: Pointer): void;
  fillZeros(at: Pointer, bytes: number): void;
  multiplyInto(row: Pointer, factor: Pointer, bytes: number): void;
  addColumnSums(from: Pointer, stride: number, rows: number, width: number, sums: Pointer): void;
  multiply(
    a: Pointer, aStride: number, rows: number, depth: number, panels: Pointer, columns: number,
    c: Pointer, cStride: number, init: Pointer, initStride: number,
  ): void;
  multiplyDouble(a: Pointer, aStride: number, rows: number, depth: number, panels: Pointer, columns: number, c: Pointer, cStride: number): void;
  lstmForward(sequence: Pointer): void;
  lstmColumns(sequence: Pointer, t: number, from: number, bytes: number): void;
  lstmBackward(sequence: Pointer): void;
  gruForward(sequence: Pointer): void;
  gruBackward(sequence: Pointer): void;
  rnnForward(sequence: Pointer): void;
  rnnBackward(sequence: Pointer): void;
  adam(update: Pointer): void;
  scatterAdd(rows: Pointer, ids: Pointer, count: number, width: number, sums: Pointer, segments: number): void;
  softmaxCrossEntropy(logits: Pointer, row: number, rows: number, width: number, targets: Pointer, scale: number): number;
  scaleBlock(row: Pointer, bytes: number, factor: number): void;
  sumOfSquares(values: Pointer, n: number): number;
  logarithm(x: number): number;
  gatherRows(table: Pointer, row: number, ids: Pointer, n: number, to: Pointer): void;
  oneHotIds(rows: Pointer, count: number, width: number, ids: Pointer): number;
}

/** The compiled kernels; they own no memory and can be put into any. */
export interface Kernels {
  readonly path: ComputePath;
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

/** Starts a thread that runs `serveColumns` (columnPair.ts) with what it is handed. */
export type StartThread = (handed: { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory; readonly control: SharedArrayBuffer }) => { end(): void };

/** The bytes of dist/kernels-simd.wasm and dist/kernels-relaxed.wasm. */
export interface KernelBytes {
  readonly simd: ArrayBuffer | ArrayBufferView;
  readonly relaxed?: ArrayBuffer | ArrayBufferView;
  /** For a second thread: how it is started, and dist/kernels-simd-shared.wasm or dist/kernels-relaxed-shared.wasm. */
  readonly second?: Pick<SharedKernels, 'startThread' | 'mayStart'> & { readonly simd: ArrayBuffer | ArrayBufferView; readonly relaxed: ArrayBuffer | ArrayBufferView };
}

// One function that drops relaxed_madd(0, 0, 0): (module (func v128.const v128.const v128.const f32x4.relaxed_madd drop)).
const zeroVector = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
const body = [0, ...zeroVector, ...zeroVector, ...zeroVector, 0xfd, 0x85, 0x02, 0x1a, 0x0b];
const relaxedProbe = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body,
]);

/** Whether this host runs relaxed SIMD (Node 22 and later, Chromium 114 and later). */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(relaxedProbe);
}

/**
 * Compiles the faster of the two builds that this host can run; null where it has no SIMD at all, and the plain tfjs path is
 * all there is. The caller reads the bytes, because this room reads no files.
 */
export function loadKernels(bytes: KernelBytes): Kernels | null {
  const relaxed = hasRelaxedSimd() ? bytes.relaxed : undefined;
  if (relaxed) return kernelsOf(relaxed, 'relaxed-simd', bytes);
  return WebAssembly.validate(bytes.simd) ? kernelsOf(bytes.simd, 'simd', bytes) : null;
}

function kernelsOf(bytes: ArrayBuffer | ArrayBufferView, path: ComputePath, { second }: KernelBytes): Kernels {
  const shared = second && maybeShared(path === 'simd' ? second.simd : second.relaxed, second);
  return { path, instantiate: instantiator(new WebAssembly.Module(bytes)), ...(shared && { shared }) };
}

/** Undefined where this host shares no memory between threads. */
function maybeShared(bytes: ArrayBuffer | ArrayBufferView, { startThread, mayStart }: Pick<SharedKernels, 'startThread' | 'mayStart'>): SharedKernels | undefined {
  if (typeof SharedArrayBuffer === 'undefined' || !WebAssembly.validate(bytes)) return undefined;
  const module = new WebAssembly.Module(bytes);
  const instantiate = instantiator(module);
  const { panelBytes } = instantiate(new WebAssembly.Memory({ initial: 1, maximum: mostSharedPages, shared: true }));
  return { module, panel: panelBytes(1, 1) / 4, instantiate, startThread, mayStart };
}

/** 1 GB; a shared memory must name its limit, and build.mjs names the same. */
export const mostSharedPages = 16384;

/** Puts a compiled module into a memory. */
export function instantiator(module: WebAssembly.Module): (memory: WebAssembly.Memory) => KernelExports {
  return (memory) => new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
}
