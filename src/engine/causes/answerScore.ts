import { InspectorError } from '../../base/errors';
import { largestOf } from '../../base/extremes';
import { outputKindOf } from '../../network/outputKind';
import { type OutputKind } from '../../trace/reading/outputKind';
import { type Pace } from '../forward/pace';
import { type Reading } from '../forward/reading';
import { nameOfOutput } from '../questions/predictions';

/** By what an answer is judged: of tokens log p at every step, of a class log p, of a regression its number. */
export interface AnswerScore {
  readonly name: string;
  readonly unit: 'nats' | 'the output';
  /** Steps that have a score, in text order: all but the last of a next-token model, else the last alone. */
  readonly steps: number;
  /** The score of every step of a reading, [steps]; computes what is missing of it. */
  of(reading: Reading, pace: Pace): Promise<Float64Array>;
}

const rowsAtOnce = 512;

/** The score of a text's own answers: the tokens that follow, or the class that the untouched reading gives. */
export async function chooseScore(untouched: Reading, pace: Pace): Promise<AnswerScore> {
  const kind = outputKindOf(untouched.model);
  if (untouched.model.task === 'next-token') return scoreOfTokens(untouched, kind);
  await untouched.compute(pace);
  const { output } = untouched.chain;
  if (!output) throw new InspectorError('model-unsupported', `${untouched.model.name} has no answer to judge by.`);
  const answer = output.rows(output.steps - 1, output.steps);
  const chosen = answer.indexOf(largestOf(answer));
  const isNumber = kind === 'numbers' || answer.length === 1;
  return {
    name: isNumber ? 'the output' : `log p of ${nameOfOutput(untouched.model, chosen)}`,
    unit: isNumber ? 'the output' : 'nats',
    steps: 1,
    of: async (reading, its) => {
      await reading.compute(its);
      const last = reading.chain.output;
      const row = last?.rows(last.steps - 1, last.steps) ?? new Float32Array(0);
      return Float64Array.of(isNumber ? (row[chosen] ?? NaN) : logProbability(row, chosen, kind));
    },
  };
}

function scoreOfTokens({ model, ids, chain, steps }: Reading, kind: OutputKind): AnswerScore {
  if (ids === undefined || chain.overTime === null || kind === 'numbers')
    throw new InspectorError(
      'model-unsupported',
      `${model.name} does not say how probable each next token is, so that no unit's effect on it can be told.`,
    );
  if (steps < 2) throw new InspectorError('out-of-range', 'The text has one token; give one with a next token.');
  return {
    name: 'log p of the next token',
    unit: 'nats',
    steps: steps - 1,
    of: async (reading, pace) => {
      await reading.compute(pace);
      return mapRows(reading, pace, (row, t) => logProbability(row, ids[t + 1] ?? -1, kind));
    },
  };
}

/** log p of one token after every step of a reading, [T - 1]. */
export async function scoreOfToken(reading: Reading, token: number, pace: Pace): Promise<Float64Array> {
  const kind = outputKindOf(reading.model);
  return mapRows(reading, pace, (row) => logProbability(row, token, kind));
}

async function mapRows(
  reading: Reading,
  pace: Pace,
  score: (row: Float32Array, t: number) => number,
): Promise<Float64Array> {
  const overTime = reading.chain.overTime as NonNullable<Reading['chain']['overTime']>;
  const scores = new Float64Array(reading.steps - 1);
  for (let from = 0; from < scores.length; from += rowsAtOnce) {
    const to = Math.min(scores.length, from + rowsAtOnce);
    const rows = overTime.rows(from, to);
    for (let t = from; t < to; t++)
      scores[t] = score(rows.subarray((t - from) * overTime.width, (t - from + 1) * overTime.width), t);
    await pace.breathe();
  }
  return scores;
}

/** ln p of every output of a row, in nats. */
export function logProbabilities(row: Float32Array, kind: OutputKind): Float64Array {
  const logs = Float64Array.from(row);
  if (kind === 'probabilities') return logs.map(Math.log);
  if (kind === 'log-probabilities') return logs;
  const total = logSum(row);
  return logs.map((value) => value - total);
}

/** KL(p || q) = sum p (ln p - ln q), in nats, of what {@link logProbabilities} gives; rounding never makes it negative. */
export function divergence(logP: Float64Array, logQ: Float64Array): number {
  let sum = 0;
  logP.forEach((value, k) => {
    if (value > -Infinity) sum += Math.exp(value) * (value - (logQ[k] as number));
  });
  return Math.max(0, sum);
}

/** ln p of one output of a row, in nats. */
export function logProbability(row: Float32Array, index: number, kind: OutputKind): number {
  const value = row[index] ?? NaN;
  if (kind === 'probabilities') return Math.log(value);
  if (kind === 'log-probabilities') return value;
  return value - logSum(row);
}

/** ln of the sum of exp, taken relative to the largest so that nothing overflows. */
function logSum(row: Float32Array): number {
  const largest = largestOf(row);
  let sum = 0;
  for (const each of row) sum += Math.exp(each - largest);
  return largest + Math.log(sum);
}
