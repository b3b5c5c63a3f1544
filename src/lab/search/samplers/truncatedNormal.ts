import logcdf from '@stdlib/stats-base-dists-normal-logcdf';
import cdf from '@stdlib/stats-base-dists-normal-cdf';
import quantile from '@stdlib/stats-base-dists-normal-quantile';
import { type Random } from '../../../base/random';

/** log(exp(a) - exp(b)) for a >= b. */
function logSubtract(a: number, b: number): number {
  return a === b ? -Infinity : a + Math.log1p(-Math.exp(b - a));
}

/** log of the mass of N(0, 1) in [a, b], accurate in both tails. */
export function logNormalMass(a: number, b: number): number {
  if (b <= 0) return logSubtract(logcdf(b, 0, 1), logcdf(a, 0, 1));
  if (a > 0) return logNormalMass(-b, -a);
  return Math.log1p(-cdf(a, 0, 1) - cdf(-b, 0, 1));
}

/** One draw from N(mu, sigma^2) cut to [low, high], by the inverse of the distribution function; low <= mu <= high. */
export function drawTruncatedNormal(
  bounds: readonly [number, number],
  mu: number,
  sigma: number,
  random: Random,
): number {
  const [low, high] = bounds;
  const from = cdf((low - mu) / sigma, 0, 1);
  const to = cdf((high - mu) / sigma, 0, 1);
  const drawn = mu + sigma * quantile(from + random() * (to - from), 0, 1);
  return Math.min(high, Math.max(low, drawn));
}

/** log density of N(mu, sigma^2) cut to [low, high] at x. */
export function logTruncatedNormal(x: number, bounds: readonly [number, number], mu: number, sigma: number): number {
  const z = (x - mu) / sigma;
  const mass = logNormalMass((bounds[0] - mu) / sigma, (bounds[1] - mu) / sigma);
  return -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) - Math.log(sigma) - mass;
}
