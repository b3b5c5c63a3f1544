import { type Random } from '../../../base/random';
import {
  continuousBounds,
  fromContinuous,
  stepOf,
  toContinuous,
  type Choice,
  type Distribution,
  type Parameters,
  type SearchSpace,
} from './distribution';

/**
 * A point of the space as numbers for a kernel: numeric parameters in [0, 1] on their own scale, categorical ones as
 * the index of the choice (only equality counts).
 */
export type Point = readonly number[];

/** One axis of the encoded space. */
export interface Axis {
  readonly name: string;
  readonly distribution: Distribution;
  readonly isCategorical: boolean;
  /** How many different values there are, or Infinity. */
  readonly values: number;
}

/** The axes of a space, in the order of its keys. */
export function axesOf(space: SearchSpace): readonly Axis[] {
  return Object.entries(space).map(([name, distribution]) => {
    if (distribution.kind === 'categorical')
      return { name, distribution, isCategorical: true, values: distribution.choices.length };
    const step = stepOf(distribution);
    const isWholeLog = distribution.kind === 'int' && distribution.log === true;
    const spacing = isWholeLog ? 1 : step;
    const values = spacing === undefined ? Infinity : Math.round((distribution.high - distribution.low) / spacing) + 1;
    return { name, distribution, isCategorical: false, values };
  });
}

/** A value of one parameter as its coordinate. */
export function encodeValue({ distribution }: Axis, value: Choice): number {
  if (distribution.kind === 'categorical') return distribution.choices.indexOf(value);
  const [low, high] = continuousBounds(distribution);
  return high === low ? 0.5 : (toContinuous(distribution, Number(value)) - low) / (high - low);
}

/** The nearest value of one parameter to a coordinate. */
export function decodeValue({ distribution }: Axis, coordinate: number): Choice {
  if (distribution.kind === 'categorical') return distribution.choices[coordinate] ?? null;
  const [low, high] = continuousBounds(distribution);
  return fromContinuous(distribution, low + coordinate * (high - low));
}

/** Encodes a set of hyperparameters. */
export function encodePoint(axes: readonly Axis[], parameters: Parameters): Point {
  return axes.map((axis) => encodeValue(axis, parameters[axis.name] ?? null));
}

/** Decodes a point to the nearest set of hyperparameters. */
export function decodePoint(axes: readonly Axis[], point: Point): Parameters {
  return Object.fromEntries(axes.map((axis, k) => [axis.name, decodeValue(axis, point[k] ?? 0)]));
}

/** The coordinate of the value that a coordinate decodes to, so that the model sees what would be tried. */
export function roundCoordinate(axis: Axis, coordinate: number): number {
  return Number.isFinite(axis.values) && !axis.isCategorical
    ? encodeValue(axis, decodeValue(axis, coordinate))
    : coordinate;
}

/** One coordinate drawn evenly. */
export function drawCoordinate(axis: Axis, random: Random): number {
  return axis.isCategorical ? Math.floor(random() * axis.values) : roundCoordinate(axis, random());
}
