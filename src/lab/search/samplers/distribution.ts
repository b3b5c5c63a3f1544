import { type Random } from '../../../base/random';
import { type ParameterValue } from '../../../trace/lab/searchEvents';

/** A real number in [low, high], drawn evenly on a log scale with `log`, or from low, low + step, ... */
export interface FloatDistribution {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly step?: number;
}

/** A whole number in [low, high], drawn evenly on a log scale with `log`, or from low, low + step, ... */
export interface IntDistribution {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly step?: number;
}

/** One of a list of choices without an order. */
export interface CategoricalDistribution {
  readonly kind: 'categorical';
  readonly choices: readonly Choice[];
}

/** What a hyperparameter may be, after Optuna's distributions. */
export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution;

/** A choice of a categorical hyperparameter, or the value of a numeric one. */
export type Choice = ParameterValue;

/** The hyperparameters of a study by name. The order of the keys is the order of the parameters everywhere. */
export type SearchSpace = Readonly<Record<string, Distribution>>;

/** One value for each hyperparameter. */
export type Parameters = Readonly<Record<string, Choice>>;

/** Whether a numeric parameter takes only the values low, low + step, ... */
export function stepOf(distribution: FloatDistribution | IntDistribution): number | undefined {
  if (distribution.log === true) return undefined;
  return distribution.kind === 'int' ? (distribution.step ?? 1) : distribution.step;
}

/** The nearest value that the distribution allows; NaN goes to `low`. */
export function snap(distribution: FloatDistribution | IntDistribution, value: number): number {
  const { low, high } = distribution;
  if (Number.isNaN(value)) return low;
  const step = stepOf(distribution);
  const stepped = step === undefined ? value : low + Math.round((value - low) / step) * step;
  const whole = distribution.kind === 'int' ? Math.round(stepped) : stepped;
  return Math.min(high, Math.max(low, whole));
}

/**
 * The interval that a numeric parameter is drawn from before it is snapped: on the log scale with `log`, and half a
 * step wider on both sides for stepped values, so that the first and the last value are as likely as the others.
 */
export function continuousBounds(distribution: FloatDistribution | IntDistribution): readonly [number, number] {
  const { low, high, log } = distribution;
  if (log === true) {
    const margin = distribution.kind === 'int' ? 0.5 : 0;
    return [Math.log(low - margin), Math.log(high + margin)];
  }
  const margin = (stepOf(distribution) ?? 0) / 2;
  return [low - margin, high + margin];
}

/** The inverse of drawing: a point of the continuous interval as a value of the distribution. */
export function fromContinuous(distribution: FloatDistribution | IntDistribution, point: number): number {
  return snap(distribution, distribution.log === true ? Math.exp(point) : point);
}

/** A value of the distribution as a point of the continuous interval. */
export function toContinuous(distribution: FloatDistribution | IntDistribution, value: number): number {
  return distribution.log === true ? Math.log(value) : value;
}

/** One draw, every value (or every stretch of the scale) equally likely. */
export function drawFrom(distribution: Distribution, random: Random): Choice {
  if (distribution.kind === 'categorical') {
    return distribution.choices[Math.floor(random() * distribution.choices.length)] ?? null;
  }
  const [from, to] = continuousBounds(distribution);
  return fromContinuous(distribution, from + random() * (to - from));
}

/** Why a value cannot belong to a distribution, or null if it does. */
export function mismatch(name: string, distribution: Distribution, value: Choice): string | null {
  if (distribution.kind === 'categorical') {
    if (distribution.choices.includes(value)) return null;
    return `"${name}" is ${JSON.stringify(value)}; the choices are ${JSON.stringify(distribution.choices)}.`;
  }
  if (typeof value !== 'number') return `"${name}" is ${JSON.stringify(value)}; a number is needed.`;
  if (value >= distribution.low && value <= distribution.high) return null;
  return `"${name}" is ${value}, outside [${distribution.low}, ${distribution.high}].`;
}
