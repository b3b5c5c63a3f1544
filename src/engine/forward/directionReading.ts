import { type Direction, type Field, fieldsOf, statesOf } from '../../trace/reading/cellKind';
import { type LayerShape } from '../../trace/reading/trace';
import { type Block, type BlockCache } from './blockCache';
import { blockStepsFor, sliceStepsFor } from './blockSteps';
import { type CellRunner, type RunFields, type RunInput, type SequenceState, stateAt } from './cellRunner';
import { joinRuns } from './joinRuns';
import { type DirectionEdits } from '../edits/directionEdits';
import { addLevels, addRows, emptyLevels, finishLevels, type Levels, type LevelSums } from './levels';
import { type Pace } from './pace';
import { runMasked } from './runMasked';
import { type SequenceNode } from '../../network/sequenceNode';

/** What a layer reads in one direction, and with what. */
export interface DirectionReadingOptions {
  readonly shape: LayerShape;
  readonly runner: CellRunner;
  readonly input: SequenceNode;
  readonly cache: BlockCache;
  /** The state before the first step and at every reset. */
  readonly initial: SequenceState;
  /** Steps between resets of the state (a model read over its saved window); absent: never. */
  readonly window?: number;
  /** What is changed while reading; absent: nothing. */
  readonly edits?: DirectionEdits;
  /** Steps in reading order up to which the edits are those of the reading taken over from; absent: all. */
  readonly editsUnchanged?: number;
}

/**
 * One layer in one direction: its states at the blocks' borders, and the fields of as many blocks as the cache has room
 * for. Inside it, steps are counted in reading order (`r`); what it hands out is in text order (`t`).
 */
export class DirectionReading {
  readonly shape: LayerShape;
  readonly runner: CellRunner;
  readonly input: SequenceNode;
  /** Steps in a block. */
  readonly blockSteps: number;
  /**
   * How many steps have been run so far in this reading, recomputed ranges included; what was taken over does not
   * count.
   */
  stepsRun = 0;
  private readonly blocks: Block[] = [];
  private last: SequenceState;
  private readonly blockLevels = new Map<number, Partial<Record<Field, LevelSums>>>();
  private doneSteps = 0;
  private work: Generator<void, void> | null = null;
  /** Steps of the next block that {@link takeOver} has brought. */
  private head: { readonly fields: RunFields; readonly steps: number } | null = null;

  constructor(private readonly options: DirectionReadingOptions) {
    ({ shape: this.shape, runner: this.runner, input: this.input, initial: this.last } = options);
    this.blockSteps = blockStepsFor(options.runner);
  }

  /** T */
  get steps(): number {
    return this.input.steps;
  }

  get direction(): Direction {
    return this.shape.direction;
  }

  /** What is changed while reading; undefined where nothing is. */
  get edits(): DirectionEdits | undefined {
    return this.options.edits;
  }

  /** Steps at the side where reading begins that are the same as in the reading taken over from. */
  get unchangedSteps(): number {
    const { prefix, suffix } = this.input.unchanged;
    return Math.min(this.direction === 'forward' ? prefix : suffix, this.options.editsUnchanged ?? Infinity);
  }

  /** Steps computed so far, from the side where reading begins. */
  get done(): number {
    return this.doneSteps;
  }

  /**
   * Takes over the unchanged first steps in reading order of an earlier reading of the same layer: whole blocks are
   * shared, and of the block in which the first difference lies the part before it is copied.
   */
  takeOver(earlier: DirectionReading): void {
    if (earlier.runner !== this.runner || this.blocks.length > 0 || this.options.window !== undefined) return;
    const usable = Math.min(this.unchangedSteps, earlier.done, this.steps);
    const whole = Math.floor(usable / this.blockSteps);
    for (const block of earlier.blocks.slice(0, whole)) this.append(block, earlier.stateAfterBlock(this.blocks.length));
    const rest = usable - whole * this.blockSteps;
    const partial = earlier.blocks[whole];
    if (rest === 0 || !partial) return;
    this.head = { fields: cutRun(partial.fields ?? earlier.fieldsOfBlock(whole), rest, partial.steps), steps: rest };
  }

  /**
   * Computes a slice of the next block, short enough to be cancelled after; true once the block is there. Whoever asks
   * next goes on where the last one stopped.
   */
  advance(): boolean {
    this.work ??= this.computeNextBlock();
    if (this.work.next().done !== true) return false;
    this.work = null;
    return true;
  }

  private *computeNextBlock(): Generator<void, void> {
    const start = this.done;
    const steps = Math.min(this.blockSteps, this.steps - start);
    if (steps <= 0) return;
    const parts: { readonly fields: RunFields; readonly steps: number }[] = this.head ? [this.head] : [];
    this.head = null;
    let state = parts[0] ? stateAt(parts[0].fields, parts[0].steps - 1, parts[0].steps) : this.last;
    const before = this.last;
    for (let r = start + (parts[0]?.steps ?? 0); r < start + steps;) {
      const slice = this.edits?.isStepwise === true ? stepwiseSlice : sliceStepsFor(this.runner);
      const end = Math.min(r + slice, start + steps);
      const fields = this.run(r, end, state);
      state = stateAt(fields, end - r - 1, end - r);
      parts.push({ fields, steps: end - r });
      r = end;
      if (r < start + steps) yield;
    }
    this.append({ before, steps, fields: joinRuns(parts) }, state);
  }

  /**
   * Values of one field for text steps [from, to), [to - from, width]; waits for nothing: what is missing is computed
   * now.
   */
  field(field: Field, from: number, to: number): Float32Array {
    return this.fields([field], from, to)[0] as Float32Array;
  }

  /** Values of several fields for text steps [from, to), in text order. */
  fields(names: readonly Field[], from: number, to: number): Float32Array[] {
    const outputs = names.map((name) => new Float32Array((to - from) * this.widthOf(name)));
    const [r0, r1] = this.toReading(from, to);
    this.computeThrough(r1);
    for (let index = Math.floor(r0 / this.blockSteps); index * this.blockSteps < r1; index++) {
      const start = index * this.blockSteps;
      const run = this.fieldsOfBlock(index);
      const [a, b] = [Math.max(r0, start), Math.min(r1, start + this.blockSteps)];
      names.forEach((name, k) =>
        this.copyOut(
          run[name] as Float32Array,
          { a, b, start, from, width: this.widthOf(name) },
          outputs[k] as Float32Array,
        ),
      );
    }
    return outputs;
  }

  /** The fields of this layer's cell. */
  get fieldNames(): readonly Field[] {
    return fieldsOf(this.shape.cell);
  }

  /**
   * Smallest, mean and largest value of several fields over text steps [from, to); whole blocks are summed up only
   * once.
   */
  async levels(names: readonly Field[], [from, to]: readonly [number, number], pace: Pace): Promise<Levels[]> {
    const gathered = names.map((name) => emptyLevels(this.widthOf(name)));
    const [r0, r1] = this.toReading(from, to);
    for (let index = Math.floor(r0 / this.blockSteps); index * this.blockSteps < r1; index++) {
      const start = index * this.blockSteps;
      const [a, b] = [Math.max(r0, start), Math.min(r1, start + this.blockSteps)];
      const isWhole = b - a === Math.min(this.blockSteps, this.steps - start);
      names.forEach((name, k) => {
        const into = gathered[k] as LevelSums;
        const width = this.widthOf(name);
        if (isWhole) addLevels(into, this.levelsOfBlock(index, name));
        else
          addRows(
            into,
            (this.fieldsOfBlock(index)[name] as Float32Array).subarray((a - start) * width, (b - start) * width),
          );
      });
      await pace.breathe();
    }
    return gathered.map(finishLevels);
  }

  /** Values a step of a field: H, or the projection's width for h. */
  widthOf(field: Field): number {
    return field === 'h' ? this.shape.outputWidth : this.shape.units;
  }

  /** Whether text step `t` is read from the initial state. */
  startsAt(t: number): boolean {
    return this.isReset(this.direction === 'forward' ? t : this.steps - 1 - t);
  }

  /** The state with which text step `t` is read. */
  stateBefore(t: number): SequenceState {
    const r = this.direction === 'forward' ? t : this.steps - 1 - t;
    const state = this.isReset(r)
      ? this.options.initial
      : this.stateAfter(this.direction === 'forward' ? t - 1 : t + 1);
    return this.edits?.settle(r, state) ?? state;
  }

  /** The state after text step `t` is read. */
  stateAfter(t: number): SequenceState {
    const states = statesOf(this.shape.cell);
    const rows = this.fields(states, t, t + 1);
    return Object.fromEntries(states.map((state, k) => [state, rows[k]])) as unknown as SequenceState;
  }

  /** Lets go of every kept field, and of what was laid out for edits. */
  release(): void {
    this.edits?.dispose();
    for (const block of this.blocks) this.options.cache.forget(block);
  }

  private append(block: Block, after: SequenceState): void {
    this.blocks.push(block);
    this.doneSteps += block.steps;
    this.last = after;
    this.options.cache.touch(block);
  }

  private stateAfterBlock(index: number): SequenceState {
    return this.blocks[index + 1]?.before ?? this.last;
  }

  private fieldsOfBlock(index: number): RunFields {
    const block = this.blocks[index];
    if (!block) throw new Error(`Block ${index} of layer ${this.shape.layer} ${this.direction} is not computed yet.`);
    const start = index * this.blockSteps;
    block.fields ??= this.run(start, start + block.steps, block.before);
    const { fields } = block;
    this.options.cache.touch(block);
    return fields;
  }

  private levelsOfBlock(index: number, name: Field): LevelSums {
    const known = this.blockLevels.get(index) ?? {};
    this.blockLevels.set(index, known);
    const levels = (known[name] ??= emptyLevels(this.widthOf(name)));
    if (levels.steps === 0) addRows(levels, this.fieldsOfBlock(index)[name] as Float32Array);
    return levels;
  }

  private computeThrough(r: number): void {
    while (this.done < Math.min(r, this.steps)) this.advance();
  }

  /**
   * Reading steps [r0, r1) from a state; the state is set back where a window begins, and changed where edits say so.
   */
  private run(r0: number, r1: number, state: SequenceState): RunFields {
    const parts: { readonly fields: RunFields; readonly steps: number }[] = [];
    let at = r0;
    let current = state;
    while (at < r1) {
      if (this.isReset(at)) current = this.options.initial;
      current = this.edits?.settle(at, current) ?? current;
      const limit = this.edits?.nextBorder(at, r1) ?? r1;
      let end = at + 1;
      while (end < limit && !this.isReset(end)) end++;
      const runner = this.edits?.runnerAt(at) ?? this.runner;
      const fields = runMasked(runner, this.inputOf(runner, at, end), {
        steps: end - at,
        state: current,
        isRead: this.maskOf(at, end),
        allocate: (length) => this.options.cache.take(length),
      });
      this.stepsRun += end - at;
      current = stateAt(fields, end - at - 1, end - at);
      parts.push({ fields, steps: end - at });
      at = end;
    }
    return joinRuns(parts);
  }

  /** Windows are counted from the end of the text, so that the last one is whole. */
  private isReset(r: number): boolean {
    const { window } = this.options;
    if (window === undefined) return r === 0;
    return r === 0 || (this.direction === 'forward' ? (r - this.steps) % window === 0 : r % window === 0);
  }

  private toReading(from: number, to: number): [number, number] {
    return this.direction === 'forward' ? [from, to] : [this.steps - to, this.steps - from];
  }

  private inputOf({ takesIds }: CellRunner, r0: number, r1: number): RunInput {
    const isForward = this.direction === 'forward';
    const [from, to] = this.toReading(r0, r1);
    const { tokens, width } = this.input;
    if (tokens && takesIds) {
      const ids = tokens.ids.slice(from, to);
      return { kind: 'ids', ids: isForward ? ids : ids.reverse() };
    }
    const rows = this.input.rows(from, to);
    return { kind: 'rows', rows: isForward ? rows : reverseRows(rows, width) };
  }

  private maskOf(r0: number, r1: number): Uint8Array | undefined {
    const [from, to] = this.toReading(r0, r1);
    const mask = this.input.mask?.slice(from, to);
    return this.direction === 'forward' ? mask : mask?.reverse();
  }

  private copyOut(values: Float32Array, span: Span, out: Float32Array): void {
    const { a, b, start, from, width } = span;
    if (this.direction === 'forward') {
      out.set(values.subarray((a - start) * width, (b - start) * width), (a - from) * width);
      return;
    }
    for (let r = a; r < b; r++) {
      const t = this.steps - 1 - r;
      out.set(values.subarray((r - start) * width, (r - start + 1) * width), (t - from) * width);
    }
  }
}

/** Steps that are run at once where each is run alone. */
const stepwiseSlice = 32;

interface Span {
  /** Reading steps [a, b) of the block that begins at `start`; `from` is the first text step of the output. */
  readonly a: number;
  readonly b: number;
  readonly start: number;
  readonly from: number;
  readonly width: number;
}

/** Rows [n, width] in the opposite order; a fresh array. */
export function reverseRows(rows: Float32Array, width: number): Float32Array {
  const count = width === 0 ? 0 : rows.length / width;
  const out = new Float32Array(rows.length);
  for (let k = 0; k < count; k++) out.set(rows.subarray(k * width, (k + 1) * width), (count - 1 - k) * width);
  return out;
}

function cutRun(fields: RunFields, steps: number, of: number): RunFields {
  return Object.fromEntries(
    Object.entries(fields).map(([field, values]) => [field, values.slice(0, (values.length / of) * steps)]),
  ) as unknown as RunFields;
}
