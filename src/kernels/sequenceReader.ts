import { type CellWeights } from '../cells/cellWeights';
import { type Field, fieldsOf, hasGates } from '../trace/reading/cellKind';
import { type ComputePath } from '../trace/reading/trace';
import { type Arena, createArena } from './arena';
import { hasKernels, kernelKind, type CellLayout, layOut, packColumns, padGates } from './cellLayout';
import { type ColumnPair, canPair, createColumnPair } from './columnPair';
import { activationCode } from './kernelCodes';
import { type Kernels, type Pointer } from './loadKernels';
import { commonPlan, foldBiases, packRecurrent, recurrentBias } from './sequenceForward';
import { planBytes, type SequencePlan, writePlan } from './sequencePlan';

/** What enters a layer: vectors [steps, D], or ids that pick rows of its token table. */
export type ReaderInput =
  { readonly kind: 'rows'; readonly rows: Float32Array } | { readonly kind: 'ids'; readonly ids: Int32Array };

/** State between two steps: h [H] and, for an LSTM, c [H]. */
export interface ReaderState {
  readonly h: Float32Array;
  readonly c?: Float32Array;
}

/** Every field of some steps, each [steps, H]. */
export type ReaderFields = Readonly<Partial<Record<Field, Float32Array>>> & { readonly h: Float32Array };

/**
 * Reads single sequences with one cell, every gate and state kept. The weights are packed once, in a memory of the
 * reader's own. Steps run in slices, so that the caller can stop between two calls of `run`; the same steps from the
 * same state give the same bits however they are cut into calls.
 */
export interface SequenceReader {
  readonly path: ComputePath;
  readonly weights: CellWeights;
  readonly takesIds: boolean;
  /** Arrays from `allocate` (fresh ones where it is absent), each [steps, H] and overwritten; `steps` is at least 1. */
  run(input: ReaderInput, steps: number, state: ReaderState, allocate?: AllocateFloats): ReaderFields;
  dispose(): void;
}

/** Gives an array of a length; what is in it does not matter. */
export type AllocateFloats = (length: number) => Float32Array;

/** The vectors that ids stand for: rows [V, D], or one-hot vectors (V = D) where `rows` is absent. */
export interface ReaderTable {
  readonly vocabularySize: number;
  readonly rows?: Float32Array;
}

/** Steps whose input is projected at once: it stays in the second-level cache until it is read again. */
const sliceSteps = 64;
/** Steps whose fields lie in the reader's memory before they are copied out. */
const mostSteps = 1024;
const largestTableBytes = 1 << 26;

/** Whether the kernels know everything about a cell; other cells take the plain path. */
export function canRead(weights: CellWeights): boolean {
  const { activation, recurrentActivation, outputActivation } = weights;
  return (
    hasKernels(weights.cell) &&
    activationCode(activation) !== undefined &&
    (!hasGates(weights.cell) || activationCode(recurrentActivation) !== undefined) &&
    (outputActivation === undefined || outputActivation === activation) &&
    weights.peepholes === undefined &&
    weights.projection === undefined &&
    weights.clip === undefined &&
    weights.inputForget !== true
  );
}

/**
 * Packs a cell's weights for reading; with a table, x W + b of every token is computed once. Ask {@link canRead} first.
 */
export function createSequenceReader(kernels: Kernels, weights: CellWeights, table?: ReaderTable): SequenceReader {
  const shared =
    kernels.shared?.mayStart() === true && canPair(weights, kernels.shared.panel) ? kernels.shared : undefined;
  const arena = createArena(shared ?? kernels, shared !== undefined);
  const pair = shared && createColumnPair(shared, arena, weights.cell);
  const layout = layOut({ cell: weights.cell, B: 1, T: sliceSteps, D: weights.inputWidth, H: weights.units });
  const reader = new PackedReader(arena, layout, { weights, table, pair });
  return {
    path: kernels.path,
    weights,
    takesIds: table !== undefined,
    run: (input, steps, state, allocate) =>
      reader.run({ input, steps, state }, allocate ?? ((length) => new Float32Array(length))),
    dispose: () => pair?.dispose(),
  };
}

interface ReaderParts {
  readonly weights: CellWeights;
  readonly table: ReaderTable | undefined;
  /** Where a second thread helps. */
  readonly pair: ColumnPair | undefined;
}

class PackedReader {
  private room: Room;
  private readonly bias: Pointer;
  private readonly plan: Pointer;
  private readonly kernelPanels: Pointer;
  /** Rows of input, and x W + b of them. */
  private readonly input: Pointer;
  private readonly z: Pointer;
  private readonly tokens: Tokens | undefined;
  private readonly fixed: Parameters<typeof writePlan>[2];

  private readonly pair: ColumnPair | undefined;

  constructor(
    private readonly arena: Arena,
    private readonly layout: CellLayout,
    { weights, table, pair }: ReaderParts,
  ) {
    this.pair = pair;
    const { allocate } = arena;
    const { D, G, P, row, gatesRow } = layout;
    this.room = makeRoom(arena, layout, sliceSteps);
    this.plan = allocate(planBytes);
    this.input = allocate(sliceSteps * D * 4);
    this.z = allocate(sliceSteps * gatesRow);
    const isAfter = weights.resetAfter === true;
    const biases = upload(
      arena,
      isAfter ? concatenate(weights.bias, weights.recurrentBias ?? new Float32Array(3 * weights.units)) : weights.bias,
    );
    this.bias = allocate(G * row);
    foldBiases(arena, layout, { from: biases, to: this.bias, isAfter });
    const recurrent = packRecurrent(arena, layout, upload(arena, weights.recurrentKernel), allocate);
    const padded = padGates(arena, layout, upload(arena, weights.kernel), { rows: D, allocate });
    this.kernelPanels =
      table && !table.rows ? 0 : packColumns(arena, padded, G * row, { depth: D, columns: G * P, allocate });
    this.fixed = {
      ...commonPlan(layout, { ...weights, resetAfter: isAfter }),
      recurrent,
      gatesRow: row,
      z: this.z,
      h: allocate(row),
      ...(isAfter && { recurrentBias: recurrentBias(arena, layout, biases, allocate) }),
    };
    if (table)
      this.tokens = {
        table: this.projectTable(table, padded),
        tableRow: G * row,
        tokens: table.vocabularySize,
        ids: allocate(mostSteps * 4),
      };
  }

  run({ input, steps, state }: Run, allocate: AllocateFloats): ReaderFields {
    const { H } = this.layout;
    while (this.room.steps < Math.min(steps, mostSteps))
      this.room = makeRoom(this.arena, this.layout, 2 * this.room.steps);
    this.writeState(state);
    const fields = fieldsOf(this.layout.cell).map((field) => [field, allocate(steps * H)] as const);
    for (let from = 0; from < steps; from += this.room.steps) {
      const count = Math.min(this.room.steps, steps - from);
      if (from > 0) this.carryState();
      if (input.kind === 'ids') this.readIds(input.ids.subarray(from, from + count));
      else
        for (let at = 0; at < count; at += sliceSteps)
          this.readRows(input.rows, { from: from + at, at, count: Math.min(sliceSteps, count - at) });
      fields.forEach(([field, out], k) => this.copyOut(this.planeOf(field, k), count, out.subarray(from * H)));
    }
    return Object.fromEntries(fields) as ReaderFields;
  }

  private readIds(ids: Int32Array): void {
    if (!this.tokens) throw new Error('This reader has no token table and takes rows only.');
    new Int32Array(this.arena.memory.buffer, this.tokens.ids, ids.length).set(ids);
    this.goThrough({ at: 0, count: ids.length }, this.tokens);
  }

  private readRows(rows: Float32Array, { from, at, count }: Slice): void {
    if (this.kernelPanels === 0) throw new Error('This reader has the table of one-hot vectors and takes ids only.');
    const { D } = this.layout;
    this.arena.floats(this.input, count * D).set(rows.subarray(from * D, (from + count) * D));
    this.multiplyInput(count, this.z, this.layout.gatesRow);
    this.goThrough({ at, count }, { zRow: this.layout.gatesRow });
  }

  /** x W + b of `count` rows of input. */
  private multiplyInput(count: number, to: Pointer, stride: number): void {
    const { D, G, P } = this.layout;
    const job = {
      input: this.input,
      depth: D,
      rows: count,
      panels: this.kernelPanels,
      columns: G * P,
      to,
      stride,
      bias: this.bias,
    };
    if (this.pair?.project(job) === true) return;
    this.arena.kernels.multiply(this.input, D * 4, count, D, this.kernelPanels, G * P, to, stride, this.bias, 0);
  }

  private goThrough({ at, count }: { readonly at: number; readonly count: number }, source: SequencePlan): void {
    const { row, cell } = this.layout;
    const { planes, planeBytes, c, hIn } = this.room;
    writePlan(this.arena.memory, this.plan, {
      ...this.fixed,
      ...source,
      steps: count,
      gates: planes + at * row,
      gateStride: planeBytes,
      c: c + at * row,
      hIn: hIn + at * row,
    });
    if (this.pair?.run(this.plan, count, row) !== true) this.arena.kernels[`${kernelKind(cell)}Forward`](this.plan);
  }

  /** [V + 1, G P]: x W + b of every token; the last row is that of the zero vector. */
  private projectTable({ vocabularySize: V, rows }: ReaderTable, padded: Pointer): Pointer {
    const { arena } = this;
    const { D, G, P, row } = this.layout;
    const tableRow = G * row;
    const table = arena.allocate((V + 1) * tableRow);
    arena.kernels.copyRows(this.bias, 0, table, tableRow, V + 1, G * P, G * P);
    for (let v = 0; !rows && v < V; v++)
      arena.kernels.addColumnSums(padded + v * tableRow, 0, 1, G * P, table + v * tableRow);
    for (let v = 0; rows && v < V; v += sliceSteps) {
      const count = Math.min(sliceSteps, V - v);
      arena.floats(this.input, count * D).set(rows.subarray(v * D, (v + count) * D));
      this.multiplyInput(count, table + v * tableRow, tableRow);
    }
    return table;
  }

  private writeState({ h, c }: ReaderState): void {
    const { P } = this.layout;
    for (const [at, values] of [
      [this.room.hIn, h],
      [this.room.c, c],
    ] as const) {
      const to = this.arena.floats(at, P);
      to.fill(0);
      if (values) to.set(values);
    }
  }

  /** The state after a full room becomes the one before its first step. */
  private carryState(): void {
    const { row, P } = this.layout;
    for (const at of [this.room.hIn, this.room.c])
      this.arena.kernels.copyRows(at + this.room.steps * row, 0, at, 0, 1, P, P);
  }

  private planeOf(field: Field, k: number): Pointer {
    const { planes, planeBytes, c, hIn } = this.room;
    if (field === 'h') return hIn + this.layout.row;
    return field === 'c' ? c + this.layout.row : planes + k * planeBytes;
  }

  private copyOut(at: Pointer, count: number, out: Float32Array): void {
    const { H, P } = this.layout;
    const values = this.arena.floats(at, count * P);
    if (H === P) out.set(values);
    else for (let t = 0; t < count; t++) out.set(values.subarray(t * P, t * P + H), t * H);
  }
}

interface Run {
  readonly input: ReaderInput;
  readonly steps: number;
  readonly state: ReaderState;
}

interface Slice {
  readonly from: number;
  /** Where in the room it begins. */
  readonly at: number;
  readonly count: number;
}

/**
 * Where the fields of a run lie: planes of gates [steps, P], states [steps + 1, P] with the one before the first step.
 */
interface Room {
  readonly steps: number;
  readonly planes: Pointer;
  readonly planeBytes: number;
  readonly c: Pointer;
  readonly hIn: Pointer;
}

function makeRoom({ allocate }: Arena, { row, G }: CellLayout, steps: number): Room {
  const planeBytes = steps * row;
  return {
    steps,
    planeBytes,
    planes: allocate(G * planeBytes),
    c: allocate(planeBytes + row),
    hIn: allocate(planeBytes + row),
  };
}

/** The part of a plan that reads ids. */
interface Tokens extends SequencePlan {
  readonly ids: Pointer;
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

function concatenate(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
