import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { checkInterrupt } from '../../../base/interrupt';
import { type Point } from './unitCube';

/** Hyperparameters of the kernel, as natural logarithms: one length scale an axis, signal variance, noise variance. */
export interface KernelLogs {
  readonly lengths: readonly number[];
  readonly signal: number;
  readonly noise: number;
}

/** A Gaussian process conditioned on observations (Rasmussen and Williams 2006, chapter 2). */
export interface GaussianProcess {
  readonly kernel: KernelLogs;
  /** Posterior mean and standard deviation of the function (without noise) at a point. */
  predict(point: Point): { readonly mean: number; readonly deviation: number };
  /** The mean alone, at the cost of one kernel value an observation. */
  mean(point: Point): number;
}

/** What a process is fitted to. Values should be standardised. */
export interface Observations {
  readonly points: readonly Point[];
  readonly values: readonly number[];
  readonly isCategorical: readonly boolean[];
}

const sqrt5 = Math.sqrt(5);
const jitter = 1e-8;

function squaredDifference(isCategorical: boolean, a: number, b: number): number {
  return isCategorical ? (a === b ? 0 : 1) : (a - b) ** 2;
}

/** Squared distance with automatic relevance determination: sum over axes of (difference / length)^2. */
function scaledDistance(
  a: Point,
  b: Point,
  inverseSquares: readonly number[],
  isCategorical: readonly boolean[],
): number {
  let sum = 0;
  for (let k = 0; k < inverseSquares.length; k++) {
    sum += squaredDifference(isCategorical[k] ?? false, a[k] ?? 0, b[k] ?? 0) * (inverseSquares[k] ?? 0);
  }
  return sum;
}

/** Matern kernel with nu = 5/2 as a function of the squared distance (Rasmussen and Williams 2006, eq. 4.17). */
export function matern52(squaredDistance: number): number {
  const r = sqrt5 * Math.sqrt(squaredDistance);
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** d matern52 / d squaredDistance. */
function matern52Slope(squaredDistance: number): number {
  const r = sqrt5 * Math.sqrt(squaredDistance);
  return (-5 / 6) * (1 + r) * Math.exp(-r);
}

function inverseSquaresOf(kernel: KernelLogs): readonly number[] {
  return kernel.lengths.map((length) => Math.exp(-2 * length));
}

interface Factored {
  readonly distances: Matrix;
  readonly cholesky: CholeskyDecomposition;
  readonly alpha: Matrix;
  readonly logLikelihood: number;
}

/** Covariance of the observations, its Cholesky factor, K^-1 y and the log marginal likelihood (algorithm 2.1). */
function factor({ points, values, isCategorical }: Observations, kernel: KernelLogs): Factored | null {
  const n = points.length;
  const inverseSquares = inverseSquaresOf(kernel);
  const distances = Matrix.zeros(n, n);
  const covariance = Matrix.zeros(n, n);
  const [signal, noise] = [Math.exp(kernel.signal), Math.exp(kernel.noise) + jitter];
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      const distance = scaledDistance(points[a] ?? [], points[b] ?? [], inverseSquares, isCategorical);
      const value = signal * matern52(distance) + (a === b ? noise : 0);
      distances.set(a, b, distance);
      distances.set(b, a, distance);
      covariance.set(a, b, value);
      covariance.set(b, a, value);
    }
  }
  const cholesky = new CholeskyDecomposition(covariance);
  if (!cholesky.isPositiveDefinite()) return null;
  const target = Matrix.columnVector([...values]);
  const alpha = cholesky.solve(target);
  const lower = cholesky.lowerTriangularMatrix;
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) logDeterminant += 2 * Math.log(lower.get(k, k));
  const fit = target.transpose().mmul(alpha).get(0, 0);
  return { distances, cholesky, alpha, logLikelihood: -0.5 * (fit + logDeterminant + n * Math.log(2 * Math.PI)) };
}

/**
 * Log prior of the kernel's hyperparameters and its gradient. Length scales: -0.1 (l^2 + l^-2), which keeps them
 * between about 0.1 and 10; signal variance gamma(2, 1); noise variance gamma(1.1, 30), small. As Optuna's GP sampler
 * has them.
 */
function logPrior(kernel: KernelLogs): { readonly value: number; readonly gradient: readonly number[] } {
  const [signal, noise] = [Math.exp(kernel.signal), Math.exp(kernel.noise)];
  let value = kernel.signal - signal + 0.1 * kernel.noise - 30 * noise;
  const gradient = kernel.lengths.map((length) => {
    const square = Math.exp(2 * length);
    value -= 0.1 * (square + 1 / square);
    return -0.2 * (square - 1 / square);
  });
  return { value, gradient: [...gradient, 1 - signal, 0.1 - 30 * noise] };
}

/** Gradient of the log marginal likelihood, 1/2 tr((alpha alpha^T - K^-1) dK/dtheta) (eq. 5.9), in log parameters. */
function likelihoodGradient(observations: Observations, kernel: KernelLogs, factored: Factored): readonly number[] {
  const { points, isCategorical } = observations;
  const n = points.length;
  const inverse = factored.cholesky.solve(Matrix.eye(n));
  const inverseSquares = inverseSquaresOf(kernel);
  const [signal, noise] = [Math.exp(kernel.signal), Math.exp(kernel.noise)];
  const gradient = new Array<number>(kernel.lengths.length + 2).fill(0);
  const axes = kernel.lengths.length;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      const weight = 0.5 * (factored.alpha.get(a, 0) * factored.alpha.get(b, 0) - inverse.get(a, b));
      const distance = factored.distances.get(a, b);
      const slope = weight * signal * matern52Slope(distance);
      for (let k = 0; k < axes; k++) {
        const difference = squaredDifference(isCategorical[k] ?? false, points[a]?.[k] ?? 0, points[b]?.[k] ?? 0);
        gradient[k] = (gradient[k] ?? 0) + slope * -2 * difference * (inverseSquares[k] ?? 0);
      }
      gradient[axes] = (gradient[axes] ?? 0) + weight * signal * matern52(distance);
      if (a === b) gradient[axes + 1] = (gradient[axes + 1] ?? 0) + weight * noise;
    }
  }
  return gradient;
}

function toVector(kernel: KernelLogs): number[] {
  return [...kernel.lengths, kernel.signal, kernel.noise];
}

function toKernel(vector: readonly number[]): KernelLogs {
  const axes = vector.length - 2;
  return { lengths: vector.slice(0, axes), signal: vector[axes] ?? 0, noise: vector[axes + 1] ?? 0 };
}

function clampLog(value: number): number {
  return Math.min(5, Math.max(-14, value));
}

/**
 * Climbs the log posterior of the hyperparameters from `start` by resilient propagation (Riedmiller and Braun 1993):
 * steps that depend only on the signs of the gradient need no line search and no scaling.
 */
function climb(
  observations: Observations,
  start: KernelLogs,
  rounds: number,
): { readonly kernel: KernelLogs; readonly score: number } {
  let vector = toVector(start);
  let steps = vector.map(() => 0.1);
  let lastSigns = vector.map(() => 0);
  let best = { kernel: start, score: -Infinity };
  for (let round = 0; round < rounds; round++) {
    checkInterrupt();
    const kernel = toKernel(vector);
    const factored = factor(observations, kernel);
    if (factored === null) break;
    const prior = logPrior(kernel);
    const score = factored.logLikelihood + prior.value;
    if (score > best.score) best = { kernel, score };
    const gradient = likelihoodGradient(observations, kernel, factored).map(
      (part, k) => part + (prior.gradient[k] ?? 0),
    );
    const signs = gradient.map(Math.sign);
    steps = steps.map((step, k) =>
      Math.min(1, Math.max(1e-3, step * ((signs[k] ?? 0) * (lastSigns[k] ?? 0) < 0 ? 0.5 : 1.2))),
    );
    vector = vector.map((value, k) => clampLog(value + (signs[k] ?? 0) * (steps[k] ?? 0)));
    lastSigns = signs;
  }
  return best;
}

/** The kernel from which a fit starts when nothing is known: middling length scales, unit signal, little noise. */
export function defaultKernel(axes: number): KernelLogs {
  return { lengths: new Array<number>(axes).fill(Math.log(0.5)), signal: 0, noise: Math.log(1e-4) };
}

/** Conditions a process with this kernel on the observations; null if the covariance is not positive definite. */
export function conditionOn(observations: Observations, kernel: KernelLogs): GaussianProcess | null {
  const factored = factor(observations, kernel);
  if (factored === null) return null;
  const inverseSquares = inverseSquaresOf(kernel);
  const signal = Math.exp(kernel.signal);
  const lower = factored.cholesky.lowerTriangularMatrix.to2DArray();
  const alpha = factored.alpha.to1DArray();
  const { points, isCategorical } = observations;
  const covariancesAt = (point: Point): readonly number[] =>
    points.map((other) => signal * matern52(scaledDistance(point, other, inverseSquares, isCategorical)));
  const meanOf = (covariances: readonly number[]): number =>
    covariances.reduce((sum, value, k) => sum + value * (alpha[k] ?? 0), 0);
  return {
    kernel,
    mean: (point) => meanOf(covariancesAt(point)),
    predict: (point) => {
      const covariances = covariancesAt(point);
      const variance = signal - squaredNorm(solveLower(lower, covariances));
      return { mean: meanOf(covariances), deviation: Math.sqrt(Math.max(variance, 1e-12)) };
    },
  };
}

function solveLower(lower: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const solution: number[] = [];
  for (let a = 0; a < right.length; a++) {
    const row = lower[a] ?? [];
    let sum = right[a] ?? 0;
    for (let b = 0; b < a; b++) sum -= (row[b] ?? 0) * (solution[b] ?? 0);
    solution.push(sum / (row[a] ?? 1));
  }
  return solution;
}

function squaredNorm(vector: readonly number[]): number {
  return vector.reduce((sum, value) => sum + value * value, 0);
}

/** Fits the kernel to the observations by maximum a posteriori, from each of the starts, and conditions on them. */
export function fitGaussianProcess(
  observations: Observations,
  starts: readonly KernelLogs[],
  rounds: number,
): GaussianProcess {
  const fits = starts.map((start) => climb(observations, start, rounds)).sort((a, b) => b.score - a.score);
  const kernel = fits[0]?.kernel ?? defaultKernel(observations.isCategorical.length);
  const fitted = conditionOn(observations, kernel) ?? conditionOn(observations, { ...kernel, noise: Math.log(0.1) });
  if (fitted === null)
    throw new Error(`The covariance of ${observations.points.length} observations is not positive definite.`);
  return fitted;
}
