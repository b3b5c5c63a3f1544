import { type CellAttributes } from '../cells/fusedKernels';
import { type CellLayout, packColumns, packTransposed, padGates, unpadGates, kernelCellOf } from './cellLayout';
import { type Heap, withScratch } from './heap';
import { multiplyInSlices, runInSlices } from './interruptible';
import { type Pointer } from './loadKernels';
import { commonPlan, trainingGates } from './sequenceForward';

/** Where a backward pass finds what it needs; 0 or absent: zeros. */
export interface BackwardInputs {
  readonly kept: Pointer;
  readonly recurrentKernel: Pointer;
  readonly mask?: Pointer;
  /** [B, T, H], or 0. */
  readonly dy: Pointer;
  /** Padded rows [B, P], read and overwritten with the gradients of the initial state. */
  readonly dh: Pointer;
  readonly dc: Pointer;
  /** Written: [T, B, blocks, P]. */
  readonly dz: Pointer;
}

/** Backward through time: gradients with respect to every pre-activation and the initial state. */
export function runBackward(heap: Heap, layout: CellLayout, attributes: CellAttributes, at: BackwardInputs): void {
  const { kernels } = heap;
  withScratch(heap, (allocate) => {
    const { B, H, P, row } = layout;
    const mask = at.mask === undefined ? 0 : allocate(B * row);
    if (at.mask !== undefined) kernels.copyRows(at.mask, H * 4, mask, row, B, H, P);
    const zeros = allocate(row);
    kernels.fillZeros(zeros, row);
    const packed = packTransposedRecurrent(heap, layout, at.recurrentKernel, allocate);
    const plan = {
      ...commonPlan(layout, attributes),
      ...packed,
      ...trainingGates(layout),
      gates: at.kept,
      c: at.kept + layout.cAt,
      hIn: at.kept + layout.hInAt,
      mask,
      dh: at.dh,
      dc: at.dc,
      dy: at.dy,
      dz: at.dz,
      zeros,
      scratch: allocate(2 * row),
    };
    runInSlices(heap, layout, plan, { pass: 'Backward', allocate });
  });
}

/** Panels of the transposed recurrent kernel; of a GRU's two parts. */
export function packTransposedRecurrent(
  heap: Heap,
  layout: CellLayout,
  kernel: Pointer,
  allocate: (bytes: number) => Pointer,
) {
  const { H, G, P } = layout;
  const padded = padGates(heap, layout, kernel, { rows: H, allocate });
  const pack = (from: number, gates: number): Pointer =>
    packTransposed(heap, padded + from * P * 4, G * P * 4, { depth: gates * P, columns: H, allocate });
  return kernelCellOf(layout.cell).isCandidateApart
    ? { transposed: pack(0, G - 1), transposedCandidate: pack(G - 1, 1) }
    : { transposed: pack(0, G) };
}

/** dx [B, T, D] = dz W^T. */
export function runInputGradient(
  heap: Heap,
  layout: CellLayout,
  at: { dz: Pointer; kernel: Pointer; dx: Pointer },
): void {
  const { kernels } = heap;
  const { B, T, D, G, P, gatesRow } = layout;
  withScratch(heap, (allocate) => {
    const padded = padGates(heap, layout, at.kernel, { rows: D, allocate });
    const panels = packTransposed(heap, padded, G * P * 4, { depth: G * P, columns: D, allocate });
    const width = (D + 7) & ~7;
    const zeros = allocate(width * 4);
    kernels.fillZeros(zeros, width * 4);
    const rows = D === width ? at.dx : allocate(T * width * 4);
    for (let b = 0; b < B; b++) {
      const to = D === width ? at.dx + b * T * D * 4 : rows;
      multiplyInSlices(heap, at.dz + b * gatesRow, B * gatesRow, T, G * P, panels, width, to, width * 4, zeros, 0);
      if (D !== width) kernels.copyRows(rows, width * 4, at.dx + b * T * D * 4, D * 4, T, D, D);
    }
  });
}

/** Where the weight gradients are read and written; the outputs have the shapes of the weights. */
export interface WeightGradientPointers {
  readonly dz: Pointer;
  readonly x: Pointer;
  /** x holds int32 ids [B, T] of one-hot vectors. */
  readonly isIds: boolean;
  readonly kept: Pointer;
  readonly dKernel: Pointer;
  readonly dRecurrent: Pointer;
  readonly dBias: Pointer;
}

/** dW = x^T dz, dU = h^T dz (GRU: with what entered n's product), db = sum of dz, over all steps and the batch. */
export function runWeightGradients(
  heap: Heap,
  layout: CellLayout,
  attributes: CellAttributes,
  at: WeightGradientPointers,
): void {
  const { kernels } = heap;
  const { B, T, D, H, G, P, row, gatesRow } = layout;
  const N = T * B;
  const isAfter = attributes.resetAfter && kernelCellOf(layout.cell).isCandidateApart;
  withScratch(heap, (allocate) => {
    const product = outerProduct(heap, { rows: N, allocate });
    const panels = packColumns(heap, at.dz, gatesRow, { depth: N, columns: G * P, allocate });
    if (at.isIds) {
      const dW = addRowsById(heap, layout, at, allocate);
      unpadGates(heap, layout, dW, { rows: D, fromStride: gatesRow, to: at.dKernel });
    } else {
      const xRows = allocate(N * D * 4);
      for (let b = 0; b < B; b++) kernels.copyRows(at.x + b * T * D * 4, D * 4, xRows + b * D * 4, B * D * 4, T, D, D);
      const dW = product(xRows, D * 4, D, { panels, columns: G * P });
      unpadGates(heap, layout, dW, { rows: D, fromStride: G * P * 4, to: at.dKernel });
    }

    const hIn = at.kept + layout.hInAt;
    const dU = product(hIn, row, H, { panels, columns: G * P });
    if (kernelCellOf(layout.cell).isCandidateApart)
      candidateGradient(heap, layout, at, { isAfter, dU, product, allocate });
    unpadGates(heap, layout, dU, { rows: H, fromStride: G * P * 4, to: at.dRecurrent });
    biasGradient(heap, layout, at, { isAfter, allocate });
  });
}

/** The same for one-hot x: every row of dz is added to that of its id, [D, blocks P]. */
function addRowsById(
  heap: Heap,
  { B, T, D, gatesRow }: CellLayout,
  at: WeightGradientPointers,
  allocate: (bytes: number) => Pointer,
): Pointer {
  const { kernels, memory } = heap;
  const ids = allocate(T * B * 4);
  const sums = allocate(D * gatesRow);
  kernels.fillZeros(sums, D * gatesRow);
  const given = new Int32Array(memory.buffer, at.x, B * T);
  const turned = new Int32Array(memory.buffer, ids, B * T); // [T, B], as dz lies
  for (let n = 0; n < B * T; n++) turned[(n % T) * B + Math.floor(n / T)] = given[n] as number;
  kernels.scatterAdd(at.dz, ids, T * B, gatesRow / 4, sums, D);
  return sums;
}

type OuterProduct = (a: Pointer, stride: number, width: number, b: { panels: Pointer; columns: number }) => Pointer;

/** a^T b over the rows of both: [width, columns]. */
function outerProduct(heap: Heap, options: { rows: number; allocate: (bytes: number) => Pointer }): OuterProduct {
  const { kernels } = heap;
  const { rows, allocate } = options;
  return (a, stride, width, { panels, columns }) => {
    const transposed = allocate(width * rows * 4);
    kernels.transpose(a, stride, rows, width, transposed, rows * 4);
    const to = allocate(width * columns * 4);
    kernels.fillZeros(to, width * columns * 4);
    multiplyInSlices(heap, transposed, rows * 4, width, rows, panels, columns, to, columns * 4, to, columns * 4);
    return to;
  };
}

interface CandidateOptions {
  readonly isAfter: boolean;
  /** [H, 3 P]; its third block is overwritten. */
  readonly dU: Pointer;
  readonly product: OuterProduct;
  readonly allocate: (bytes: number) => Pointer;
}

/** GRU: n's block of dU is h^T dq (resetAfter) or (r h)^T dn; q and r h lie in the fourth block of kept rows. */
function candidateGradient(
  heap: Heap,
  layout: CellLayout,
  at: WeightGradientPointers,
  options: CandidateOptions,
): void {
  const { B, T, H, P, row, gatesRow } = layout;
  const { isAfter, dU, product, allocate } = options;
  const dz = at.dz + (isAfter ? 3 : 2) * row;
  const panels = packColumns(heap, dz, gatesRow, { depth: T * B, columns: P, allocate });
  const [entered, stride] = isAfter ? [at.kept + layout.hInAt, row] : [at.kept + 3 * row, gatesRow];
  const dCandidate = product(entered, stride, H, { panels, columns: P });
  heap.kernels.copyRows(dCandidate, P * 4, dU + 2 * P * 4, 3 * P * 4, H, P, P);
}

function biasGradient(
  heap: Heap,
  layout: CellLayout,
  at: WeightGradientPointers,
  options: { isAfter: boolean; allocate: (bytes: number) => Pointer },
): void {
  const { kernels } = heap;
  const { B, T, H, P, G, gatesRow } = layout;
  const blocks = gatesRow / layout.row;
  const sums = options.allocate(blocks * P * 4);
  kernels.fillZeros(sums, blocks * P * 4);
  kernels.addColumnSums(at.dz, gatesRow, T * B, blocks * P, sums);
  unpadGates(heap, layout, sums, { rows: 1, fromStride: 0, to: at.dBias });
  if (!options.isAfter) return;
  unpadGates(heap, layout, sums, { rows: 1, fromStride: 0, to: at.dBias + G * H * 4 });
  kernels.copyRows(sums + 3 * P * 4, 0, at.dBias + 5 * H * 4, 0, 1, H, H);
}
