import { type BiasHistogram, type WeightFigures } from '../trace/reading/modelOverview';
import { type Gate } from '../trace/reading/cellKind';

/**
 * Where a block lies in a row-major matrix: `units` columns from `from` on, of each of `rows` rows of `width` numbers.
 */
export interface BlockPlace {
  readonly rows: number;
  readonly width: number;
  readonly from: number;
  readonly units: number;
}

/** A block of a matrix on its own, [rows, units], in float64. */
export function takeBlock(matrix: Float32Array, { rows, width, from, units }: BlockPlace): Float64Array {
  const block = new Float64Array(rows * units);
  for (let row = 0; row < rows; row++)
    block.set(matrix.subarray(row * width + from, row * width + from + units), row * units);
  return block;
}

/** Norm, mean and range of a block; the norm is scaled, so that it neither overflows nor vanishes. */
export function figuresOf(block: Float64Array): WeightFigures {
  let [sum, min, max] = [0, Infinity, -Infinity];
  for (const value of block) {
    if (!Number.isFinite(value)) return { norm: NaN, mean: NaN, min: NaN, max: NaN };
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (block.length === 0) return { norm: 0, mean: 0, min: 0, max: 0 };
  return { norm: frobeniusNorm(block), mean: sum / block.length, min, max };
}

/** The root of the sum of squares. */
export function frobeniusNorm(block: Float64Array): number {
  let largest = 0;
  for (const value of block) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const value of block) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}

const bins = 24;

/** How a gate's bias is spread over the units; null where a bias is no finite number. */
export function histogramOf(gate: Gate, bias: Float64Array): BiasHistogram | null {
  const { mean, min, max } = figuresOf(bias);
  if (bias.length === 0 || !Number.isFinite(mean)) return null;
  if (min === max) return { gate, low: min - 0.5, step: 1, counts: [bias.length], mean, min, max };
  const step = (max - min) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of bias) {
    const bin = Math.min(bins - 1, Math.floor((value - min) / step));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { gate, low: min, step, counts, mean, min, max };
}
