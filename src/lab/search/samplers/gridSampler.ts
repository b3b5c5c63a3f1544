import { InspectorError } from '../../../base/errors';
import {
  fromContinuous,
  snap,
  stepOf,
  toContinuous,
  type Choice,
  type Distribution,
  type Parameters,
  type SearchSpace,
} from './distribution';
import { type Sampler } from './sampler';
import { isInterrupted } from '../trial';

const mostPoints = 1_000_000;

/**
 * The values that a grid tries for one parameter: all choices, all steps, or `points` evenly spaced ones on its scale.
 */
export function gridValues(distribution: Distribution, points: number): readonly Choice[] {
  if (distribution.kind === 'categorical') return distribution.choices;
  const { low, high } = distribution;
  const step = stepOf(distribution);
  const steps = step === undefined ? Infinity : Math.floor((high - low) / step + 1e-9) + 1;
  if (step !== undefined && (distribution.kind === 'float' || steps <= points)) {
    return Array.from({ length: steps }, (_, k) => snap(distribution, low + k * step));
  }
  if (points === 1) return [low];
  const [from, to] = [toContinuous(distribution, low), toContinuous(distribution, high)];
  const values = Array.from({ length: points }, (_, k) =>
    fromContinuous(distribution, from + ((to - from) * k) / (points - 1)),
  );
  return [...new Set(values)];
}

/** Every point of the product of the parameters' grids, the last parameter changing fastest. */
export function gridPoints(space: SearchSpace, points: number): readonly Parameters[] {
  const axes = Object.entries(space).map(([name, distribution]) => [name, gridValues(distribution, points)] as const);
  const size = axes.reduce((product, [, values]) => product * values.length, 1);
  if (size > mostPoints) {
    throw new InspectorError(
      'settings-invalid',
      `The grid has ${size} points; at most ${mostPoints} are possible. Use fewer values or another method.`,
    );
  }
  return axes.reduce<readonly Parameters[]>(
    (grid, [name, values]) => grid.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
}

/** Tries every point of the grid once; what another process or an earlier session has tried is not tried again. */
export function createGridSampler(points: number): Sampler {
  return {
    name: 'grid',
    suggest: ({ space, trials }) => {
      const names = Object.keys(space);
      const keyOf = (parameters: Parameters): string => JSON.stringify(names.map((name) => parameters[name]));
      const tried = new Set(trials.filter((trial) => !isInterrupted(trial)).map(({ parameters }) => keyOf(parameters)));
      return gridPoints(space, points).find((point) => !tried.has(keyOf(point))) ?? null;
    },
  };
}
