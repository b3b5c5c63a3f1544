import { checkInterrupt } from '../../base/interrupt';
import { createRandom } from '../../base/random';
import { type Choice, type Parameters } from './samplers/distribution';
import { improvementAt, type Surrogate } from './samplers/gpSampler';
import { decodeValue, drawCoordinate, encodePoint, type Axis, type Point } from './samplers/unitCube';

/** The surrogate along one parameter, the others held: what a view draws. In units of the objective. */
export interface SurrogateSlice {
  readonly parameter: string;
  readonly values: readonly Choice[];
  readonly mean: readonly number[];
  /** Mean minus and plus two standard deviations. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Natural logarithm of the expected improvement, in standardised units. */
  readonly logImprovement: readonly number[];
}

function coordinatesOf(axis: Axis, points: number): readonly number[] {
  if (axis.isCategorical) return Array.from({ length: axis.values }, (_, k) => k);
  return Array.from({ length: points }, (_, k) => (points === 1 ? 0.5 : k / (points - 1)));
}

/** Cuts the surrogate along one parameter through the point `at`. Throws if the parameter is not one of the space. */
export function sliceSurrogate(surrogate: Surrogate, parameter: string, at: Parameters, points = 101): SurrogateSlice {
  const index = surrogate.axes.findIndex(({ name }) => name === parameter);
  const axis = surrogate.axes[index];
  if (axis === undefined) throw new Error(`There is no parameter "${parameter}".`);
  const base = encodePoint(surrogate.axes, at);
  const cut = coordinatesOf(axis, points).map((coordinate) =>
    base.map((value, k) => (k === index ? coordinate : value)),
  );
  const predicted = cut.map((point) => surrogate.process.predict(point));
  const bandEdge = (sign: number): readonly number[] =>
    predicted.map(({ mean, deviation }) => surrogate.unscale(mean + sign * 2 * deviation));
  const [one, other] = [bandEdge(-1), bandEdge(1)];
  return {
    parameter,
    values: cut.map((point) => decodeValue(axis, point[index] ?? 0)),
    mean: predicted.map(({ mean }) => surrogate.unscale(mean)),
    low: one.map((value, k) => Math.min(value, other[k] ?? value)),
    high: one.map((value, k) => Math.max(value, other[k] ?? value)),
    logImprovement: cut.map((point) => improvementAt(surrogate, point)),
  };
}

function varianceOf(numbers: readonly number[]): number {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
}

/**
 * How much each parameter alone explains of the surrogate's variation: the first-order Sobol indices of its mean
 * (functional ANOVA, Sobol 1993; Hutter et al. 2014), by Monte Carlo with a fixed seed, scaled to sum to 1 (all 0 for a
 * constant surrogate).
 */
export function parameterImportance(surrogate: Surrogate, draws = 256): Readonly<Record<string, number>> {
  const random = createRandom(1);
  const drawn: readonly Point[] = Array.from({ length: draws }, () =>
    surrogate.axes.map((axis) => drawCoordinate(axis, random)),
  );
  const shares = surrogate.axes.map((axis, index) => {
    const means = coordinatesOf(axis, 16).map((coordinate) => {
      checkInterrupt();
      const predicted = drawn.map((point) =>
        surrogate.process.mean(point.map((value, k) => (k === index ? coordinate : value))),
      );
      return predicted.reduce((sum, value) => sum + value, 0) / predicted.length;
    });
    return [axis.name, varianceOf(means)] as const;
  });
  const total = shares.reduce((sum, [, variance]) => sum + variance, 0);
  return Object.fromEntries(shares.map(([name, variance]) => [name, total > 0 ? variance / total : 0]));
}
