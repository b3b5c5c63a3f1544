/** An address in the memory the kernels run in, in bytes. */
export type Pointer = number;

/**
 * What the compiled modules export; the assembly's own comments say what each does. Sizes of copies and strides are in
 * bytes.
 */
export interface KernelExports {
  readonly CONSTANT_BYTES: WebAssembly.Global;
  prepareConstants(memory: Pointer): void;
  activate(kind: number, from: Pointer, to: Pointer, bytes: number): void;
  exponential(row: Pointer, bytes: number): void;
  copyRows(
    from: Pointer,
    fromStride: number,
    to: Pointer,
    toStride: number,
    rows: number,
    width: number,
    paddedWidth: number,
  ): void;
  packPanels(
    matrix: Pointer,
    rowStride: number,
    columnStride: number,
    depth: number,
    columns: number,
    to: Pointer,
  ): void;
  panelBytes(depth: number, columns: number): number;
  transpose(from: Pointer, fromStride: number, rows: number, columns: number, to: Pointer, toStride: number): void;
  largest(from: Pointer, bytes: number): number;
  fillZeros(at: Pointer, bytes: number): void;
  multiplyInto(row: Pointer, factor: Pointer, bytes: number): void;
  addColumnSums(from: Pointer, stride: number, rows: number, width: number, sums: Pointer): void;
  multiply(
    a: Pointer,
    aStride: number,
    rows: number,
    depth: number,
    panels: Pointer,
    columns: number,
    c: Pointer,
    cStride: number,
    init: Pointer,
    initStride: number,
  ): void;
  multiplyDouble(
    a: Pointer,
    aStride: number,
    rows: number,
    depth: number,
    panels: Pointer,
    columns: number,
    c: Pointer,
    cStride: number,
  ): void;
  lstmForward(sequence: Pointer): void;
  lstmColumns(sequence: Pointer, t: number, from: number, bytes: number): void;
  gruColumns(sequence: Pointer, t: number, from: number, bytes: number): void;
  rnnColumns(sequence: Pointer, t: number, from: number, bytes: number): void;
  lstmBackward(sequence: Pointer): void;
  gruForward(sequence: Pointer): void;
  gruBackward(sequence: Pointer): void;
  rnnForward(sequence: Pointer): void;
  rnnBackward(sequence: Pointer): void;
  adam(update: Pointer): void;
  scatterAdd(rows: Pointer, ids: Pointer, count: number, width: number, sums: Pointer, segments: number): void;
  softmaxCrossEntropy(
    logits: Pointer,
    row: number,
    rows: number,
    width: number,
    targets: Pointer,
    scale: number,
  ): number;
  scaleBlock(row: Pointer, bytes: number, factor: number): void;
  sumOfSquares(values: Pointer, n: number): number;
  logarithm(x: number): number;
  gatherRows(table: Pointer, row: number, ids: Pointer, n: number, to: Pointer): void;
  oneHotIds(rows: Pointer, count: number, width: number, ids: Pointer): number;
}
