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
  gatherRows(table: Pointer, row: number, ids: Pointer, n: number, to: Pointer): void;
  oneHotIds(rows: Pointer, count: number, width: number, ids: Pointer): number;
}

/** The compiled kernels; they own no memory and can be put into any. */
export interface Kernels {
  readonly path: ComputePath;
  /** A fresh instance that works in `memory`, constants not yet prepared. */
  instantiate(memory: WebAssembly.Memory): KernelExports;
}

/** The bytes of dist/kernels-simd.wasm and dist/kernels-relaxed.wasm. */
export interface KernelBytes {
  readonly simd: ArrayBuffer | ArrayBufferView;
  readonly relaxed?: ArrayBuffer | ArrayBufferView;
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
  if (relaxed) return kernelsOf(relaxed, 'relaxed-simd');
  return WebAssembly.validate(bytes.simd) ? kernelsOf(bytes.simd, 'simd') : null;
}

function kernelsOf(bytes: ArrayBuffer | ArrayBufferView, path: ComputePath): Kernels {
  const module = new WebAssembly.Module(bytes);
  return {
    path,
    instantiate: (memory) => new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports,
  };
}
