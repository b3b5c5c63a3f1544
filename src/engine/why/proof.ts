import { createRandom, shuffle } from '../../base/random';
import { type ShareProof } from '../../trace/reading/shares';
import { stepsOf } from './network';
import { countOf, fractions, orderOf } from './ranking';
import { readWithout } from './removal';
import { type WhySubject } from './shareMethod';

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

/** Walks twenty random orders of the text. Yields between steps. */
export function* walkAtRandom(subject: WhySubject, seed = 1): Generator<void, RandomWalks> {
  const T = stepsOf(subject.vectors);
  const counts = countsOf(T);
  const random = createRandom(seed);
  const walks: Walk[] = [];
  for (let k = 0; k < randomOrders; k++)
    walks.push(
      yield* walk(
        subject,
        shuffle(
          Array.from({ length: T }, (_, t) => t),
          random,
        ),
        counts,
      ),
    );
  return { score: subject.quantity.score(subject.reading), counts, walks };
}

function countsOf(T: number): readonly number[] {
  const curve = Array.from({ length: curvePoints + 1 }, (_, k) => Math.round((k * T) / curvePoints));
  const asked = fractions.map((fraction) => countOf(fraction, T));
  return [...new Set([0, T, ...asked, ...(T > longestCurve ? [] : curve)])].sort((a, b) => a - b);
}

function* walk(subject: WhySubject, order: readonly number[], counts: readonly number[]): Generator<void, Walk> {
  const deletion: number[] = [];
  const insertion: number[] = [];
  for (const n of counts) {
    deletion.push(yield* scoreWithout(subject, order.slice(0, n)));
    insertion.push(yield* scoreWithout(subject, order.slice(n)));
  }
  return { deletion, insertion };
}

/** NaN where nothing is left that can be read. */
function* scoreWithout(subject: WhySubject, removed: readonly number[]): Generator<void, number> {
  if (removed.length === 0) return subject.quantity.score(subject.reading);
  const answer = yield* readWithout(subject, new Set(removed));
  return answer === null ? NaN : subject.quantity.score(answer);
}

/** Walks the order of a method's shares, highest first, and sets it against the random ones. Yields between steps. */
export function* prove(subject: WhySubject, shares: Float64Array, random: RandomWalks): Generator<void, ShareProof> {
  const { counts, score, walks } = random;
  const own = yield* walk(subject, orderOf(shares), counts);
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
