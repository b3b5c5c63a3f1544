import { scaleBlock, zeroExponent } from './backwardScale';

/**
 * Gradients of B losses with respect to a sequence [T, W]. At step t the first `active[t]` rows may differ from zero;
 * row b is `data[(t B + b) W ...] * 2 ** exponent[t B + b]`.
 */
export interface GradientSequence {
  readonly steps: number;
  readonly rows: number;
  readonly width: number;
  readonly data: Float64Array;
  readonly exponent: Int32Array;
  readonly active: Int32Array;
}

/** All zero. */
export function createGradientSequence(steps: number, rows: number, width: number): GradientSequence {
  return {
    steps,
    rows,
    width,
    data: new Float64Array(steps * rows * width),
    exponent: new Int32Array(steps * rows),
    active: new Int32Array(steps),
  };
}

/** A row of W numbers somewhere in an array, with its exponent. */
export interface ScaledRow {
  readonly data: Float64Array;
  readonly at: number;
  readonly exponent: number;
}

/** target row += source row; the larger exponent stays, so that neither is lost. Returns the exponent of the sum. */
export function addScaled(target: ScaledRow, source: ScaledRow, width: number): number {
  const exponent = Math.max(target.exponent, source.exponent);
  if (exponent === zeroExponent) return exponent;
  scaleBlock(target.data, target.at, width, target.exponent - exponent);
  const shift = source.exponent - exponent;
  if (shift < -2200) return exponent;
  const factor = shift > -1000 ? 2 ** shift : 0;
  for (let j = 0; j < width; j++) {
    target.data[target.at + j] =
      (target.data[target.at + j] as number) + (source.data[source.at + j] as number) * factor;
  }
  return exponent;
}

/** Adds to row `row` at step t; the row counts as active from then on, and so do those before it. */
export function addToSequence(sequence: GradientSequence, t: number, row: number, source: ScaledRow): void {
  const { rows, width, data, exponent, active } = sequence;
  for (let b = active[t] as number; b <= row; b++) exponent[t * rows + b] = zeroExponent;
  active[t] = Math.max(active[t] as number, row + 1);
  const at = (t * rows + row) * width;
  exponent[t * rows + row] = addScaled({ data, at, exponent: exponent[t * rows + row] as number }, source, width);
}

/** target += source, both of the same shape; yields after each step. */
export function* addSequences(target: GradientSequence, source: GradientSequence): Generator<void, void> {
  for (let t = 0; t < source.steps; t++) {
    for (let b = 0; b < (source.active[t] as number); b++) {
      const at = (t * source.rows + b) * source.width;
      addToSequence(target, t, b, { data: source.data, at, exponent: source.exponent[t * source.rows + b] as number });
    }
    yield;
  }
}
