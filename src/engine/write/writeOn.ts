import { createRandom } from '../../base/random';
import { InspectorError } from '../../base/errors';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type Candidate, type DrawSettings, type WrittenToken, type Writing } from '../../trace/reading/writing';
import { type Pace } from '../forward/pace';
import { type Reading } from '../forward/reading';
import { drawToken, type Expected, logSumExp, rank } from './drawToken';
import { checkWrites, goOn } from './nextLogits';

/** Candidates that are kept with each written token. */
const candidateCount = 5;

export interface WriteOptions extends DrawSettings {
  /** Tokens to write. */
  readonly steps: number;
  readonly pace: Pace;
  /** Hears of every token as it is written. */
  readonly onToken?: (token: WrittenToken) => void;
}

/**
 * Goes on with the text of a reading, token by token: each is drawn from what the model expects and read in turn, so
 * that the states are those of reading the whole. Cancelled, it throws; what `onToken` has heard stays.
 */
export async function writeOn(reading: Reading, options: WriteOptions): Promise<Writing> {
  checkWrites(reading);
  const { steps, pace, onToken, ...settings } = options;
  await reading.compute(pace);
  const { model } = reading.prepared;
  const next = goOn(reading);
  const random = createRandom(settings.seed);
  const excluded = neverDrawn(model);
  const tokens: WrittenToken[] = [];
  for (let k = 0; k < steps; k++) {
    const expected = { logits: next.logits(), excluded };
    const id = drawToken(expected, settings, random);
    if (id === null)
      throw new InspectorError('model-damaged', `${model.name} expects no token at all after ${k} written ones (NaN).`);
    const token = describe(model, expected, id);
    tokens.push(token);
    onToken?.(token);
    next.append(id);
    await pace.breathe(k + 1, steps);
  }
  const prompt = joinTokens(model, [...(reading.input.ids ?? [])]);
  const text = joinTokens(
    model,
    tokens.map(({ id }) => id),
  );
  return {
    prompt,
    text,
    tokens,
    settings,
    notes: [...model.notes, ...reading.input.notes, ...notesOn(model, excluded)],
  };
}

/** The unknown token, and the padding of a vocabulary that has one: a person cannot read either. */
function neverDrawn({ input, stages }: RecurrentModel): ReadonlySet<number> {
  const unknown = input.kind === 'tokens' ? input.tokenizer?.unknownId : undefined;
  const isPadded = stages.some((stage) => stage.kind === 'embedding' && stage.maskZero === true);
  return new Set([...(unknown === undefined ? [] : [unknown]), ...(isPadded ? [0] : [])]);
}

function notesOn(model: RecurrentModel, excluded: ReadonlySet<number>): readonly string[] {
  const names = [...excluded].map((id) => (id === 0 ? `padding (id 0)` : `the unknown token (id ${id})`));
  return [
    ...(names.length === 0 ? [] : [`Never drawn: ${names.join(' and ')}.`]),
    ...(model.window === undefined
      ? []
      : [`Written as the model was trained: each token is drawn after reading the last ${model.window} alone.`]),
  ];
}

function describe(model: RecurrentModel, expected: Expected, id: number): WrittenToken {
  const total = logSumExp(expected.logits);
  const candidate = (each: number): Candidate => ({
    id: each,
    text: textOf(model, each),
    probability: Math.exp((expected.logits[each] ?? NaN) - total),
  });
  return { ...candidate(id), candidates: rank(expected).slice(0, candidateCount).map(candidate) };
}

function textOf({ input }: RecurrentModel, id: number): string {
  return (input.kind === 'tokens' ? input.tokenizer?.textOf(id) : undefined) ?? String(id);
}

/** Characters side by side, words and bare ids with a space between. */
function joinTokens(model: RecurrentModel, ids: readonly number[]): string {
  const level = model.input.kind === 'tokens' ? model.input.tokenizer?.level : undefined;
  return ids.map((id) => textOf(model, id)).join(level === 'character' || level === 'subword' ? '' : ' ');
}
