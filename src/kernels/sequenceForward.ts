import { type CellAttributes } from '../cells/fusedKernels';
import { type CellLayout, packColumns, padGates, kernelCellOf } from './cellLayout';
import { type Heap, withScratch } from './heap';
import { multiplyInSlices, runInSlices } from './interruptible';
import { activationCode } from './kernelCodes';
import { type Pointer } from './loadKernels';

/** Where the inputs of a batched forward pass lie, as {@link SequenceInputs} names them. */
export interface ForwardInputs {
  readonly x: Pointer;
  /** x holds int32 ids [B, T] of one-hot vectors. */
  readonly isIds: boolean;
  readonly kernel: Pointer;
  readonly recurrentKernel: Pointer;
  readonly bias: Pointer;
  readonly h: Pointer;
  readonly c?: Pointer;
  readonly mask?: Pointer;
}

/** Reads a batch of sequences into `kept` (see {@link layOut}); `y` [B, T, H] gets h of every step unless it is 0. */
export function runForward(
  heap: Heap,
  layout: CellLayout,
  attributes: CellAttributes,
  at: ForwardInputs & { kept: Pointer; y: Pointer },
): void {
  const { kernels } = heap;
  withScratch(heap, (allocate) => {
    const { B, H, P, row } = layout;
    const isAfter = attributes.resetAfter && kernelCellOf(layout.cell).isCandidateApart;
    projectInput(heap, layout, at, { gates: at.kept, isAfter });
    const hIn = at.kept + layout.hInAt;
    kernels.copyRows(at.h, H * 4, hIn, row, B, H, P);
    const mask = at.mask === undefined ? 0 : allocate(B * row);
    if (at.mask !== undefined) {
      kernels.copyRows(at.mask, H * 4, mask, row, B, H, P);
      kernels.multiplyInto(hIn, mask, B * row);
    }
    if (at.c !== undefined) kernels.copyRows(at.c, H * 4, at.kept + layout.cAt, row, B, H, P);
    const recurrent = packRecurrent(heap, layout, at.recurrentKernel, allocate);
    const plan = {
      ...commonPlan(layout, attributes),
      recurrent,
      ...trainingGates(layout),
      ...(isAfter && { recurrentBias: recurrentBias(heap, layout, at.bias, allocate) }),
      gates: at.kept,
      z: at.kept,
      zRow: layout.gatesRow,
      c: at.kept + layout.cAt,
      hIn,
      h: at.kept + layout.hAt,
      mask,
      y: at.y,
    };
    runInSlices(heap, layout, plan, { pass: 'Forward', allocate });
  });
}

/** Sizes and codes that both directions need. */
export function commonPlan(layout: CellLayout, attributes: CellAttributes) {
  return {
    steps: layout.T,
    batch: layout.B,
    units: layout.H,
    row: layout.row,
    activation: activationCode(attributes.activation) ?? 0,
    recurrentActivation: activationCode(attributes.recurrentActivation) ?? 0,
    resetAfter: attributes.resetAfter ? 1 : 0,
  };
}

/** gates = x W + b for the whole batch. */
function projectInput(
  heap: Heap,
  layout: CellLayout,
  at: ForwardInputs,
  to: { gates: Pointer; isAfter: boolean },
): void {
  const { B, T, D, G, P, gatesRow } = layout;
  withScratch(heap, (allocate) => {
    const padded = padGates(heap, layout, at.kernel, { rows: D, allocate });
    const bias = allocate(G * P * 4);
    foldBiases(heap, layout, { from: at.bias, to: bias, isAfter: to.isAfter });
    if (at.isIds) return pickRows(heap, layout, at.x, { gates: to.gates, padded, bias, allocate });
    const panels = packColumns(heap, padded, G * P * 4, { depth: D, columns: G * P, allocate });
    for (let b = 0; b < B; b++) {
      multiplyInSlices(
        heap,
        at.x + b * T * D * 4,
        D * 4,
        T,
        D,
        panels,
        G * P,
        to.gates + b * gatesRow,
        B * gatesRow,
        bias,
        0,
      );
    }
  });
}

interface PickedRows {
  readonly gates: Pointer;
  /** W [D, G P]. */
  readonly padded: Pointer;
  readonly bias: Pointer;
  readonly allocate: (bytes: number) => Pointer;
}

/** gates = row id of W + b, from a table of all sums; an id outside gives b. */
function pickRows(heap: Heap, layout: CellLayout, ids: Pointer, { gates, padded, bias, allocate }: PickedRows): void {
  const { kernels } = heap;
  const { B, T, D, G, P, gatesRow } = layout;
  const width = G * P;
  const table = allocate(D * width * 4);
  kernels.copyRows(bias, 0, table, width * 4, D, width, width);
  for (let row = 0; row < D; row++)
    kernels.addColumnSums(padded + row * width * 4, 0, 1, width, table + row * width * 4);
  const picked = new Int32Array(heap.memory.buffer, ids, B * T);
  for (let at = 0; at < B * T; at++) {
    const id = picked[at] as number;
    const from = id >= 0 && id < D ? table + id * width * 4 : bias;
    kernels.copyRows(from, 0, gates + ((at % T) * B + Math.floor(at / T)) * gatesRow, 0, 1, width, width);
  }
}

/** Pads the biases to [G P]; of the two of a GRU with resetAfter, [2, 3 H], z and r get the sum. */
export function foldBiases(
  heap: Heap,
  { G, H, P }: CellLayout,
  { from, to, isAfter }: { from: Pointer; to: Pointer; isAfter: boolean },
): void {
  const { kernels } = heap;
  for (let gate = 0; gate < G; gate++) kernels.copyRows(from + gate * H * 4, 0, to + gate * P * 4, 0, 1, H, P);
  if (!isAfter) return;
  withScratch(heap, (allocate) => {
    const second = allocate(2 * P * 4);
    for (let gate = 0; gate < 2; gate++)
      kernels.copyRows(from + (3 + gate) * H * 4, 0, second + gate * P * 4, 0, 1, H, P);
    kernels.addColumnSums(second, 0, 1, 2 * P, to);
  });
}

/** Panels of the recurrent kernel [H, G P]; a GRU's candidate stands apart, behind those of z and r. */
export function packRecurrent(
  heap: Heap,
  layout: CellLayout,
  kernel: Pointer,
  allocate: (bytes: number) => Pointer,
): Pointer {
  const { cell, G, H, P } = layout;
  const padded = padGates(heap, layout, kernel, { rows: H, allocate });
  const [first, second] = (kernelCellOf(cell).isCandidateApart ? [(G - 1) * P, P] : [G * P, 0]) as [number, number];
  const size = heap.kernels.panelBytes(H, first);
  const panels = allocate(size + heap.kernels.panelBytes(H, second));
  heap.kernels.packPanels(padded, G * P * 4, 4, H, first, panels);
  heap.kernels.packPanels(padded + first * 4, G * P * 4, 4, H, second, panels + size);
  return panels;
}

/** Rows of gates as training keeps them: [T, B, blocks, P]. */
export function trainingGates({ row, gatesRow }: CellLayout): { gateStride: number; gatesRow: number } {
  return { gateStride: row, gatesRow };
}

/** n's bias inside the reset product, one padded row. */
export function recurrentBias(
  heap: Heap,
  layout: CellLayout,
  bias: Pointer,
  allocate: (bytes: number) => Pointer,
): Pointer {
  const to = allocate(layout.row);
  heap.kernels.copyRows(bias + 5 * layout.H * 4, 0, to, 0, 1, layout.H, layout.P);
  return to;
}
