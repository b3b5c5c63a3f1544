import { largestOf } from '../../../base/extremes';
import { type Random } from '../../../base/random';
import {
  continuousBounds,
  fromContinuous,
  stepOf,
  toContinuous,
  type CategoricalDistribution,
  type Choice,
  type Distribution,
  type FloatDistribution,
  type IntDistribution,
} from './distribution';
import { drawTruncatedNormal, logNormalMass, logTruncatedNormal } from './truncatedNormal';

/** A density over one hyperparameter, estimated from the values that were tried. */
export interface ParzenEstimator {
  draw(random: Random): Choice;
  /** Natural logarithm of the density (of the probability, for discrete parameters) up to a common constant. */
  logDensity(value: Choice): number;
}

/** Weights of observations, oldest first: the last 25 count fully, older ones on a ramp (Bergstra et al. 2013). */
export function observationWeights(count: number): readonly number[] {
  if (count <= 25) return new Array<number>(count).fill(1);
  const ramp = count - 25;
  return Array.from({ length: count }, (_, k) =>
    k >= ramp ? 1 : ramp === 1 ? 1 / count : 1 / count + ((1 - 1 / count) * k) / (ramp - 1),
  );
}

function normalise(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function pickIndex(weights: readonly number[], random: Random): number {
  let left = random();
  for (let k = 0; k < weights.length - 1; k++) {
    left -= weights[k] ?? 0;
    if (left < 0) return k;
  }
  return weights.length - 1;
}

function logSumExp(terms: readonly number[]): number {
  const top = largestOf(terms);
  if (!Number.isFinite(top)) return top;
  return top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0));
}

/**
 * The width of each kernel: the larger distance to its neighbours, cut to [span / min(100, 1 + n), span]; the prior,
 * the last one, is as wide as the whole interval (Bergstra et al. 2011, section 4.2, with the limits of Hyperopt).
 */
function kernelWidths(centres: readonly number[], low: number, high: number): readonly number[] {
  const order = centres.map((_, k) => k).sort((a, b) => (centres[a] ?? 0) - (centres[b] ?? 0));
  const sorted = [low, ...order.map((k) => centres[k] ?? 0), high];
  const span = high - low;
  const smallest = span / Math.min(100, 1 + centres.length);
  const widths = new Array<number>(centres.length).fill(span);
  order.forEach((k, rank) => {
    const left = (sorted[rank + 1] ?? 0) - (sorted[rank] ?? 0);
    const right = (sorted[rank + 2] ?? 0) - (sorted[rank + 1] ?? 0);
    const isFirst = rank === 0 && centres.length >= 2;
    const isLast = rank === centres.length - 1 && centres.length >= 2;
    const width = isFirst ? right : isLast ? left : Math.max(left, right);
    widths[k] = Math.min(span, Math.max(smallest, width));
  });
  widths[centres.length - 1] = span;
  return widths;
}

function numericEstimator(
  distribution: FloatDistribution | IntDistribution,
  values: readonly Choice[],
): ParzenEstimator {
  const bounds = continuousBounds(distribution);
  const [low, high] = bounds;
  const centres = [...values.map((value) => toContinuous(distribution, Number(value))), (low + high) / 2];
  const widths = kernelWidths(centres, low, high);
  const weights = normalise([...observationWeights(values.length), 1]);
  const half = (stepOf(distribution) ?? 0) / 2;
  const logKernel = (x: number, k: number): number => {
    const [mu, sigma] = [centres[k] ?? 0, widths[k] ?? 1];
    if (half === 0) return logTruncatedNormal(x, bounds, mu, sigma);
    const inCell = logNormalMass((Math.max(low, x - half) - mu) / sigma, (Math.min(high, x + half) - mu) / sigma);
    return inCell - logNormalMass((low - mu) / sigma, (high - mu) / sigma);
  };
  return {
    draw: (random) => {
      const k = pickIndex(weights, random);
      return fromContinuous(distribution, drawTruncatedNormal(bounds, centres[k] ?? 0, widths[k] ?? 1, random));
    },
    logDensity: (value) => {
      const x = toContinuous(distribution, Number(value));
      return logSumExp(weights.map((weight, k) => Math.log(weight) + logKernel(x, k)));
    },
  };
}

function categoricalEstimator(distribution: CategoricalDistribution, values: readonly Choice[]): ParzenEstimator {
  const { choices } = distribution;
  const weights = normalise([...observationWeights(values.length), 1]);
  const smoothing = 1 / (values.length + 1);
  const total = smoothing * choices.length;
  const probabilities = choices.map((choice) =>
    weights.reduce((sum, weight, k) => {
      const isPrior = k === values.length;
      const hit = !isPrior && values[k] === choice ? 1 : 0;
      return sum + (weight * (smoothing + hit)) / (total + (isPrior ? 0 : 1));
    }, 0),
  );
  return {
    draw: (random) => choices[pickIndex(probabilities, random)] ?? null,
    logDensity: (value) => Math.log(probabilities[choices.indexOf(value)] ?? 0),
  };
}

/** The density of the values that were tried, oldest first, with the uniform prior as one more observation. */
export function createParzenEstimator(distribution: Distribution, values: readonly Choice[]): ParzenEstimator {
  return distribution.kind === 'categorical'
    ? categoricalEstimator(distribution, values)
    : numericEstimator(distribution, values);
}
