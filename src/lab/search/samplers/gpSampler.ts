import { smallestOf } from '../../../base/extremes';
import { drawNormal, type Random } from '../../../base/random';
import { logExpectedImprovement } from './expectedImprovement';
import {
  conditionOn,
  defaultKernel,
  fitGaussianProcess,
  type GaussianProcess,
  type KernelLogs,
  type Observations,
} from './gaussianProcess';
import { observedSample } from './observedSample';
import { randomSampler } from './randomSampler';
import { type Sampler } from './sampler';
import { asLoss, usableTrials, type StudySoFar } from '../trial';
import { axesOf, decodePoint, drawCoordinate, encodePoint, roundCoordinate, type Axis, type Point } from './unitCube';

/** Settings of the Gaussian process sampler. */
export interface GpSettings {
  /** Trials drawn at random before the first fit. */
  readonly startupTrials: number;
  /** Points at which the expected improvement is looked at before the best ones are refined. */
  readonly candidates: number;
}

/**
 * Beyond so many trials a fit starts where the last one ended and takes fewer rounds: each costs the cube of their
 * number.
 */
const fewTrials = 60;

export const defaultGpSettings: GpSettings = { startupTrials: 8, candidates: 1000 };

/**
 * The process fitted to a study, as the sampler sees it and as a view draws it. Losses are standardised: smaller is
 * better.
 */
export interface Surrogate {
  readonly axes: readonly Axis[];
  readonly process: GaussianProcess;
  readonly bestLoss: number;
  /** Trials that it was fitted to. */
  readonly fitted: number;
  /** From a standardised loss back to the objective. */
  unscale(loss: number): number;
}

function standardise(losses: readonly number[]): {
  readonly scaled: readonly number[];
  readonly mean: number;
  readonly deviation: number;
} {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const deviation = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length);
  const scale = deviation > 0 ? deviation : 1;
  return { scaled: losses.map((loss) => (loss - mean) / scale), mean, deviation: scale };
}

/** Running trials count as if they had given what the process expects (the "believer" of Ginsbourger et al. 2010). */
function withRunning(
  study: StudySoFar,
  axes: readonly Axis[],
  observations: Observations,
  process: GaussianProcess,
): GaussianProcess {
  const names = Object.keys(study.space);
  const running = study.trials
    .filter(({ state, parameters }) => state === 'running' && names.every((name) => name in parameters))
    .map(({ parameters }) => encodePoint(axes, parameters));
  if (running.length === 0) return process;
  const points = [...observations.points, ...running];
  const values = [...observations.values, ...running.map((point) => process.predict(point).mean)];
  return conditionOn({ ...observations, points, values }, process.kernel) ?? process;
}

/**
 * Fits the surrogate to what a study has found, of many trials to {@link observedSample}; null before there are two
 * complete trials. Work of up to some seconds: `checkInterrupt` ends it.
 */
export function fitSurrogate(study: StudySoFar, starts?: readonly KernelLogs[]): Surrogate | null {
  const axes = axesOf(study.space);
  const complete = observedSample(usableTrials(study), study.direction);
  if (complete.length < 2) return null;
  const { scaled, mean, deviation } = standardise(complete.map(({ value }) => asLoss(study.direction, value)));
  const observations: Observations = {
    points: complete.map(({ parameters }) => encodePoint(axes, parameters)),
    values: scaled,
    isCategorical: axes.map(({ isCategorical }) => isCategorical),
  };
  const rounds = complete.length > fewTrials ? 20 : 50;
  const fitted = fitGaussianProcess(observations, starts ?? [defaultKernel(axes.length)], rounds);
  return {
    axes,
    process: withRunning(study, axes, observations, fitted),
    bestLoss: smallestOf(scaled),
    fitted: complete.length,
    unscale: (loss) => asLoss(study.direction, loss * deviation + mean),
  };
}

/** Log expected improvement of a point. */
export function improvementAt(surrogate: Surrogate, point: Point): number {
  const { mean, deviation } = surrogate.process.predict(point);
  return logExpectedImprovement(mean, deviation, surrogate.bestLoss);
}

function perturb(axes: readonly Axis[], point: Point, scale: number, random: Random): Point {
  const chosen = Math.floor(random() * axes.length);
  return axes.map((axis, k) => {
    const coordinate = point[k] ?? 0;
    const isMoved = k === chosen || random() < 0.5;
    if (!isMoved) return coordinate;
    if (axis.isCategorical) return random() < 0.3 ? drawCoordinate(axis, random) : coordinate;
    return roundCoordinate(axis, Math.min(1, Math.max(0, coordinate + scale * drawNormal(random))));
  });
}

/** Climbs from a point by random steps that shrink from a fifth of the cube to a thousandth. */
function refine(surrogate: Surrogate, start: Point, random: Random): { readonly point: Point; readonly score: number } {
  let best = { point: start, score: improvementAt(surrogate, start) };
  for (let round = 0; round < 80; round++) {
    const point = perturb(surrogate.axes, best.point, 0.2 * 0.935 ** round, random);
    const score = improvementAt(surrogate, point);
    if (score > best.score) best = { point, score };
  }
  return best;
}

/** The point of the largest expected improvement that a random search with local refinement finds. */
export function maximiseImprovement(
  surrogate: Surrogate,
  starts: readonly Point[],
  candidates: number,
  random: Random,
): Point {
  const drawn = Array.from({ length: candidates }, () => surrogate.axes.map((axis) => drawCoordinate(axis, random)));
  const ranked = [...starts, ...drawn]
    .map((point) => ({ point, score: improvementAt(surrogate, point) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 6);
  const refined = ranked.map(({ point }) => refine(surrogate, point, random)).sort((a, b) => b.score - a.score);
  return refined[0]?.point ?? surrogate.axes.map((axis) => drawCoordinate(axis, random));
}

/**
 * Bayesian optimisation by a Gaussian process (Matern 5/2, one length scale a parameter) and the logarithm of the
 * expected improvement (Jones et al. 1998; Snoek et al. 2012; Ament et al. 2023).
 */
export function createGpSampler(settings: GpSettings = defaultGpSettings): Sampler {
  let lastKernel: KernelLogs | null = null;
  return {
    name: 'gp',
    suggest: (study, random) => {
      const complete = usableTrials(study);
      if (complete.length < settings.startupTrials) return randomSampler.suggest(study, random);
      const fresh = defaultKernel(Object.keys(study.space).length);
      const known = lastKernel === null ? [] : [lastKernel];
      const surrogate = fitSurrogate(
        study,
        lastKernel !== null && complete.length > fewTrials ? known : [...known, fresh],
      );
      if (surrogate === null) return randomSampler.suggest(study, random);
      lastKernel = surrogate.process.kernel;
      const best = [...complete]
        .sort((a, b) => asLoss(study.direction, a.value) - asLoss(study.direction, b.value))
        .slice(0, 2);
      const starts = best.map(({ parameters }) => encodePoint(surrogate.axes, parameters));
      return decodePoint(surrogate.axes, maximiseImprovement(surrogate, starts, settings.candidates, random));
    },
  };
}
