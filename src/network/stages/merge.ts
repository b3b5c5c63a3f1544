import { type MergeMode } from '../recurrentModel';

/** Whether two directions are put side by side, so that the widths add up. */
export function isSideBySide(merge: MergeMode): boolean {
  return merge === 'concat' || merge === null;
}

/** The directions' values of the same steps put together, [n, width], as Keras does; null counts as concat. */
export function mergeRows(merge: MergeMode, parts: readonly Float32Array[], steps: number): Float32Array {
  const [one, other] = parts;
  if (!one) throw new Error('Expected the values of at least one direction.');
  if (!other) return one;
  switch (merge) {
    case 'sum':
      return one.map((value, k) => value + (other[k] as number));
    case 'mul':
      return one.map((value, k) => value * (other[k] as number));
    case 'ave':
      return one.map((value, k) => (value + (other[k] as number)) / 2);
    case 'concat':
    case null:
      return sideBySide(one, other, steps);
  }
}

function sideBySide(one: Float32Array, other: Float32Array, steps: number): Float32Array {
  if (steps === 0) return new Float32Array(0);
  const [a, b] = [one.length / steps, other.length / steps];
  const out = new Float32Array(one.length + other.length);
  for (let step = 0; step < steps; step++) {
    out.set(one.subarray(step * a, (step + 1) * a), step * (a + b));
    out.set(other.subarray(step * b, (step + 1) * b), step * (a + b) + a);
  }
  return out;
}

/** The same of one step in float64. */
export function mergeVectors(merge: MergeMode, one: Float64Array, other: Float64Array): Float64Array {
  switch (merge) {
    case 'sum':
      return one.map((value, j) => value + (other[j] as number));
    case 'mul':
      return one.map((value, j) => value * (other[j] as number));
    case 'ave':
      return one.map((value, j) => (value + (other[j] as number)) / 2);
    case 'concat':
    case null:
      return Float64Array.of(...one, ...other);
  }
}

/** The gradient of one direction where the values are not side by side; `other` gives the other direction's values. */
export function backMerge(merge: MergeMode, gradient: Float64Array, other: () => Float64Array): Float64Array {
  if (merge === 'ave') return gradient.map((value) => value / 2);
  if (merge !== 'mul') return gradient;
  const factor = other();
  return gradient.map((value, j) => value * (factor[j] as number));
}
