import { type StateName, statesOf } from '../trace/reading/cellKind';
import { type CellBackward, createBatch, clearMarked, type GradientBatch, type KeptValues } from './backwardCell';
import { type RowProduct, usualRowProduct } from './backwardProduct';
import { excessExponent, type Part, scaleBlock, zeroExponent } from './backwardScale';
import { cells } from './cells';
import { type CellWeights } from './cellWeights';
import { addScaled, type GradientSequence } from './gradientSequence';
import { stateWidth } from './initialStates';

/** What there is to see after the gates' gradients of step t are known; valid during the call only. */
export interface BackwardView {
  readonly t: number;
  /** The states' gradients are total here; da is not to be read where the step is skipped. */
  readonly batch: GradientBatch;
  /** [rows, D] dL/dx, beginning at `dxAt`; exponents as in the batch. */
  readonly dx: Float64Array;
  readonly dxAt: number;
  /** A masked step: the state passes through, gates and input have no gradient. */
  readonly isSkipped: boolean;
}

/** How backpropagation through one layer and direction runs. */
export interface BackwardOptions {
  /** dL/dh of every step from outside the layer: from the head or from the layer above. */
  readonly outer: GradientSequence;
  /** The layer reads from the end of the text. */
  readonly reversed: boolean;
  /** 1 where a step is read, 0 where it is padding and skipped. */
  readonly mask?: Uint8Array;
  /**
   * Steps that the layer read from its initial state although they are not its first (a model read over its saved
   * window).
   */
  readonly startsAt?: (t: number) => boolean;
  /** Steps at which nothing is handed on to the step read before: where backpropagation is cut. */
  readonly cutAt?: (t: number) => boolean;
  /** A layer that reads forward goes back no further than this step. */
  readonly downToStep?: number;
  /** The norm of what is handed on, of all states together, is clipped to this. */
  readonly clipNorm?: number;
  /** Receives dL/dx of every step, an empty sequence of width D. */
  readonly inputGradient?: GradientSequence;
  readonly record?: (view: BackwardView) => void;
  /** Receives dL/d(the state with which step t began), without what the step before does with that state otherwise. */
  readonly recordBefore?: (t: number, batch: GradientBatch) => void;
  /** dL/dx is not computed; without meaning where there is an `inputGradient`. */
  readonly skipsInput?: boolean;
  readonly product?: RowProduct;
}

/**
 * Backpropagation through time (Werbos 1990) of B losses at once over the values that a forward pass kept; exact but
 * for float64 rounding, and safe from under- and overflow, since every row carries its exponent. Yields the number of
 * steps done after each step; returns how many times a row was clipped.
 */
export function* backwardThroughTime(
  kept: KeptValues,
  options: BackwardOptions,
): Generator<number, { readonly clipped: number }> {
  const { weights } = kept;
  const { outer, reversed } = options;
  const product = options.product ?? usualRowProduct();
  const cell = cells[weights.cell].createBackward(kept, outer.rows, product);
  const batch = createBatch(weights, outer.rows);
  batch.exponent.fill(zeroExponent);
  batch.rows = 0;
  const input = createInputGradient(kept, options, product);
  const T = outer.steps;
  const last = reversed ? T : T - (options.downToStep ?? 0);
  let clipped = 0;
  for (let done = 0; done < last; done++) {
    const t = reversed ? done : T - 1 - done;
    const isStart = done === T - 1 || options.startsAt?.(t) === true;
    const previous = isStart ? -1 : reversed ? t + 1 : t - 1;
    batch.rows = Math.max(batch.rows, outer.active[t] as number);
    if (batch.rows > 0) {
      addOuter(batch, weights, { outer, t });
      if (options.mask?.[t] === 0) {
        options.record?.({ t, batch, dx: input.dx, dxAt: 0, isSkipped: true });
        options.recordBefore?.(t, batch);
        forgetSet(kept, batch, t);
      } else {
        stepBack({ cell, batch, input, options }, t, previous);
        options.recordBefore?.(t, batch);
        forgetSet(kept, batch, t);
        if (options.clipNorm !== undefined) clipped += clipRows(batch, weights, options.clipNorm);
      }
      if (isStart || options.cutAt?.(t) === true) forget(batch);
      normalise(batch, weights);
    }
    yield done + 1;
  }
  return { clipped };
}

interface Running {
  readonly cell: CellBackward;
  readonly batch: GradientBatch;
  readonly input: ReturnType<typeof createInputGradient>;
  readonly options: BackwardOptions;
}

function stepBack({ cell, batch, input, options }: Running, t: number, previous: number): void {
  cell.enter(t, previous);
  cell.toGates(batch);
  const dxAt = input.compute(t, batch);
  options.record?.({ t, batch, dx: input.dx, dxAt, isSkipped: false });
  cell.toPrevious(batch);
}

/** dx = da W^T, into the sequence for the layer below or, without one, into scratch. */
function createInputGradient({ weights }: KeptValues, options: BackwardOptions, product: RowProduct) {
  const D = weights.inputWidth;
  const depth = weights.bias.length;
  const { inputGradient } = options;
  const dx = inputGradient?.data ?? new Float64Array(options.outer.rows * D);
  const kernel = { data: weights.kernel, offset: 0, stride: depth };
  const compute = (t: number, batch: GradientBatch): number => {
    if (options.skipsInput === true && inputGradient === undefined) return 0;
    const at = inputGradient === undefined ? 0 : t * inputGradient.rows * D;
    const size = { rows: batch.rows, columns: D, depth, add: false };
    product({ data: batch.da, offset: 0, stride: depth }, kernel, { data: dx, offset: at, stride: D }, size);
    if (inputGradient !== undefined) {
      inputGradient.active[t] = batch.rows;
      for (let b = 0; b < batch.rows; b++)
        inputGradient.exponent[t * inputGradient.rows + b] = batch.exponent[b] as number;
    }
    return at;
  };
  return { dx, compute };
}

/** The gradients of all states in row `b`, h's first. */
function partsOf({ states }: GradientBatch, weights: CellWeights, b: number): readonly Part[] {
  return statesOf(weights.cell).map((state) => {
    const count = stateWidth(weights, state);
    return { data: states[state] as Float64Array, at: b * count, count };
  });
}

function addOuter(
  batch: GradientBatch,
  weights: CellWeights,
  { outer, t }: { readonly outer: GradientSequence; readonly t: number },
): void {
  const { width, rows } = outer;
  for (let b = 0; b < (outer.active[t] as number); b++) {
    const before = batch.exponent[b] as number;
    const source = { data: outer.data, at: (t * rows + b) * width, exponent: outer.exponent[t * rows + b] as number };
    const [h, ...others] = partsOf(batch, weights, b) as [Part, ...Part[]];
    const exponent = addScaled({ data: h.data, at: h.at, exponent: before }, source, width);
    if (exponent !== zeroExponent)
      for (const { data, at, count } of others) scaleBlock(data, at, count, before - exponent);
    batch.exponent[b] = exponent;
  }
}

/** Takes the exponent out of rows whose squares would leave the range of float64; where all are zero none is in use. */
function normalise(batch: GradientBatch, weights: CellWeights): void {
  for (let b = 0; b < batch.rows; b++) {
    const parts = partsOf(batch, weights, b);
    const excess = excessExponent(parts);
    if (excess === zeroExponent) batch.exponent[b] = zeroExponent;
    else if (excess !== 0) {
      for (const { data, at, count } of parts) scaleBlock(data, at, count, -excess);
      batch.exponent[b] = (batch.exponent[b] as number) + excess;
    }
  }
  if (batch.exponent.subarray(0, batch.rows).every((exponent) => exponent === zeroExponent)) batch.rows = 0;
}

/** A state that was set by hand before step t hands nothing to the step before. */
function forgetSet({ edits }: KeptValues, { states, rows }: GradientBatch, t: number): void {
  const set = edits?.setAt(t);
  if (!set) return;
  for (const [state, values] of Object.entries(states)) {
    const marks = set[state as StateName];
    const width = marks?.length ?? 0;
    for (let r = 0; r < rows; r++) clearMarked(values.subarray(r * width, (r + 1) * width), marks);
  }
}

function forget({ states }: GradientBatch): void {
  for (const values of Object.values(states)) values.fill(0);
}

/** Pascanu et al. 2013: a row whose norm exceeds the limit is scaled down to it. Returns how many were. */
function clipRows(batch: GradientBatch, weights: CellWeights, limit: number): number {
  let clipped = 0;
  for (let b = 0; b < batch.rows; b++) {
    const parts = partsOf(batch, weights, b);
    let squares = 0;
    for (const { data, at, count } of parts) for (let j = at; j < at + count; j++) squares += (data[j] as number) ** 2;
    const exponent = batch.exponent[b] as number;
    if (squares === 0 || Math.log2(squares) / 2 + exponent <= Math.log2(limit)) continue;
    const factor = limit / Math.sqrt(squares);
    for (const { data, at, count } of parts)
      for (let j = at; j < at + count; j++) data[j] = (data[j] as number) * factor;
    batch.exponent[b] = 0;
    clipped++;
  }
  return clipped;
}
