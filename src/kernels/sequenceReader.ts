import { type CellWeights } from '../cells/cellWeights';
import { type Field, fieldsOf } from '../trace/cellKind';
import { type ComputePath } from '../trace/trace';
import { type Arena, createArena } from './arena';
import { type CellLayout, layOut, padGates } from './cellLayout';
import { activationCode } from './kernelCodes';
import { type Kernels, type Pointer } from './loadKernels';
import { commonPlan, foldBiases, packGates, packRecurrent, recurrentBias } from './sequenceForward';
import { planBytes, writePlan } from './sequencePlan';

/** What enters a layer: vectors [steps, D], or ids that pick rows of its token table. */
export type ReaderInput =
  | { readonly kind: 'rows'; readonly rows: Float32Array }
  | { readonly kind: 'ids'; readonly ids: Int32Array };

/** State between two steps: h [H] and, for an LSTM, c [H]. */
export interface ReaderState {
  readonly h: Float32Array;
  readonly c?: Float32Array;
}

/** Every field of some steps, each [steps, H]. */
export type ReaderFields = Readonly<Partial<Record<Field, Float32Array>>> & { readonly h: Float32Array };

/**
 * Reads single sequences with one cell, every gate and state kept. The weights are packed once, in a memory of the reader's own.
 * Steps run in slices, so that the caller can stop between two calls of `run`; the same steps from the same state give the
 * same bits however they are cut into calls.
 */
export interface SequenceReader {
  readonly path: ComputePath;
  readonly weights: CellWeights;
  readonly takesIds: boolean;
  /** Fresh arrays, each [steps, H]; `steps` is at least 1. */
  run(input: ReaderInput, steps: number, state: ReaderState): ReaderFields;
  dispose(): void;
}

/** The vectors that ids stand for: rows [V, D], or one-hot vectors (V = D) where `rows` is absent. */
export interface ReaderTable {
  readonly vocabularySize: number;
  readonly rows?: Float32Array;
}

/** Steps that are run at once: their gates (a slice of 6 x 256 x 128 floats is 0.8 MB) stay in the second-level cache. */
const sliceSteps = 128;
const largestTableBytes = 1 << 26;

/** Whether the kernels know everything about a cell; other cells take the plain path. */
export function canRead(weights: CellWeights): boolean {
  const { activation, recurrentActivation, outputActivation } = weights;
  return (
    activationCode(activation) !== undefined &&
    (weights.cell === 'rnn' || activationCode(recurrentActivation) !== undefined) &&
    (outputActivation === undefined || outputActivation === activation) &&
    weights.peepholes === undefined && weights.projection === undefined && weights.clip === undefined && weights.inputForget !== true
  );
}

/** Packs a cell's weights for reading; with a table, x W + b of every token is computed once. Ask {@link canRead} first. */
export function createSequenceReader(kernels: Kernels, weights: CellWeights, table?: ReaderTable): SequenceReader {
  const arena = createArena(kernels);
  const layout = layOut({ cell: weights.cell, B: 1, T: sliceSteps, D: weights.inputWidth, H: weights.units });
  const reader = new PackedReader(arena, layout, weights, table);
  return {
    path: kernels.path,
    weights,
    takesIds: table !== undefined,
    run: (input, steps, state) => reader.run(input, steps, state),
    dispose: () => undefined,
  };
}

class PackedReader {
  private readonly planes: Pointer;
  private readonly c: Pointer;
  private readonly hIn: Pointer;
  private readonly bias: Pointer;
  private readonly plan: Pointer;
  private readonly kernelPanels: Pointer;
  private readonly input: Pointer;
  private readonly tokens: TokenPlanes | undefined;
  private readonly fixed: Parameters<typeof writePlan>[2];
  private readonly planeBytes: number;

  constructor(private readonly arena: Arena, private readonly layout: CellLayout, weights: CellWeights, table: ReaderTable | undefined) {
    const { allocate, kernels } = arena;
    const { D, G, P, row, gatesRow } = layout;
    this.planeBytes = sliceSteps * row;
    this.planes = allocate((gatesRow / row) * this.planeBytes);
    this.c = allocate((sliceSteps + 1) * row);
    this.hIn = allocate((sliceSteps + 1) * row);
    this.plan = allocate(planBytes);
    this.input = allocate(sliceSteps * D * 4);
    const isAfter = weights.cell === 'gru' && weights.resetAfter === true;
    const biases = upload(arena, isAfter ? concatenate(weights.bias, weights.recurrentBias ?? new Float32Array(3 * weights.units)) : weights.bias);
    this.bias = allocate(G * row);
    foldBiases(arena, layout, { from: biases, to: this.bias, isAfter });
    const recurrent = packRecurrent(arena, layout, upload(arena, weights.recurrentKernel), allocate);
    const padded = padGates(arena, layout, upload(arena, weights.kernel), { rows: D, allocate });
    this.kernelPanels = table && !table.rows ? 0 : packGates(arena, layout, padded, { depth: D, columns: P, allocate });
    this.fixed = {
      ...commonPlan(layout, { ...weights, resetAfter: isAfter }),
      recurrent, gates: this.planes, gateStride: this.planeBytes, gatesRow: row, c: this.c, hIn: this.hIn, h: allocate(row),
      ...(isAfter && { recurrentBias: recurrentBias(arena, layout, biases, allocate) }),
    };
    kernels.fillZeros(this.c, row);
    if (table) this.tokens = this.projectTable(table, padded);
  }

  run(input: ReaderInput, steps: number, state: ReaderState): ReaderFields {
    const { H } = this.layout;
    const fields = Object.fromEntries(fieldsOf(this.layout.cell).map((field) => [field, new Float32Array(steps * H)])) as unknown as ReaderFields;
    this.writeState(state);
    for (let from = 0; from < steps; from += sliceSteps) {
      const count = Math.min(sliceSteps, steps - from);
      this.project(input, from, count);
      writePlan(this.arena.memory, this.plan, { ...this.fixed, steps: count });
      this.arena.kernels[`${this.layout.cell}Forward`](this.plan);
      this.copyOut(fields, from, count);
      this.carryState(count);
    }
    return fields;
  }

  /** x W + b of `count` steps into the planes of the gates. */
  private project(input: ReaderInput, from: number, count: number): void {
    const { kernels } = this.arena;
    const { D, G, row, P } = this.layout;
    if (input.kind === 'ids' && this.tokens) {
      const ids = this.tokens.ids;
      new Int32Array(this.arena.memory.buffer, ids, count).set(input.ids.subarray(from, from + count));
      for (let gate = 0; gate < G; gate++) {
        kernels.gatherRows(this.tokens.table + gate * this.tokens.gateBytes, row, this.tokens.count, ids, count, this.planes + gate * this.planeBytes);
      }
      return;
    }
    if (input.kind === 'ids' || this.kernelPanels === 0) throw new Error('This reader takes ids only where it has a token table, and rows only where it has no one-hot table.');
    this.arena.floats(this.input, count * D).set(input.rows.subarray(from * D, (from + count) * D));
    const size = kernels.panelBytes(D, P);
    for (let gate = 0; gate < G; gate++) {
      kernels.multiply(this.input, D * 4, count, D, this.kernelPanels + gate * size, P, this.planes + gate * this.planeBytes, row, this.bias + gate * row, 0);
    }
  }

  /** [G, V + 1, P]: x W + b of every token; the last row is that of the zero vector. */
  private projectTable({ vocabularySize: V, rows }: ReaderTable, padded: Pointer): TokenPlanes {
    const { arena, layout } = this;
    const { kernels } = arena;
    const { D, G, P, row } = layout;
    const gateBytes = (V + 1) * row;
    const table = arena.allocate(G * gateBytes);
    const ids = arena.allocate(sliceSteps * 4);
    const size = kernels.panelBytes(D, P);
    for (let gate = 0; gate < G; gate++) {
      const to = table + gate * gateBytes;
      const bias = this.bias + gate * row;
      kernels.copyRows(bias, 0, to, row, V + 1, P, P);
      if (!rows) addRows(arena, { from: padded + gate * row, stride: G * row, to, row, count: V });
      for (let v = 0; rows && v < V; v += sliceSteps) {
        const count = Math.min(sliceSteps, V - v);
        arena.floats(this.input, count * D).set(rows.subarray(v * D, (v + count) * D));
        kernels.multiply(this.input, D * 4, count, D, this.kernelPanels + gate * size, P, to + v * row, row, bias, 0);
      }
    }
    return { table, gateBytes, ids, count: V };
  }

  private writeState({ h, c }: ReaderState): void {
    const { P } = this.layout;
    for (const [at, values] of [[this.hIn, h], [this.c, c]] as const) {
      const to = this.arena.floats(at, P);
      to.fill(0);
      if (values) to.set(values);
    }
  }

  private carryState(count: number): void {
    const { row } = this.layout;
    this.arena.kernels.copyRows(this.hIn + count * row, 0, this.hIn, 0, 1, row / 4, row / 4);
    this.arena.kernels.copyRows(this.c + count * row, 0, this.c, 0, 1, row / 4, row / 4);
  }

  private copyOut(fields: ReaderFields, from: number, count: number): void {
    const { H, P, row, cell } = this.layout;
    fieldsOf(cell).forEach((field, k) => {
      const at = field === 'h' ? this.hIn + row : field === 'c' ? this.c + row : this.planes + k * this.planeBytes;
      const to = fields[field] as Float32Array;
      const values = this.arena.floats(at, count * P);
      if (H === P) to.set(values, from * H);
      else for (let t = 0; t < count; t++) to.set(values.subarray(t * P, t * P + H), (from + t) * H);
    });
  }
}

interface TokenPlanes {
  readonly table: Pointer;
  readonly gateBytes: number;
  readonly ids: Pointer;
  readonly count: number;
}

/** Whether a table of projected tokens is small enough to be kept: 64 MB, or what a one-hot kernel takes anyway. */
export function isTableKept(weights: CellWeights, table: ReaderTable): boolean {
  return table.rows === undefined || table.vocabularySize * weights.bias.length * 4 <= largestTableBytes;
}

function upload(arena: Arena, values: Float32Array): Pointer {
  const at = arena.allocate(values.byteLength);
  arena.floats(at, values.length).set(values);
  return at;
}

function addRows(arena: Arena, { from, stride, to, row, count }: { from: Pointer; stride: number; to: Pointer; row: number; count: number }): void {
  for (let v = 0; v < count; v++) arena.kernels.addColumnSums(from + v * stride, 0, 1, row / 4, to + v * row);
}

function concatenate(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
