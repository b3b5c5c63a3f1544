import { InspectorError } from '../../base/errors';
import { smallestOf } from '../../base/extremes';
import { createRandom, shuffle } from '../../base/random';
import { outputKindOf } from '../../network/outputKind';
import { type OutputKind } from '../../trace/reading/outputKind';
import { type RecallReport } from '../../trace/causes/recall';
import { initialStates } from '../../cells/initialStates';
import { BlockCache } from '../forward/blockCache';
import { type SequenceState } from '../forward/cellRunner';
import { type Pace } from '../forward/pace';
import { canReadOn, readOn } from '../forward/readOn';
import { type Reading } from '../forward/reading';
import { divergence, logProbabilities } from './answerScore';

/** What is asked about a reading. */
export interface RecallOptions {
  /** Steps after which the prediction is compared; default five, spread over the text. */
  readonly at?: readonly number[];
  /** K; default 100, and never further back than the first of the steps. */
  readonly lags?: number;
  /** Tokens in place of each one: drawn from the vocabulary without replacement; default 24. */
  readonly others?: number | 'all';
  readonly seed?: number;
  readonly pace: Pace;
}

const cacheBytes = 1 << 24;
const [defaultLags, defaultOthers, defaultSteps] = [100, 24, 5];

/**
 * Replaces the token k steps ago by others and reads on to the step asked for, for every lag k; and reads it from the
 * first state k steps ago. Unlike a gradient, which says what an infinitely small change would do, this is what another
 * token does. Progress is counted in lags. Throws `model-unsupported` for a model that predicts no tokens or looks at
 * several steps at once, `out-of-range` for a step outside the text.
 */
export async function measureRecall(reading: Reading, options: RecallOptions): Promise<RecallReport> {
  const { ids, vocabularySize, kind } = checkRecalls(reading);
  const { pace } = options;
  await reading.compute(pace);
  const steps = options.at ?? spreadSteps(reading.steps);
  checkSteps(steps, reading.steps);
  const lags = Math.min(options.lags ?? defaultLags, smallestOf(steps) + 1);
  const wanted = options.others === 'all' ? vocabularySize - 1 : (options.others ?? defaultOthers);
  const others = Math.max(1, Math.min(wanted, vocabularySize - 1));
  const random = createRandom(options.seed ?? 1);
  const made = { changed: zeros(lags), mostChanged: zeros(lags), fromScratch: zeros(lags) };
  const first = reading.directions.map(({ runner }) => initialStates(runner.weights));
  let done = 0;
  for (const at of steps) {
    const expected = logProbabilities(rowAfter(reading, at), kind);
    const moved = (states: readonly SequenceState[], from: number, token: number): number => {
      const changed = ids.slice(from, at + 1);
      changed[0] = token;
      return divergence(expected, logProbabilities(lastRow(reading, states, changed), kind));
    };
    for (let lag = 0; lag < lags; lag++) {
      const from = at - lag;
      const read = ids[from] as number;
      const before = reading.directions.map((direction) => direction.stateBefore(from));
      for (const token of drawOthers(vocabularySize, read, others, random)) {
        const nats = moved(before, from, token);
        made.changed[lag] = (made.changed[lag] as number) + nats / (others * steps.length);
        made.mostChanged[lag] = Math.max(made.mostChanged[lag] as number, nats);
        await pace.breathe(done, steps.length * lags);
      }
      made.fromScratch[lag] = (made.fromScratch[lag] as number) + moved(first, from, read) / steps.length;
      done++;
    }
  }
  return { steps, lags, others, isEveryOther: others === vocabularySize - 1, ...made };
}

function checkRecalls(reading: Reading): {
  readonly ids: Int32Array;
  readonly vocabularySize: number;
  readonly kind: OutputKind;
} {
  const { model, ids, chain } = reading;
  const kind = outputKindOf(model);
  const vocabularySize = reading.directions[0]?.input.tokens?.table.vocabularySize;
  if (model.task !== 'next-token' || !ids || !chain.overTime || kind === 'numbers' || vocabularySize === undefined)
    throw new InspectorError(
      'model-unsupported',
      `${model.name} does not predict the next token, so that what it recalls of earlier ones cannot be measured this way.`,
    );
  if (!canReadOn(reading))
    throw new InspectorError(
      'model-unsupported',
      `${model.name} looks at several steps at once; recall is measured for models whose past is in their states alone.`,
    );
  return { ids, vocabularySize, kind };
}

function checkSteps(at: readonly number[], steps: number): void {
  const wrong = at.find((t) => !Number.isInteger(t) || t < 0 || t >= steps);
  if (at.length === 0 || wrong !== undefined)
    throw new InspectorError('out-of-range', `Step ${wrong ?? 'none'} does not lie in this text of ${steps} steps.`);
}

/** Steps in the second half of a text, the last among them. */
function spreadSteps(steps: number): readonly number[] {
  const half = Math.floor((steps - 1) / 2);
  const places = Array.from({ length: defaultSteps }, (_, k) =>
    Math.round(half + ((k + 1) / defaultSteps) * (steps - 1 - half)),
  );
  return [...new Set(places)];
}

function zeros(length: number): Float64Array {
  return new Float64Array(length);
}

/** Tokens other than one, all of them or drawn without replacement. */
function drawOthers(size: number, token: number, count: number, random: () => number): readonly number[] {
  const others = Array.from({ length: size }, (_, id) => id).filter((id) => id !== token);
  return count === others.length ? others : shuffle(others, random).slice(0, count);
}

function rowAfter({ chain }: Reading, at: number): Float32Array {
  return (chain.overTime as NonNullable<Reading['chain']['overTime']>).rows(at, at + 1);
}

function lastRow(reading: Reading, states: readonly SequenceState[], ids: Int32Array): Float32Array {
  const read = readOn(reading, states, ids, new BlockCache(cacheBytes));
  const rows = read.overTime?.rows(ids.length - 1, ids.length) ?? new Float32Array(0);
  read.dispose();
  return rows;
}
