import { createRandom } from '../base/random';
import { withoutTokenMeans } from './tokenMeans';

/** A unit's values and a feature's, each over the same T steps. */
export interface ShiftTest {
  /** Columns of one state, [T, units] row-major. */
  readonly states: readonly { readonly values: ArrayLike<number>; readonly units: number }[];
  /** Each [T]. */
  readonly features: readonly ArrayLike<number>[];
  readonly steps: number;
  /** Tokens [T] whose own mean the states and features are without; absent: of rows of numbers. */
  readonly ids?: Int32Array | undefined;
}

/** Circular shifts that make the null. */
export const shiftCount = 200;
/** The share of shifts whose largest correlation a finding may not reach. */
export const falseAlarms = 0.05;

const mostSamples = 2048;
const fewestSamples = 256;
const mostProducts = 3e8;
const seed = 20261;

/**
 * The largest |r| of any state with any feature under each of 200 circular shifts of the features along the text,
 * smallest first, [200]: what chance and the rhythm of the text give to so many units and features (max statistic,
 * Westfall and Young 1993). Shifts under a twentieth of the text are left out. Long texts are sampled at evenly spaced
 * steps, which makes the null wider, never narrower. Yields once a shift.
 */
export function* shiftNull({ states, features, steps, ids }: ShiftTest): Generator<void, Float64Array> {
  const random = createRandom(seed);
  const units = states.reduce((sum, state) => sum + state.units, 0);
  const products = Math.max(1, shiftCount * units * features.length);
  const samples = Math.min(steps, mostSamples, Math.max(fewestSamples, Math.floor(mostProducts / products)));
  const places = Int32Array.from({ length: samples }, (_, k) => Math.floor((k * steps) / samples));
  const read = ids && places.map((t) => ids[t] as number);
  const columns: Float64Array[] = [];
  for (const { values, units: width } of states) {
    for (let unit = 0; unit < width; unit++)
      columns.push(standardize(Float64Array.from(places, (t) => values[t * width + unit] as number)));
    yield;
  }
  const largest = new Float64Array(shiftCount);
  const margin = Math.max(1, Math.floor(steps / 20));
  for (let k = 0; k < shiftCount; k++) {
    const shift = margin + Math.floor(random() * Math.max(1, steps - 2 * margin));
    for (const feature of features) {
      const shifted = Float32Array.from(places, (t) => feature[(t + shift) % steps] as number);
      const y = standardize(yield* withoutTokenMeans(shifted, 1, read));
      for (const x of columns) largest[k] = Math.max(largest[k] as number, Math.abs(dot(x, y)));
      yield;
    }
  }
  return largest.sort();
}

/** The |r| that chance reaches in a twentieth of the shifts; Infinity without a null. */
export function chanceLevel(largest: Float64Array): number {
  return largest[Math.ceil((1 - falseAlarms) * largest.length) - 1] ?? Infinity;
}

/** Values with mean 0 and length 1; zeros where they are constant or not finite. */
function standardize(values: ArrayLike<number>): Float64Array {
  const y = Float64Array.from(values);
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const squares = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Below this the variance is rounding.
  const isFlat = !(squares > 1e-12 * y.length * Math.max(1e-12, mean * mean));
  return y.map((value) => (isFlat ? 0 : (value - mean) / Math.sqrt(squares)));
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k] as number) * (y[k] as number);
  return sum;
}
