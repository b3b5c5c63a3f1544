import { type DecayCurve, type DecayFit } from '../trace/reading/decay';
import { reachOf } from '../trace/reading/gradients';

const oneHalf = Math.log10(0.5);

/** The straight line through log10 ratios by lag (least squares over the finite ones), and the half-lives. */
export function fitDecay(log10Ratios: ArrayLike<number>): DecayFit {
  const points = Array.from(log10Ratios, (y, lag) => ({ lag, y })).filter(({ y }) => Number.isFinite(y));
  const lastLag = points.at(-1)?.lag ?? 0;
  const measured = points.find(({ y }) => y < oneHalf)?.lag ?? null;
  if (points.length < 2)
    return { slope: null, intercept: null, r2: null, halfLife: null, measuredHalfLife: measured, lastLag };
  const meanLag = mean(points.map(({ lag }) => lag));
  const meanY = mean(points.map(({ y }) => y));
  const spread = sum(points.map(({ lag }) => (lag - meanLag) ** 2));
  const slope = sum(points.map(({ lag, y }) => (lag - meanLag) * (y - meanY))) / spread;
  const intercept = meanY - slope * meanLag;
  const total = sum(points.map(({ y }) => (y - meanY) ** 2));
  const rest = sum(points.map(({ lag, y }) => (y - intercept - slope * lag) ** 2));
  return {
    slope,
    intercept,
    r2: total === 0 ? 1 : Math.max(0, 1 - rest / total),
    halfLife: slope < 0 ? oneHalf / slope : null,
    measuredHalfLife: measured,
    lastLag,
  };
}

/** Puts the curves of several seeds together, lag by lag; each curve is [K + 1] of log10 ratios. */
export function joinCurves(curves: readonly Float64Array[]): DecayCurve {
  const length = Math.max(0, ...curves.map((curve) => curve.length));
  const columns = Array.from({ length }, (_, lag) => curves.map((curve) => curve[lag] ?? NaN));
  const means = columns.map(meanOfColumn);
  return {
    mean: Float32Array.from(means),
    deviation: Float32Array.from(columns, deviationOfColumn),
    minimum: Float32Array.from(columns, (column) => column.reduce((least, value) => Math.min(least, value), Infinity)),
    maximum: Float32Array.from(columns, (column) => column.reduce((most, value) => Math.max(most, value), -Infinity)),
    fit: fitDecay(means),
    reach: reachOf(means),
  };
}

/** Mean of the finite ones; an exact zero in every seed stays -Infinity, and a NaN shows. */
function meanOfColumn(column: readonly number[]): number {
  if (column.some(Number.isNaN)) return NaN;
  const finite = column.filter(Number.isFinite);
  return finite.length > 0 ? mean(finite) : (column[0] ?? NaN);
}

/** Standard deviation of the sample (n - 1); 0 for one seed. */
function deviationOfColumn(column: readonly number[]): number {
  const finite = column.filter(Number.isFinite);
  if (finite.length < 2) return 0;
  const centre = mean(finite);
  return Math.sqrt(sum(finite.map((value) => (value - centre) ** 2)) / (finite.length - 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
