import { type CellWeights } from '../cells/cellWeights';
import { type CellKind, type Field, fieldsOf } from '../trace/cellKind';
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

/** Steps whose input is projected at once: their gates stay in the second-level cache until they are read again. */
const sliceSteps = 128;
/** Steps whose fields lie in the reader's memory before they are copied out. */
const mostSteps = 1024;
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
  private room: Room;
  private readonly bias: Pointer;
  private readonly plan: Pointer;
  private readonly kernelPanels: Pointer;
  private readonly input: Pointer;
  private readonly tokens: TokenPlanes | undefined;
  private readonly fixed: Parameters<typeof writePlan>[2];

  constructor(private readonly arena: Arena, private readonly layout: CellLayout, weights: CellWeights, table: ReaderTable | undefined) {
    const { allocate } = arena;
    const { D, G, P, row } = layout;
    this.room = makeRoom(arena, layout, sliceSteps);
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
      recurrent, gatesRow: row, h: allocate(row),
      ...(isAfter && { recurrentBias: recurrentBias(arena, layout, biases, allocate) }),
    };
    if (table) this.tokens = this.projectTable(table, padded);
  }

  run(input: ReaderInput, steps: number, state: ReaderState): ReaderFields {
    while (this.room.steps < Math.min(steps, mostSteps)) this.room = makeRoom(this.arena, this.layout, 2 * this.room.steps);
    this.writeState(state);
    const parts: ReaderFields[] = [];
    for (let from = 0; from < steps; from += this.room.steps) {
      const count = Math.min(this.room.steps, steps - from);
      if (from > 0) this.carryState();
      for (let at = 0; at < count; at += sliceSteps) this.readSlice(input, { from: from + at, at, count: Math.min(sliceSteps, count - at) });
      parts.push(this.copyOut(count));
    }
    return parts.length === 1 ? (parts[0] as ReaderFields) : joinParts(this.layout.cell, parts);
  }

  private readSlice(input: ReaderInput, { from, at, count }: Slice): void {
    const { row, cell } = this.layout;
    const { planes, planeBytes, c, hIn } = this.room;
    this.project(input, from, { count, to: planes + at * row });
    writePlan(this.arena.memory, this.plan, {
      ...this.fixed, steps: count, gates: planes + at * row, gateStride: planeBytes, c: c + at * row, hIn: hIn + at * row,
    });
    this.arena.kernels[`${cell}Forward`](this.plan);
  }

  /** x W + b of `count` steps into the planes of the gates. */
  private project(input: ReaderInput, from: number, { count, to }: { count: number; to: Pointer }): void {
    const { kernels } = this.arena;
    const { planeBytes } = this.room;
    const { D, G, row, P } = this.layout;
    if (input.kind === 'ids' && this.tokens) {
      const ids = this.tokens.ids;
      new Int32Array(this.arena.memory.buffer, ids, count).set(input.ids.subarray(from, from + count));
      for (let gate = 0; gate < G; gate++) {
        kernels.gatherRows(this.tokens.table + gate * this.tokens.gateBytes, row, this.tokens.count, ids, count, to + gate * planeBytes);
      }
      return;
    }
    if (input.kind === 'ids' || this.kernelPanels === 0) throw new Error('This reader takes ids only where it has a token table, and rows only where it has no one-hot table.');
    this.arena.floats(this.input, count * D).set(input.rows.subarray(from * D, (from + count) * D));
    const size = kernels.panelBytes(D, P);
    for (let gate = 0; gate < G; gate++) {
      kernels.multiply(this.input, D * 4, count, D, this.kernelPanels + gate * size, P, to + gate * planeBytes, row, this.bias + gate * row, 0);
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
    for (const [at, values] of [[this.room.hIn, h], [this.room.c, c]] as const) {
      const to = this.arena.floats(at, P);
      to.fill(0);
      if (values) to.set(values);
    }
  }

  /** The state after a full room becomes the one before its first step. */
  private carryState(): void {
    const { row, P } = this.layout;
    for (const at of [this.room.hIn, this.room.c]) this.arena.kernels.copyRows(at + this.room.steps * row, 0, at, 0, 1, P, P);
  }

  private copyOut(count: number): ReaderFields {
    const { row, cell } = this.layout;
    const { planes, planeBytes, c, hIn } = this.room;
    const fields = fieldsOf(cell).map((field, k) => [field, this.copyPlane(field === 'h' ? hIn + row : field === 'c' ? c + row : planes + k * planeBytes, count)]);
    return Object.fromEntries(fields) as ReaderFields;
  }

  private copyPlane(at: Pointer, count: number): Float32Array {
    const { H, P } = this.layout;
    // `slice` of the buffer does not zero what it is about to fill.
    if (H === P) return new Float32Array(this.arena.memory.buffer.slice(at, at + count * P * 4));
    const values = this.arena.floats(at, count * P);
    const out = new Float32Array(count * H);
    for (let t = 0; t < count; t++) out.set(values.subarray(t * P, t * P + H), t * H);
    return out;
  }
}

interface Slice {
  readonly from: number;
  /** Where in the room it begins. */
  readonly at: number;
  readonly count: number;
}

/** Where the fields of a run lie: planes of gates [steps, P], states [steps + 1, P] with the one before the first step. */
interface Room {
  readonly steps: number;
  readonly planes: Pointer;
  readonly planeBytes: number;
  readonly c: Pointer;
  readonly hIn: Pointer;
}

function makeRoom({ allocate }: Arena, { row, gatesRow }: CellLayout, steps: number): Room {
  const planeBytes = steps * row;
  return { steps, planeBytes, planes: allocate((gatesRow / row) * planeBytes), c: allocate(planeBytes + row), hIn: allocate(planeBytes + row) };
}

function joinParts(cell: CellKind, parts: readonly ReaderFields[]): ReaderFields {
  const join = (field: Field): Float32Array => {
    const arrays = parts.map((part) => part[field] as Float32Array);
    const out = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
    arrays.reduce((at, values) => (out.set(values, at), at + values.length), 0);
    return out;
  };
  return Object.fromEntries(fieldsOf(cell).map((field) => [field, join(field)])) as unknown as ReaderFields;
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
