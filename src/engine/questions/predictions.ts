import { activateBlock } from '../../cells/scalarActivation';
import { outputKindOf, shownActivation } from '../../network/outputKind';
import { type RecurrentModel } from '../../network/recurrentModel';
import { isShownAsProbability } from '../../trace/reading/outputKind';
import { type PredictionTrack } from '../../trace/reading/predictionTrack';
import { type Prediction } from '../../trace/reading/stepSummary';
import { type Pace } from '../forward/pace';
import { type Reading } from '../forward/reading';

/** Outputs kept a step. */
const topCount = 5;
const rowsAtOnce = 512;

/**
 * The most probable (or largest) outputs and the surprise of text steps [from, to); without a head at every step there
 * are none (NaN, -1).
 */
export async function trackPredictions(
  reading: Reading,
  [from, to]: readonly [number, number],
  pace: Pace,
): Promise<PredictionTrack> {
  const steps = to - from;
  const width = reading.chain.overTime?.width ?? 0;
  const top = Math.min(topCount, width);
  const indices = new Int32Array(steps * top).fill(-1);
  const probabilities = new Float32Array(steps * top).fill(NaN);
  for (let start = from; top > 0 && start < to; start += rowsAtOnce) {
    const end = Math.min(start + rowsAtOnce, to);
    const rows = rowsOverTime(reading, start, end);
    for (let t = start; t < end; t++) {
      topOf(rows.subarray((t - start) * width, (t - start + 1) * width), top).forEach(({ index, value }, k) => {
        indices[(t - from) * top + k] = index;
        probabilities[(t - from) * top + k] = value;
      });
    }
    await pace.breathe();
  }
  const surprise = await trackSurprise(reading, [from, to], pace);
  const names = Object.fromEntries(
    [...new Set(indices)].filter((index) => index >= 0).map((index) => [index, nameOfOutput(reading.model, index)]),
  );
  return { steps, top, indices, probabilities, surprise, names };
}

/**
 * -ln p(token t | the tokens before it) in nats for steps [from, to); NaN for the first token and for every other kind
 * of model.
 */
export async function trackSurprise(
  reading: Reading,
  [from, to]: readonly [number, number],
  pace: Pace,
): Promise<Float32Array> {
  const surprise = new Float32Array(to - from).fill(NaN);
  if (!predictsTokens(reading)) return surprise;
  const { ids } = reading;
  const width = reading.chain.overTime?.width ?? 0;
  for (let start = Math.max(from, 1); start < to; start += rowsAtOnce) {
    const end = Math.min(start + rowsAtOnce, to);
    const rows = rowsOverTime(reading, start - 1, end - 1);
    for (let t = start; t < end; t++)
      surprise[t - from] = -Math.log(rows[(t - start) * width + (ids?.[t] ?? -1)] ?? NaN);
    await pace.breathe();
  }
  return surprise;
}

/** The most probable outputs after step `t`, best first; none where the model has no head at every step. */
export function predictionsAt(reading: Reading, t: number): readonly Prediction[] | undefined {
  if (!reading.chain.overTime) return undefined;
  const row = rowsOverTime(reading, t, t + 1);
  return topOf(row, Math.min(topCount, row.length)).map(({ index, value }) => ({
    index,
    name: nameOfOutput(reading.model, index),
    probability: value,
  }));
}

/** How a person reads an output unit: a token, a class, or its number. */
export function nameOfOutput({ task, input, labels }: RecurrentModel, index: number): string {
  const label = labels?.[index];
  if (label !== undefined) return label;
  if (task === 'next-token' && input.kind === 'tokens' && input.tokenizer) return input.tokenizer.textOf(index);
  return String(index);
}

/** Whether there is a probability for every token of the vocabulary at every step. */
function predictsTokens({ model, chain, ids }: Reading): boolean {
  return (
    model.task === 'next-token' &&
    ids !== undefined &&
    chain.overTime !== null &&
    isShownAsProbability(outputKindOf(model))
  );
}

/**
 * The rows of the head as they are shown, [to - from, width]: of logits the probabilities, in float64 so that none
 * underflows early.
 */
function rowsOverTime({ model, chain }: Reading, from: number, to: number): Float32Array | Float64Array {
  if (chain.overTime === null) return new Float32Array(0);
  const { width } = chain.overTime;
  const rows = chain.overTime.rows(from, to);
  const activation = shownActivation(outputKindOf(model), width);
  if (activation === null) return rows;
  const shown = Float64Array.from(rows);
  for (let at = 0; at < shown.length; at += width) activateBlock(activation, shown, at, width);
  return shown;
}

/** The largest values of a row with their places, largest first; NaN is never among them. */
function topOf(row: Float32Array | Float64Array, count: number): { index: number; value: number }[] {
  const best: { index: number; value: number }[] = [];
  row.forEach((value, index) => {
    if (Number.isNaN(value) || (best.length === count && value <= (best[count - 1] as { value: number }).value)) return;
    const place = best.findIndex((other) => value > other.value);
    best.splice(place < 0 ? best.length : place, 0, { index, value });
    if (best.length > count) best.pop();
  });
  return best;
}
