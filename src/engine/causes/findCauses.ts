import { InspectorError } from '../../base/errors';
import { largestOf } from '../../base/extremes';
import { createRandom, shuffle } from '../../base/random';
import { correlateUnits } from '../../analysis/correlation';
import { type CausesReport, type LayerCauses, type RemovalValue } from '../../trace/causes/causes';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace, runPaced } from '../forward/pace';
import { type Reading } from '../forward/reading';
import { meanOverText } from '../edits/openEdited';
import { type AnswerScore, chooseScore, scoreOfToken } from './answerScore';
import { type HeldUnit, readHeld } from './readHeld';

/** What is asked about a reading. */
export interface CausesOptions {
  /** Steps after which the answer is judged; default the last that has one. */
  readonly at?: readonly number[];
  readonly by?: RemovalValue;
  /** Also holds every unit at the 1 % and 99 % point of its values: twice as many readings more. */
  readonly isSteered?: boolean;
  readonly pace: Pace;
}

/** Every unit reads the whole text again, and keeps its h for a moment. */
const mostSteps = 50_000;
const randomUnits = 20;
const [lowShare, highShare] = [0.01, 0.99];

/**
 * Takes every unit out of a reading, one at a time: its h is held at 0, or at its mean over the text, at every step,
 * and the text is read again. Says what that does to the answer after some steps and what it does elsewhere. Progress
 * is counted in readings. Throws `out-of-range` for a step without an answer,
 * `input-too-long` for more than 50,000 steps.
 */
export async function findCauses(untouched: Reading, options: CausesOptions): Promise<CausesReport> {
  const { by = 'zero', isSteered = false, pace } = options;
  if (untouched.steps > mostSteps)
    throw new InspectorError(
      'input-too-long',
      `Every unit is taken out over the whole text, and this one has ${untouched.steps} steps; give at most ${mostSteps}.`,
    );
  await untouched.compute(pace);
  const score = await chooseScore(untouched, pace);
  const at = checkSteps(options.at ?? [score.steps - 1], score);
  const base = await score.of(untouched, pace);
  const total = untouched.directions.reduce((sum, direction) => sum + direction.widthOf('h'), 0) * (isSteered ? 3 : 1);
  let done = 0;
  const measure = async (held: HeldUnit): Promise<Float64Array> => {
    const scores = await scoresOf(untouched, held, score, pace);
    await pace.breathe(++done, total);
    return scores.map((value, t) => value - (base[t] as number));
  };
  const layers: LayerCauses[] = [];
  for (const direction of untouched.directions) {
    const judged = { untouched, direction, at: score.steps === 1 ? [0] : at };
    layers.push(await causesOfLayer(judged, { by, isSteered, pace, measure }));
  }
  return {
    score: score.name,
    unit: score.unit,
    steps: score.steps === 1 ? [untouched.steps - 1] : at,
    untouched: Float64Array.from(score.steps === 1 ? [0] : at, (t) => base[t] as number),
    by,
    layers,
    chance: effectByChance(layers),
  };
}

/** A step, or for a model that answers once its last step. */
function checkSteps(at: readonly number[], { steps }: AnswerScore): readonly number[] {
  const wrong = at.find((t) => !Number.isInteger(t) || t < 0 || (steps > 1 && t >= steps));
  if (at.length === 0 || wrong !== undefined)
    throw new InspectorError(
      'out-of-range',
      `There is no answer to judge after step ${wrong ?? 'none'}: the last one with a next token is ${steps - 1}.`,
    );
  return at;
}

async function scoresOf(untouched: Reading, held: HeldUnit, score: AnswerScore, pace: Pace): Promise<Float64Array> {
  const changed = readHeld(untouched, held);
  try {
    return await score.of(changed, pace);
  } finally {
    changed.dispose();
  }
}

interface JudgedLayer {
  readonly untouched: Reading;
  readonly direction: DirectionReading;
  readonly at: readonly number[];
}

interface Measuring extends Required<Pick<CausesOptions, 'by' | 'isSteered' | 'pace'>> {
  readonly measure: (held: HeldUnit) => Promise<Float64Array>;
}

async function causesOfLayer(
  { untouched, direction, at }: JudgedLayer,
  { by, isSteered, pace, measure }: Measuring,
): Promise<LayerCauses> {
  const width = direction.widthOf('h');
  const removed = by === 'mean' ? await meanOverText(direction, 'h', pace) : new Float32Array(width);
  const made = {
    effect: new Float64Array(width),
    effects: new Float64Array(at.length * width),
    elsewhere: new Float64Array(width),
    heldLow: isSteered ? new Float64Array(width) : null,
    heldHigh: isSteered ? new Float64Array(width) : null,
  };
  const meanAt = (changes: Float64Array): number => mean(at.map((t) => changes[t] as number));
  const points = isSteered ? await pointsOfValues(direction, pace) : null;
  for (let unit = 0; unit < width; unit++) {
    const changes = await measure({ direction, unit, value: removed[unit] as number });
    made.effect[unit] = meanAt(changes);
    at.forEach((t, k) => (made.effects[k * width + unit] = changes[t] as number));
    made.elsewhere[unit] = meanElsewhere(changes, at);
    if (!points || !made.heldLow || !made.heldHigh) continue;
    made.heldLow[unit] = meanAt(await measure({ direction, unit, value: points.low[unit] as number }));
    made.heldHigh[unit] = meanAt(await measure({ direction, unit, value: points.high[unit] as number }));
  }
  const { layer, direction: way, name, cell } = direction.shape;
  return { layer, direction: way, name, cell, ...made, correlation: await correlate(untouched, direction, at, pace) };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanElsewhere(changes: Float64Array, at: readonly number[]): number {
  const judged = new Set(at);
  let [sum, count] = [0, 0];
  changes.forEach((change, t) => {
    if (judged.has(t)) return;
    sum += change;
    count++;
  });
  return count === 0 ? NaN : sum / count;
}

/** The 1 % and the 99 % point of every unit's h over the text, [P]. */
async function pointsOfValues(
  direction: DirectionReading,
  pace: Pace,
): Promise<{ readonly low: Float32Array; readonly high: Float32Array }> {
  const width = direction.widthOf('h');
  const { steps } = direction;
  const h = direction.field('h', 0, steps);
  const [low, high] = [new Float32Array(width), new Float32Array(width)];
  const column = new Float32Array(steps);
  for (let unit = 0; unit < width; unit++) {
    for (let t = 0; t < steps; t++) column[t] = h[t * width + unit] as number;
    column.sort();
    low[unit] = column[Math.round(lowShare * (steps - 1))] as number;
    high[unit] = column[Math.round(highShare * (steps - 1))] as number;
    await pace.breathe();
  }
  return { low, high };
}

/** Pearson's r of every unit with the score of the token that follows the first judged step. */
async function correlate(
  untouched: Reading,
  direction: DirectionReading,
  at: readonly number[],
  pace: Pace,
): Promise<Float64Array | null> {
  const { ids, model, chain } = untouched;
  if (model.task !== 'next-token' || !ids || !chain.overTime || direction.steps !== untouched.steps) return null;
  const scores = await scoreOfToken(untouched, ids[(at[0] as number) + 1] as number, pace);
  return runPaced(correlateUnits(direction.field('h', 0, scores.length), direction.widthOf('h'), scores), pace);
}

/** What a unit does that was drawn at random; the seed is fixed, so that the same text gives the same figure. */
function effectByChance(layers: readonly LayerCauses[]): CausesReport['chance'] {
  const effects = layers.flatMap(({ effect }) => [...effect]).map(Math.abs);
  const drawn = shuffle(effects, createRandom(1)).slice(0, randomUnits);
  return { count: drawn.length, mean: mean(drawn), largest: largestOf(drawn) };
}
