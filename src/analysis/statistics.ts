import { type FieldStatistics } from '../trace/reading/stepSummary';

/** Units named at each end. */
const extremes = 3;

/**
 * Mean, spread (population standard deviation), range and extreme units of one field at one step, [H]. NaN values count
 * for none of it.
 */
export function describeField(field: string, values: Float32Array): FieldStatistics {
  const known = Array.from(values, (value, unit) => ({ unit, value })).filter(({ value }) => !Number.isNaN(value));
  const mean = known.reduce((sum, { value }) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / known.length;
  const rising = known.sort((a, b) => a.value - b.value);
  return {
    field,
    mean,
    deviation: Math.sqrt(variance),
    minimum: rising[0]?.value ?? NaN,
    maximum: rising.at(-1)?.value ?? NaN,
    lowest: rising.slice(0, extremes),
    highest: rising.slice(-extremes).reverse(),
  };
}

/** Euclidean norm; scaled by the largest magnitude, so that tiny and huge values neither vanish nor overflow. */
export function euclideanNorm(values: Float32Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  return largest * Math.sqrt(values.reduce((sum, value) => sum + (value / largest) ** 2, 0));
}
