import erfcx from '@stdlib/math-base-special-erfcx';
import cdf from '@stdlib/stats-base-dists-normal-cdf';

const logSqrt2Pi = 0.5 * Math.log(2 * Math.PI);

/**
 * log(phi(z) + z Phi(z)), exact where the sum itself has long underflown: phi(z) (1 - |z| sqrt(pi / 2) erfcx(|z| / sqrt
 * 2)) for negative z, and phi(z) / z^2 where that difference cancels too (Ament et al. 2023, section 4.1).
 */
export function logImprovement(z: number): number {
  const logDensity = -0.5 * z * z - logSqrt2Pi;
  if (z > -1) return Math.log(Math.exp(logDensity) + z * cdf(z, 0, 1));
  if (z < -1e3) return logDensity - 2 * Math.log(-z);
  return logDensity + Math.log1p(z * Math.sqrt(Math.PI / 2) * erfcx(-z / Math.SQRT2));
}

/**
 * Logarithm of the expected improvement over the best value so far, for minimisation (Mockus 1978; Jones et al. 1998,
 * eq. 15): log sigma + log h((best - mean) / sigma).
 */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  return Math.log(deviation) + logImprovement((best - mean) / deviation);
}
