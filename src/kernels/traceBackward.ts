import { type CellWeights } from '../cells/cellWeights';
import { type Field, fieldsOf, type Gate, gatesOf } from '../trace/reading/cellKind';
import { type ScaledNorms } from '../trace/reading/gradients';
import { type Arena, createArena } from './arena';
import { type CellLayout, layOut, packTransposed, padGates, paddedWidth } from './cellLayout';
import { type Kernels, type Pointer } from './loadKernels';
import { packTransposedRecurrent } from './sequenceBackward';
import { commonPlan, packRecurrent, recurrentBias } from './sequenceForward';
import { planBytes, type SequencePlan, writePlan } from './sequencePlan';

/** What a forward pass kept of a sequence in reading order, each [T, H]; initial states are those of the weights, else zeros. */
export type KeptFields = Readonly<Partial<Record<Field, Float32Array>>> & { readonly h: Float32Array };

/** Norms of the total derivatives at every step, each of length T. */
export interface TraceNorms {
  readonly dLdh: ScaledNorms;
  /** LSTM only. */
  readonly dLdc?: ScaledNorms;
  /** With respect to the layer's input; absent where it was not asked for. */
  readonly dLdx?: ScaledNorms;
  readonly dLdGate: Readonly<Partial<Record<Gate, ScaledNorms>>>;
}

/** The loss, as its derivative with respect to h: [H] at the last step, or [T, H]. */
export interface TraceLoss {
  readonly at: 'last' | 'all';
  readonly dLdh: Float32Array;
  readonly skipsInput?: boolean;
}

/**
 * Backpropagation through time over the kept values of one sequence, in float32 with a carried exponent: whenever a gradient
 * has become small it is multiplied by a power of two, so that norms far below the smallest float keep their 24 bits.
 */
export interface TraceBackward {
  norms(fields: KeptFields, steps: number, loss: TraceLoss): TraceNorms;
}

/** Steps whose fields lie in the kernels' memory at once. */
const sliceSteps = 128;
/** Steps between two looks at the exponent; a gradient may shrink by 1e-6 a step without loss. */
const steadySteps = 8;
/** Gradients are kept near 2^this. */
const usualExponent = 24;

/** Packs a cell's weights for going back. The cell must be one that the kernels read ({@link canRead}). */
export function createTraceBackward(kernels: Kernels, weights: CellWeights): TraceBackward {
  const arena = createArena(kernels);
  const layout = layOut({ cell: weights.cell, B: 1, T: sliceSteps, D: weights.inputWidth, H: weights.units });
  const packed = packBackward(arena, layout, weights);
  return { norms: (fields, steps, loss) => new BackwardRun(packed, { fields, steps, loss }).run() };
}

interface PackedBackward {
  readonly arena: Arena;
  readonly layout: CellLayout;
  readonly weights: CellWeights;
  readonly plan: SequencePlan &
    Readonly<Record<'gates' | 'gateStride' | 'c' | 'hIn' | 'dh' | 'dc' | 'dz' | 'dhOut' | 'dcOut', Pointer>>;
  readonly planAt: Pointer;
  /** Loss gradients of a slice, padded rows. */
  readonly dy: Pointer;
  readonly dx: Pointer;
  readonly inputPanels: Pointer;
  readonly squares: Pointer;
  /** GRU with resetAfter: panels and bias of q. */
  readonly q: { readonly panels: Pointer; readonly bias: Pointer } | undefined;
}

function packBackward(arena: Arena, layout: CellLayout, weights: CellWeights): PackedBackward {
  const { allocate } = arena;
  const { D, G, H, P, row, gatesRow } = layout;
  const upload = (values: Float32Array): Pointer => {
    const at = allocate(values.byteLength);
    arena.floats(at, values.length).set(values);
    return at;
  };
  const isAfter = weights.cell === 'gru' && weights.resetAfter === true;
  const recurrentKernel = upload(weights.recurrentKernel);
  const kernel = padGates(arena, layout, upload(weights.kernel), { rows: D, allocate });
  const planeBytes = sliceSteps * row;
  const plan = {
    ...commonPlan(layout, { ...weights, resetAfter: isAfter }),
    ...packTransposedRecurrent(arena, layout, recurrentKernel, allocate),
    gates: allocate((gatesRow / row) * planeBytes),
    gateStride: planeBytes,
    gatesRow: row,
    c: allocate(planeBytes + row),
    hIn: allocate(planeBytes + row),
    dh: allocate(row),
    dc: allocate(row),
    dz: allocate(sliceSteps * gatesRow),
    dhOut: allocate(planeBytes),
    dcOut: allocate(planeBytes),
    zeros: allocate(row),
    scratch: allocate(2 * row),
  };
  const bias = isAfter
    ? new Float32Array([...weights.bias, ...(weights.recurrentBias ?? new Float32Array(3 * H))])
    : undefined;
  const candidate = arena.kernels.panelBytes(H, 2 * P);
  return {
    arena,
    layout,
    weights,
    plan,
    planAt: allocate(planBytes),
    dy: allocate(planeBytes),
    dx: allocate(sliceSteps * paddedWidth(D) * 4),
    inputPanels: packTransposed(arena, kernel, G * row, { depth: G * P, columns: D, allocate }),
    squares: allocate(sliceSteps * 8),
    q: bias && {
      panels: packRecurrent(arena, layout, recurrentKernel, allocate) + candidate,
      bias: recurrentBias(arena, layout, upload(bias), allocate),
    },
  };
}

/** One pass from the last step to the first. */
class BackwardRun {
  /** Gradients in memory are true values times 2^-exponent. */
  private exponent = 0;
  private readonly exponents: Int32Array;
  private readonly norms: Record<string, ScaledNorms> = {};

  constructor(
    private readonly packed: PackedBackward,
    private readonly of: { readonly fields: KeptFields; readonly steps: number; readonly loss: TraceLoss },
  ) {
    this.exponents = new Int32Array(of.steps);
  }

  run(): TraceNorms {
    const { arena, layout, plan, weights } = this.packed;
    const { steps, loss } = this.of;
    for (const at of [plan.dh, plan.dc]) arena.floats(at, layout.P).fill(0);
    if (loss.at === 'last') arena.floats(plan.dh, layout.H).set(loss.dLdh);
    for (let end = steps; end > 0; end -= sliceSteps) {
      const from = Math.max(0, end - sliceSteps);
      this.load(from, end);
      for (let to = end; to > from; to -= steadySteps) this.goBack(from, Math.max(from, to - steadySteps), to);
      this.record(from, end);
    }
    const { dLdh, dLdc, dLdx, ...gates } = this.norms;
    const dLdGate = Object.fromEntries(gatesOf(weights.cell).map((gate) => [gate, gates[gate] as ScaledNorms]));
    return { dLdh: dLdh ?? createNorms(0), ...(dLdc && { dLdc }), ...(dLdx && { dLdx }), dLdGate };
  }

  /** Writes the kept values of a slice to memory, with the state before it. */
  private load(from: number, end: number): void {
    const { layout, plan, weights, arena } = this.packed;
    const { fields } = this.of;
    const names = fieldsOf(layout.cell).filter((field) => field !== 'h' && field !== 'c');
    names.forEach((field, k) => this.write(plan.gates + k * plan.gateStride, fields[field] as Float32Array, from, end));
    if (layout.cell === 'rnn') this.write(plan.gates, fields.h, from, end);
    this.writeStates(plan.hIn, fields.h, weights.initialH, { from, end });
    if (fields.c) this.writeStates(plan.c, fields.c, weights.initialC, { from, end });
    if (layout.cell === 'gru') this.restoreProduct(end - from);
    if (this.of.loss.at === 'all') {
      arena
        .floats(this.packed.dy, (end - from) * layout.H)
        .set(this.of.loss.dLdh.subarray(from * layout.H, end * layout.H));
    }
  }

  /** A GRU's fourth block, which a trace does not keep: q = h U_n + b, or r h. */
  private restoreProduct(count: number): void {
    const { arena, layout, plan, q } = this.packed;
    const { H, P, row } = layout;
    const product = plan.gates + 3 * plan.gateStride;
    if (q) arena.kernels.multiply(plan.hIn, row, count, H, q.panels, P, product, row, q.bias, 0);
    else {
      arena.kernels.copyRows(plan.hIn, 0, product, 0, 1, count * P, count * P);
      arena.kernels.multiplyInto(product, plan.gates + plan.gateStride, count * row);
    }
  }

  private write(at: Pointer, values: Float32Array, from: number, end: number): void {
    const { arena, layout } = this.packed;
    const { H, P } = layout;
    if (H === P) return arena.floats(at, (end - from) * P).set(values.subarray(from * H, end * H));
    const rows = arena.floats(at, (end - from) * P);
    rows.fill(0);
    for (let t = from; t < end; t++) rows.set(values.subarray(t * H, (t + 1) * H), (t - from) * P);
  }

  private writeStates(
    at: Pointer,
    values: Float32Array,
    initial: Float32Array | undefined,
    { from, end }: { from: number; end: number },
  ): void {
    const { H, P, row } = this.packed.layout;
    const first = this.packed.arena.floats(at, P);
    first.fill(0);
    if (from > 0) first.set(values.subarray((from - 1) * H, from * H));
    else if (initial) first.set(initial);
    this.write(at + row, values, from, end);
  }

  /** Steps [begin, to) of the slice that starts at `from`. */
  private goBack(from: number, begin: number, to: number): void {
    const { arena, layout, plan, planAt, dy } = this.packed;
    const { H, row, gatesRow, cell } = layout;
    const at = begin - from;
    const seeds = this.of.loss.at === 'all' ? dy + at * H * 4 : 0;
    this.rescale(seeds, to - begin);
    this.exponents.fill(this.exponent, begin, to);
    writePlan(arena.memory, planAt, {
      ...plan,
      steps: to - begin,
      gates: plan.gates + at * row,
      c: plan.c + at * row,
      hIn: plan.hIn + at * row,
      dz: plan.dz + at * gatesRow,
      dhOut: plan.dhOut + at * row,
      dcOut: plan.dcOut + at * row,
      dy: seeds,
    });
    arena.kernels[`${cell}Backward`](planAt);
  }

  /** Brings dh and dc near 2^usualExponent, and the seeds [count, H] of the next steps to the same exponent. */
  private rescale(seeds: Pointer, count: number): void {
    const { arena, layout, plan } = this.packed;
    const { kernels } = arena;
    const rows = [plan.dh, plan.dc].slice(0, layout.cell === 'lstm' ? 2 : 1);
    const top = exponentOf(Math.max(...rows.map((at) => kernels.largest(at, layout.row))));
    const seedBytes = seeds === 0 ? 0 : count * layout.H * 4;
    const seedTop = exponentOf(kernels.largest(seeds, seedBytes));
    // The larger of the two decides; both are powers of two, so nothing is rounded.
    const wanted = Math.max(top + this.exponent, seedTop);
    if (Number.isFinite(wanted)) {
      const exponent = wanted - usualExponent;
      for (const at of rows) scaleBy(kernels, at, layout.row, this.exponent - exponent);
      this.exponent = exponent;
    }
    // Beyond the last of these seeds lie those of steps that are done.
    if (seedTop !== -Infinity) scaleBy(kernels, seeds, (seedBytes + 15) & ~15, -this.exponent);
  }

  private record(from: number, end: number): void {
    const { layout, plan, arena, dx, inputPanels } = this.packed;
    const { cell, D, G, P, row, gatesRow } = layout;
    const count = end - from;
    this.measure('dLdh', plan.dhOut, row, { row, from, count });
    if (cell === 'lstm') this.measure('dLdc', plan.dcOut, row, { row, from, count });
    gatesOf(cell).forEach((gate, k) => this.measure(gate, plan.dz + k * row, gatesRow, { row, from, count }));
    if (this.of.loss.skipsInput) return;
    const width = paddedWidth(D) * 4;
    const zeros = plan.zeros as Pointer;
    arena.kernels.fillZeros(dx, count * width);
    arena.kernels.multiply(
      plan.dz,
      gatesRow,
      count,
      G * P,
      inputPanels,
      width / 4,
      dx,
      width,
      D <= P ? zeros : dx,
      D <= P ? 0 : width,
    );
    this.measure('dLdx', dx, width, { row: width, from, count });
  }

  private measure(
    name: string,
    at: Pointer,
    stride: number,
    { row, from, count }: { row: number; from: number; count: number },
  ): void {
    const { arena, squares } = this.packed;
    const norms = (this.norms[name] ??= createNorms(this.of.steps));
    arena.kernels.rowSquares(at, stride, count, row, squares);
    const sums = new Float64Array(arena.memory.buffer, squares, count);
    for (let k = 0; k < count; k++) {
      norms.mantissa[from + k] = Math.sqrt(sums[k] as number);
      norms.exponent[from + k] = this.exponents[from + k] as number;
    }
  }
}

function createNorms(steps: number): ScaledNorms {
  return { mantissa: new Float32Array(steps), exponent: new Int32Array(steps) };
}

/** The exponent of a positive number; -Infinity for 0, NaN for what is not finite. */
function exponentOf(value: number): number {
  return Number.isFinite(value) ? Math.floor(Math.log2(value)) : NaN;
}

/** Multiplies by 2^exponent, in steps that a float can hold. */
function scaleBy(kernels: Arena['kernels'], at: Pointer, bytes: number, exponent: number): void {
  for (let rest = Math.max(-300, Math.min(300, exponent)); rest !== 0;) {
    const part = Math.max(-100, Math.min(100, rest));
    kernels.scaleBlock(at, bytes, 2 ** part);
    rest -= part;
  }
}
