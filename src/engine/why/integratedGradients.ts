import { baselineNames, baselineVectors } from './baselines';
import { dotRows } from './gradientShares';
import { differentiate, readVectors } from './network';
import { valueOf } from './quantity';
import { type ComputeShares, sumOf, type WhySubject, type Work } from './shareMethod';

const firstPoints = 20;
const mostPoints = 1280;
/** The shares sum to the difference within this part of it. */
const tolerance = 0.01;

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017): (x_t - b) . mean over k = 1 .. m of d (v . z) / d x_t at b +
 * (k - 1/2) / m (x - b), the midpoint rule. Without a number of points m is doubled until the shares sum to v . z(x) -
 * v . z(b) within 1 %.
 */
export const integratedGradients: ComputeShares = function* (subject, { baseline = 'zero', points }) {
  const { network, vectors, quantity, value } = subject;
  const base = baselineVectors(network, vectors, baseline);
  const atBase = yield* readVectors(network, { ...vectors, data: base });
  const start = valueOf(quantity, atBase.logits);
  const of = value - start;
  const isClose = (shares: Float64Array): boolean => Math.abs(sumOf(shares) - of) <= tolerance * Math.abs(of);
  let m = points ?? firstPoints;
  let shares = yield* alongTheWay(subject, base, m);
  while (points === undefined && !isClose(shares) && m < mostPoints) {
    m *= 2;
    shares = yield* alongTheWay(subject, base, m);
  }
  const notes = isClose(shares)
    ? []
    : [
        `With ${m} points the shares sum to ${sumOf(shares).toPrecision(4)} of ${of.toPrecision(4)}; more points come closer.`,
      ];
  return { shares, sum: { sum: sumOf(shares), of, start, from: baselineNames[baseline] }, baseline, points: m, notes };
};

function* alongTheWay({ network, vectors, quantity }: WhySubject, base: Float64Array, m: number): Work<Float64Array> {
  const way = vectors.data.map((x, k) => x - (base[k] as number));
  const mean = new Float64Array(way.length);
  for (let k = 1; k <= m; k++) {
    yield (k - 1) / m;
    const data = base.map((b, j) => b + ((k - 0.5) / m) * (way[j] as number));
    const reading = yield* readVectors(network, { ...vectors, data });
    const gradient = yield* differentiate(network, reading, quantity.v);
    for (let j = 0; j < mean.length; j++) mean[j] = (mean[j] as number) + (gradient[j] as number) / m;
  }
  return dotRows(mean, way, network.width);
}
