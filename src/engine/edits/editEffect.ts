import { createRandom, shuffle } from '../../base/random';
import { activateBlock } from '../../cells/scalarActivation';
import { outputKindOf, shownActivation } from '../../network/outputKind';
import { type EditEffect } from '../../trace/causes/editEffect';
import { type OutputKind } from '../../trace/reading/outputKind';
import { packPredictionTrack } from '../../trace/reading/predictionTrack';
import { type Pace } from '../forward/pace';
import { type Reading } from '../forward/reading';
import { nameOfOutput, trackPredictions } from '../questions/predictions';
import { type AnswerScore, chooseScore, divergence as divergenceOf, logProbabilities } from '../causes/answerScore';
import { readHeld } from '../causes/readHeld';

/** Units that are taken out for comparison, and the longest text for which that is done. */
const randomUnits = 10;
const mostSteps = 5000;
const rowsAtOnce = 512;

/** Compares an edited reading with the untouched one of the same input. */
export async function measureEffect(untouched: Reading, edited: Reading, pace: Pace): Promise<EditEffect> {
  await untouched.compute(pace);
  await edited.compute(pace);
  const kind = outputKindOf(edited.model);
  if (edited.model.task === 'next-token' && edited.chain.overTime && edited.ids && kind !== 'numbers')
    return effectOnTokens(untouched, edited, pace);
  const [before, after] = [shownAnswer(untouched, kind), shownAnswer(edited, kind)];
  if (before === null || after === null) return { kind: 'none' };
  const largest = before.indexOf(before.reduce((most, value) => Math.max(most, value), -Infinity));
  return {
    kind: 'answer',
    names: Array.from(before, (_, index) => nameOfOutput(edited.model, index)),
    before,
    after,
    areProbabilities: kind !== 'numbers',
    chance: await byChance(untouched, pace, (reading) => {
      const changed = shownAnswer(reading, kind);
      return Promise.resolve(Math.abs((changed?.[largest] ?? NaN) - (before[largest] as number)));
    }),
  };
}

async function effectOnTokens(untouched: Reading, edited: Reading, pace: Pace): Promise<EditEffect> {
  const divergence = await divergencesOf(untouched, edited, pace);
  // One token has no next one.
  const score = untouched.steps > 1 ? await chooseScore(untouched, pace) : null;
  const isShort = untouched.steps <= mostSteps;
  const whole = [0, untouched.steps] as const;
  return {
    kind: 'tokens',
    divergence,
    lossBefore: score === null ? NaN : await meanLoss(score, untouched, pace),
    lossAfter: score === null ? NaN : await meanLoss(score, edited, pace),
    chance: await byChance(untouched, pace, async (reading) => meanOf(await divergencesOf(untouched, reading, pace))),
    before: isShort ? packPredictionTrack(await trackPredictions(untouched, whole, pace)) : null,
  };
}

/** KL(p || q) = sum p (ln p - ln q) after every step, in nats, [T]. */
async function divergencesOf(untouched: Reading, edited: Reading, pace: Pace): Promise<Float32Array> {
  const kind = outputKindOf(edited.model);
  const [one, other] = [untouched, edited].map(({ chain }) => chain.overTime as NonNullable<typeof chain.overTime>);
  const width = one?.width ?? 0;
  const divergence = new Float32Array(edited.steps);
  for (let from = 0; from < divergence.length; from += rowsAtOnce) {
    const to = Math.min(divergence.length, from + rowsAtOnce);
    const [p, q] = [one?.rows(from, to) as Float32Array, other?.rows(from, to) as Float32Array];
    for (let t = 0; t < to - from; t++)
      divergence[from + t] = divergenceOf(
        logProbabilities(p.subarray(t * width, (t + 1) * width), kind),
        logProbabilities(q.subarray(t * width, (t + 1) * width), kind),
      );
    await pace.breathe();
  }
  return divergence;
}

async function meanLoss(score: AnswerScore, reading: Reading, pace: Pace): Promise<number> {
  return -meanOf(await score.of(reading, pace));
}

/** The whole text's answer as it is shown: of logits the probabilities. */
function shownAnswer({ chain: { output } }: Reading, kind: OutputKind): Float32Array | null {
  if (!output) return null;
  const row = Float64Array.from(output.rows(output.steps - 1, output.steps));
  const activation = shownActivation(kind, row.length);
  if (activation !== null) activateBlock(activation, row, 0, row.length);
  return Float32Array.from(row);
}

/** The mean of a measure over readings in which one unit, drawn at random, is taken out. */
async function byChance(
  untouched: Reading,
  pace: Pace,
  measure: (reading: Reading) => Promise<number>,
): Promise<{ readonly count: number; readonly mean: number } | null> {
  if (untouched.steps > mostSteps) return null;
  const all = untouched.directions.flatMap((direction) =>
    Array.from({ length: direction.widthOf('h') }, (_, unit) => ({ direction, unit })),
  );
  const drawn = shuffle(all, createRandom(1)).slice(0, randomUnits);
  const values: number[] = [];
  for (const unit of drawn) {
    const changed = readHeld(untouched, { ...unit, value: 0 });
    await changed.compute(pace);
    values.push(await measure(changed));
    changed.dispose();
  }
  return { count: values.length, mean: meanOf(values) };
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] as number;
  return sum / values.length;
}
