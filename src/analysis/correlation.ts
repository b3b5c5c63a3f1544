import { isPause } from './unitActivity';

/**
 * Pearson's correlation of each column of values [T, H] with a feature [T], in [-1, 1]; NaN for a column that is
 * constant or holds what is not finite, and for a constant feature. Yields every few milliseconds.
 */
export function* correlateUnits(
  values: ArrayLike<number>,
  units: number,
  feature: ArrayLike<number>,
): Generator<void, Float64Array> {
  const T = feature.length;
  const sum = new Float64Array(units);
  const squares = new Float64Array(units);
  const products = new Float64Array(units);
  let featureSum = 0;
  let featureSquares = 0;
  const shift = featureMean(feature);
  for (let t = 0; t < T; t++) {
    if (isPause(t, units)) yield;
    const y = (feature[t] as number) - shift;
    featureSum += y;
    featureSquares += y * y;
    for (let j = 0, at = t * units; j < units; j++, at++) {
      // Taken relative to the first step, so that a large offset costs no digits.
      const x = (values[at] as number) - (values[j] as number);
      sum[j] = (sum[j] as number) + x;
      squares[j] = (squares[j] as number) + x * x;
      products[j] = (products[j] as number) + x * y;
    }
  }
  const featureVariance = featureSquares - (featureSum * featureSum) / T;
  return Float64Array.from({ length: units }, (_, j) => {
    const variance = (squares[j] as number) - ((sum[j] as number) * (sum[j] as number)) / T;
    const covariance = (products[j] as number) - ((sum[j] as number) * featureSum) / T;
    const scale = Math.sqrt(variance * featureVariance);
    // Below this the variance is rounding.
    return variance > 1e-12 * (squares[j] as number) && featureVariance > 0
      ? Math.max(-1, Math.min(1, covariance / scale))
      : NaN;
  });
}

function featureMean(feature: ArrayLike<number>): number {
  let sum = 0;
  for (let t = 0; t < feature.length; t++) sum += feature[t] as number;
  return feature.length === 0 ? 0 : sum / feature.length;
}
