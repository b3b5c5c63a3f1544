import { createRandom, shuffle } from '../../base/random';
import { type ShareProof } from '../../trace/reading/shares';
import { stepsOf } from './network';
import { countOf, fractions, orderOf } from './ranking';
import { readWithout } from './removal';
import { type WhySubject, type Work } from './shareMethod';

const randomOrders = 20;
/** A longer text is asked at the fractions only: every point costs a reading for each of the random orders. */
const longestCurve = 200;
const curvePoints = 20;

/** What taking out and keeping tokens does in one order; the score at each count. */
interface Walk {
  /** Without the first n of the order. */
  readonly deletion: readonly number[];
  /** With the first n alone. */
  readonly insertion: readonly number[];
}

/** The random orders of a text, walked once for all methods. */
export interface RandomWalks {
  readonly score: number;
  /** Counts at which the score is taken, from 0 to T. */
  readonly counts: readonly number[];
  readonly walks: readonly Walk[];
}

/** Walks twenty random orders of the text. */
export function* walkAtRandom(subject: WhySubject, seed = 1): Work<RandomWalks> {
  const T = stepsOf(subject.vectors);
  const counts = countsOf(T);
  const random = createRandom(seed);
  const order = Array.from({ length: T }, (_, t) => t);
  const walks: Walk[] = [];
  for (let k = 0; k < randomOrders; k++) {
    yield k / randomOrders;
    const deletion = yield* walkOut(subject, shuffle(order, random), counts);
    // What is left after T - n deletions are the first n of the same order read backwards, which is as random.
    walks.push({ deletion, insertion: counts.map((n) => deletion[counts.indexOf(T - n)] as number) });
  }
  return { score: subject.quantity.score(subject.reading), counts, walks };
}

/** In both directions the same: T - n is among them with n. */
function countsOf(T: number): readonly number[] {
  const curve = Array.from({ length: curvePoints + 1 }, (_, k) => Math.round((k * T) / curvePoints));
  const asked = [0, ...fractions.map((fraction) => countOf(fraction, T)), ...(T > longestCurve ? [] : curve)];
  return [...new Set(asked.flatMap((n) => [n, T - n]))].sort((a, b) => a - b);
}

/** The score without the first n of an order, at every count. */
function* walkOut(
  subject: WhySubject,
  order: readonly number[],
  counts: readonly number[],
): Generator<void, readonly number[]> {
  const scores: number[] = [];
  for (const n of counts) scores.push(yield* scoreWithout(subject, order.slice(0, n)));
  return scores;
}

/** NaN where nothing is left that can be read. */
function* scoreWithout(subject: WhySubject, removed: readonly number[]): Generator<void, number> {
  if (removed.length === 0) return subject.quantity.score(subject.reading);
  const answer = yield* readWithout(subject, new Set(removed));
  return answer === null ? NaN : subject.quantity.score(answer);
}

/** Walks the order of a method's shares, highest first, and sets it against the random ones. */
export function* prove(subject: WhySubject, shares: Float64Array, random: RandomWalks): Work<ShareProof> {
  const { counts, score, walks } = random;
  const order = orderOf(shares);
  const kept = yield* walkOut(subject, order.toReversed(), counts);
  const own: Walk = {
    deletion: yield* walkOut(subject, order, counts),
    insertion: counts.map((n) => kept[counts.indexOf(shares.length - n)] as number),
  };
  const asked = fractions.map((fraction) => countOf(fraction, shares.length));
  const drops = (values: readonly number[]): readonly number[] =>
    asked.map((n) => score - (values[counts.indexOf(n)] as number));
  const ofAll = (pick: (walked: Walk) => readonly number[]): readonly number[] =>
    counts.map((_, k) => mean(walks.map((walked) => pick(walked)[k] as number)));
  const [deletion, insertion] = [ofAll((walked) => walked.deletion), ofAll((walked) => walked.insertion)];
  const areas = walks.map((walked) => mean(drops(walked.deletion)));
  const area = mean(drops(own.deletion));
  return {
    scoreName: subject.quantity.scoreName,
    score,
    fractions,
    counts: asked,
    ...figures(drops(own.deletion), drops(own.insertion)),
    curves: { n: counts, deletion: own.deletion.map(known), insertion: own.insertion.map(known) },
    random: {
      orders: walks.length,
      ...figures(drops(deletion), drops(insertion)),
      deletion: deletion.map(known),
      insertion: insertion.map(known),
    },
    isNoBetterThanChance: !(area > mean(areas) + 1e-12) || areas.filter((other) => other > area + 1e-12).length > 1,
  };
}

function figures(comprehensiveness: readonly number[], sufficiency: readonly number[]) {
  return {
    comprehensiveness,
    sufficiency,
    comprehensivenessArea: mean(comprehensiveness),
    sufficiencyArea: mean(sufficiency),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
