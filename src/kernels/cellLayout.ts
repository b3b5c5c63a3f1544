import { type CellKind, gatesOf, hasCellState } from '../trace/reading/cellKind';
import { type Heap } from './heap';
import { type Pointer } from './loadKernels';

/** What the kernels do differently from kind to kind. */
export interface KernelCell {
  /** Rows of H kept of a step besides the states; a GRU keeps a fourth, what goes through its reset gate. */
  readonly keptGates: number;
  /** The candidate's product waits for another gate, so that its panels lie apart. */
  readonly isCandidateApart: boolean;
}

const kernelCells = {
  rnn: { keptGates: 1, isCandidateApart: false },
  gru: { keptGates: 4, isCandidateApart: true },
  lstm: { keptGates: 4, isCandidateApart: false },
} as const satisfies Partial<Record<CellKind, KernelCell>>;

/** The kinds that the kernels compute; others take the plain path. */
export type KernelKind = keyof typeof kernelCells;

/** Whether there are kernels for a kind of cell. */
export function hasKernels(cell: CellKind): cell is KernelKind {
  return Object.hasOwn(kernelCells, cell);
}

/** A kind that the kernels know; others are a mistake of the caller, who asks {@link hasKernels} first. */
export function kernelKind(cell: CellKind): KernelKind {
  if (!hasKernels(cell)) throw new Error(`There are no kernels for a ${cell} cell.`);
  return cell;
}

/** What the kernels do for a kind that they know. */
export function kernelCellOf(cell: CellKind): KernelCell {
  return kernelCells[kernelKind(cell)];
}

/** The width that rows have inside the kernels: a multiple of 8 floats. */
export function paddedWidth(width: number): number {
  return (width + 7) & ~7;
}

/**
 * Sizes of one batched sequence; G counts the blocks of the weights, `blocks` those of a kept row (GRU keeps a fourth).
 */
export interface SequenceSizes {
  readonly cell: CellKind;
  readonly B: number;
  readonly T: number;
  readonly D: number;
  readonly H: number;
}

/** Bytes and counts that follow from the sizes. */
export interface CellLayout extends SequenceSizes {
  /** G, the blocks of the weight matrices. */
  readonly G: number;
  /** Padded H, in floats. */
  readonly P: number;
  /** Bytes of a padded row. */
  readonly row: number;
  /** Bytes of a row of gates. */
  readonly gatesRow: number;
  /** Bytes of the kept block, and where its parts begin. */
  readonly keptBytes: number;
  readonly cAt: number;
  readonly hInAt: number;
  readonly hAt: number;
}

/** Lays out what a forward pass keeps: gates [T, B, blocks, P], c [T + 1, B, P] (LSTM), hIn [T + 1, B, P], h [B, P]. */
export function layOut(sizes: SequenceSizes): CellLayout {
  const { cell, B, T, H } = sizes;
  const P = paddedWidth(H);
  const row = P * 4;
  const gatesRow = row * kernelCellOf(cell).keptGates;
  const cAt = T * B * gatesRow;
  const states = (T + 1) * B * row;
  const hInAt = cAt + (hasCellState(cell) ? states : 0);
  const hAt = hInAt + states;
  return { ...sizes, G: gatesOf(cell).length, P, row, gatesRow, cAt, hInAt, hAt, keptBytes: hAt + B * row };
}

/** Spreads the columns of a matrix [rows, G H] to [rows, G P], zeros between; gives the source itself where H is P. */
export function padGates(
  heap: Heap,
  layout: CellLayout,
  matrix: Pointer,
  options: { rows: number; allocate: (bytes: number) => Pointer },
): Pointer {
  const { G, H, P } = layout;
  if (H === P) return matrix;
  const { rows, allocate } = options;
  const padded = allocate(rows * G * P * 4);
  for (let gate = 0; gate < G; gate++) {
    heap.kernels.copyRows(matrix + gate * H * 4, G * H * 4, padded + gate * P * 4, G * P * 4, rows, H, P);
  }
  return padded;
}

/**
 * The inverse of {@link padGates}: [rows, G P] to [rows, G H] at `to`; `fromStride` is that of a source row, in bytes.
 */
export function unpadGates(
  heap: Heap,
  layout: CellLayout,
  from: Pointer,
  options: { rows: number; fromStride: number; to: Pointer },
): void {
  const { G, H, P } = layout;
  for (let gate = 0; gate < G; gate++) {
    heap.kernels.copyRows(
      from + gate * P * 4,
      options.fromStride,
      options.to + gate * H * 4,
      G * H * 4,
      options.rows,
      H,
      H,
    );
  }
}

/** Fewest numbers that two threads pack: one takes some 30 microseconds for them. */
const numbersForTwo = 2e5;

/** Packs `columns` columns of a row-major matrix from `matrix` on; `stride` is that of a row, in bytes. */
export function packColumns(heap: Heap, matrix: Pointer, stride: number, options: PackOptions): Pointer {
  const { depth, columns, allocate } = options;
  const panels = allocate(heap.kernels.panelBytes(depth, columns));
  const panel = heap.kernels.panelBytes(1, 1) / 4;
  const n = Math.ceil(columns / 2 / panel) * panel;
  const whole = ['packPanels', matrix, stride, 4, depth, columns, panels] as const;
  const pair = n < columns && depth * columns >= numbersForTwo ? heap.pair?.() : undefined;
  if (!pair) heap.kernels.packPanels(matrix, stride, 4, depth, columns, panels);
  else {
    const halves = [
      ['packPanels', matrix, stride, 4, depth, n, panels],
      ['packPanels', matrix + n * 4, stride, 4, depth, columns - n, panels + n * depth * 4],
    ] as const;
    pair.run({ whole, halves, operations: depth * columns });
  }
  return panels;
}

/** Packs the transpose: `depth` columns of the stored matrix become the rows, its `columns` rows the columns. */
export function packTransposed(heap: Heap, matrix: Pointer, stride: number, options: PackOptions): Pointer {
  const { depth, columns, allocate } = options;
  const panels = allocate(heap.kernels.panelBytes(depth, columns));
  heap.kernels.packPanels(matrix, 4, stride, depth, columns, panels);
  return panels;
}

interface PackOptions {
  readonly depth: number;
  readonly columns: number;
  readonly allocate: (bytes: number) => Pointer;
}
