import { InspectorError } from '../../base/errors';
import { readTextFeatures } from '../../analysis/textFeatures';
import { type Direction, statesOf } from '../../trace/reading/cellKind';
import { type CommonFeature, type FindReport, type PatternMatch, type UnitPattern } from '../../trace/causes/findAgain';
import { type TextFeature } from '../../trace/reading/findings';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace, runPaced } from '../forward/pace';
import { type Reading } from '../forward/reading';
import { compareRuns, matchRuns, type Run } from './matchRuns';
import { createOnBits, type OnBits, setOnBits, unitsOnThroughout } from './onBits';
import { nearestSteps, type NearStep } from './nearestSteps';
import { nearestSentence, type Relaxation, relaxations, thresholdsFrom } from './relaxations';

/** The phrase whose pattern is looked for, and how it is told. */
export interface FindOptions {
  readonly layer: number;
  readonly direction: Direction;
  /** Steps of the phrase, both included. */
  readonly from: number;
  readonly to: number;
  /** A unit is on where its h is at least this; default 0.3, as in LSTMVis. */
  readonly threshold?: number;
  readonly pace: Pace;
}

/** Opens the readings one after the other, so that only one is in memory; undefined behind the last. */
export type OpenText = (index: number) => Promise<Reading | undefined>;

const defaultThreshold = 0.3;
const mostListed = 200;
/** Of all bits that are kept. */
const mostBitBytes = 96e6;

/**
 * Finds the steps at which the units are on that are on throughout a phrase. Where nothing matches the rule is relaxed,
 * in the order of {@link relaxations}, and the report says so; at the end the steps of the nearest state are given, so
 * that it is never empty where there is a text. The phrase's own place is a match like any other. Progress is counted
 * in steps that were read.
 */
export async function findAgain(phrase: Reading, openText: OpenText, options: FindOptions): Promise<FindReport> {
  const { pace } = options;
  const direction = phrase.direction(options.layer, options.direction);
  checkPhrase(direction, options);
  await phrase.prepare(direction, [options.from, options.to + 1], pace);
  const { pattern, relaxed } = choosePattern(direction, options);
  const texts = new Texts(openText, options);
  for (const step of pattern.units.length === 0 ? [] : relaxations) {
    const found = await findRuns(texts, pattern, step, pace);
    if (found.length === 0) continue;
    const sentences = step.sentence === '' ? relaxed : [...relaxed, step.sentence];
    return report(texts, { pattern, relaxed: sentences, found: found.sort(compareRuns) }, pace);
  }
  const found = await nearest(texts, direction, options);
  return report(texts, { pattern, relaxed: [...relaxed, nearestSentence], found }, pace);
}

function checkPhrase({ steps }: DirectionReading, { from, to, threshold }: FindOptions): void {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to < steps))
    throw new InspectorError('out-of-range', `Steps ${from} to ${to} are no phrase of this text of ${steps} steps.`);
  if (threshold !== undefined && !(threshold > 0))
    throw new InspectorError('out-of-range', `A threshold of ${threshold} has no meaning; give one over 0.`);
}

function choosePattern(
  direction: DirectionReading,
  { from, to, threshold: wanted = defaultThreshold, ...where }: FindOptions,
): { readonly pattern: UnitPattern; readonly relaxed: readonly string[] } {
  const { layer, direction: way } = where;
  const length = to - from + 1;
  for (const threshold of thresholdsFrom(wanted)) {
    const units = unitsOnThroughout(direction, { from, to }, threshold);
    if (units.length === 0) continue;
    const lowered = `No unit stays at ${wanted} or over throughout the phrase; the threshold is ${threshold}.`;
    return {
      pattern: { layer, direction: way, units, threshold, length },
      relaxed: threshold === wanted ? [] : [lowered],
    };
  }
  return {
    pattern: { layer, direction: way, units: [], threshold: wanted, length },
    relaxed: ['No unit is on throughout the phrase.'],
  };
}

/** A run of one of the texts. */
type Found = Run & { readonly text: number; readonly cosine?: number };

async function findRuns(
  texts: Texts,
  { units, threshold, length }: UnitPattern,
  { share, level, length: part }: Relaxation,
  pace: Pace,
): Promise<Found[]> {
  const rule = { units, least: Math.ceil(share * units.length), length: Math.max(1, Math.ceil(part * length)) };
  const found: Found[] = [];
  for (const [text, bits] of (await texts.bitsAt(level * threshold)).entries())
    for (const run of await runPaced(matchRuns(bits, rule), pace)) found.push({ ...run, text });
  return found;
}

/** Bits of all texts, read once for each threshold. */
class Texts {
  private readonly known = new Map<number, readonly OnBits[]>();

  constructor(
    readonly open: OpenText,
    private readonly options: FindOptions,
  ) {}

  async bitsAt(threshold: number): Promise<readonly OnBits[]> {
    const known = this.known.get(threshold);
    if (known) return known;
    // One threshold's bits at a time.
    this.known.clear();
    const all: OnBits[] = [];
    let bytes = 0;
    await this.each(async (direction, reading) => {
      const bits = createOnBits(direction.steps, direction.widthOf('h'));
      if ((bytes += bits.data.byteLength) > mostBitBytes) throw tooLong(all.reduce((sum, { steps }) => sum + steps, 0));
      await reading.compute(this.options.pace, (computed, from, to) => {
        if (computed === direction) setOnBits(bits, direction.field('h', from, to), from, threshold);
      });
      all.push(bits);
    });
    this.known.set(threshold, all);
    return all;
  }

  /** Every text's reading, one after the other; each is let go of afterwards. */
  async each(visit: (direction: DirectionReading, reading: Reading, text: number) => Promise<void>): Promise<void> {
    for (let text = 0; ; text++) {
      const reading = await this.open(text);
      if (reading === undefined) return;
      try {
        await visit(reading.direction(this.options.layer, this.options.direction), reading, text);
      } finally {
        reading.dispose();
      }
    }
  }
}

function tooLong(steps: number): InspectorError {
  return new InspectorError(
    'input-too-long',
    `The texts are too long to be looked through together: after ${steps} steps the bits of this layer fill ${mostBitBytes / 1e6} MB. Choose fewer files.`,
  );
}

async function nearest(texts: Texts, phrase: DirectionReading, { to, pace }: FindOptions): Promise<Found[]> {
  const field = statesOf(phrase.shape.cell).includes('c') ? 'c' : 'h';
  const wanted = phrase.field(field, to, to + 1);
  const found: (NearStep & { readonly text: number })[] = [];
  await texts.each(async (direction, reading, text) => {
    await reading.compute(pace);
    for (const near of await nearestSteps(direction, { field, wanted, most: mostListed }, pace))
      found.push({ ...near, text });
  });
  return found
    .sort((one, other) => other.cosine - one.cosine)
    .slice(0, mostListed)
    .map(({ text, step, cosine }) => ({ text, from: step, to: step, unitsOn: 0, others: 0, cosine }));
}

interface Finding {
  readonly pattern: UnitPattern;
  readonly relaxed: readonly string[];
  readonly found: readonly Found[];
}

/** Names the places of the best, and what all have in common. */
async function report(texts: Texts, { pattern, relaxed, found }: Finding, pace: Pace): Promise<FindReport> {
  const listed = found.slice(0, mostListed);
  const matches = new Map<Found, PatternMatch>();
  const sums = new FeatureSums();
  await texts.each(async ({ steps: read }, { tokens, input }, text) => {
    const here = found.filter((each) => each.text === text);
    const at = (step: number) => tokens[Math.min(step, tokens.length - 1)];
    for (const run of listed.filter((each) => each.text === text))
      matches.set(run, { ...run, start: at(run.from)?.start ?? 0, end: at(run.to)?.end ?? 0 });
    sums.steps += read;
    if (input.values === undefined && read === tokens.length)
      sums.add(await runPaced(readTextFeatures(tokens), pace), here);
  });
  return {
    pattern,
    relaxed,
    count: found.length,
    matches: listed.flatMap((run) => matches.get(run) ?? []),
    steps: sums.steps,
    common: sums.shares(),
  };
}

/** How many steps, of the matches and of all, have each feature. */
class FeatureSums {
  steps = 0;
  private readonly all = new Map<TextFeature, number>();
  private readonly matched = new Map<TextFeature, number>();
  private seen = 0;
  private matchedSteps = 0;

  add(features: Readonly<Record<TextFeature, Float32Array>>, runs: readonly Run[]): void {
    for (const run of runs) this.matchedSteps += run.to - run.from + 1;
    for (const [name, values] of Object.entries(features) as [TextFeature, Float32Array][]) {
      // How far a line has gone is no yes or no.
      if (name === 'place in line') continue;
      let [all, matched] = [0, 0];
      for (const value of values) if (value > 0) all++;
      for (const { from, to } of runs) for (let t = from; t <= to; t++) if ((values[t] as number) > 0) matched++;
      this.all.set(name, (this.all.get(name) ?? 0) + all);
      this.matched.set(name, (this.matched.get(name) ?? 0) + matched);
    }
    this.seen += features.space.length;
  }

  shares(): readonly CommonFeature[] {
    if (this.matchedSteps === 0) return [];
    return [...this.all].map(([feature, count]) => ({
      feature,
      inMatches: (this.matched.get(feature) as number) / this.matchedSteps,
      everywhere: count / this.seen,
    }));
  }
}
