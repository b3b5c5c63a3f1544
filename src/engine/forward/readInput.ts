import { InspectorError } from '../../base/errors';
import { runAtOnce } from '../../base/runAtOnce';
import { type ModelInput } from '../../network/recurrentModel';
import { tokensOfIds, tokensOfRows } from '../../text/inputTokens';
import { createTally } from '../../text/tokenizer';
import { notesOnTokens } from './notesOnTokens';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { type Token } from '../../trace/reading/token';

/** Tokens, and either their ids [T] or vectors [T, width]. */
export interface ReadInput {
  readonly tokens: readonly Token[];
  /** The text that they were made of, where there is one. */
  readonly source?: string;
  readonly ids?: Int32Array;
  readonly values?: { readonly data: Float32Array; readonly width: number; readonly columnNames?: readonly string[] };
  readonly notes: readonly string[];
}

/** Turns what is given into what a model takes; throws an InspectorError that says what to give instead. */
export function parseReadInput(model: ModelInput, raw: InputSpec, limitTokens = Infinity): ReadInput {
  return runAtOnce(parseReadInputSlowly(model, raw, limitTokens));
}

/** The same in slices: a long text takes its time. Yields between them. */
export function* parseReadInputSlowly(
  model: ModelInput,
  raw: InputSpec,
  limitTokens = Infinity,
): Generator<void, ReadInput> {
  const input = raw.kind === 'values' ? readValues(raw) : yield* readTokens(model, raw);
  const count = input.tokens.length;
  if (count === 0) throw new InspectorError('empty-input', emptyMessage(raw));
  if (count > limitTokens) {
    throw new InspectorError(
      'input-too-long',
      `The input has ${count} tokens, the limit is ${limitTokens}; select less, or raise the limit in the settings.`,
    );
  }
  return input;
}

function* readTokens(model: ModelInput, raw: Exclude<InputSpec, { kind: 'values' }>): Generator<void, ReadInput> {
  if (model.kind === 'values' && model.why !== undefined) {
    throw new InspectorError(
      'unknown-input',
      `${model.why} Give rows of numbers (a CSV, NPY or JSON file; --values), and --layer NAME for another layer.`,
    );
  }
  if (model.kind === 'values') {
    throw new InspectorError(
      'unknown-input',
      `This model reads rows of ${model.width} numbers a step and no text: give it values (a CSV, NPY or JSON file), or its vocabulary of ${model.width} tokens (--vocab).`,
    );
  }
  const { tokenizer, vocabularySize } = model;
  if (raw.kind === 'ids') {
    const tokens = tokensOfIds(raw.ids, vocabularySize, tokenizer);
    return { tokens, ids: Int32Array.from(raw.ids), notes: [] };
  }
  if (!tokenizer) {
    throw new InspectorError(
      'model-needs-answer',
      'The vocabulary of this model is not known; name its file (--vocab), or give token ids (--ids).',
    );
  }
  const tokens: Token[] = [];
  const ids: Int32Array[] = [];
  const tally = createTally();
  let unknown = 0;
  for (const slice of tokenizer.slices?.(raw.text, tally) ?? [tokenizer.tokenize(raw.text, tally)]) {
    for (const token of slice) {
      tokens.push(token);
      if (token.id === tokenizer.unknownId) unknown++;
    }
    ids.push(Int32Array.from(slice, ({ id }) => id));
    yield;
  }
  return {
    tokens,
    source: raw.text,
    ids: joinIds(ids, tokens.length),
    notes: notesOnTokens({ ...tally, unknown, count: tokens.length }, tokenizer.level),
  };
}

function joinIds(parts: readonly Int32Array[], length: number): Int32Array {
  const ids = new Int32Array(length);
  parts.reduce((at, part) => (ids.set(part, at), at + part.length), 0);
  return ids;
}

function readValues({
  data,
  width,
  rowNames,
  columnNames,
  rowRanges,
  notes = [],
}: Extract<InputSpec, { kind: 'values' }>): ReadInput {
  if (!Number.isInteger(width) || width < 1 || data.length % width !== 0) {
    throw new InspectorError('data-invalid', `Expected rows of ${width} numbers, got ${data.length} numbers in all.`);
  }
  return {
    tokens: tokensOfRows(data.length / width, { names: rowNames, ranges: rowRanges }),
    values: { data, width, ...(columnNames && { columnNames }) },
    notes,
  };
}

function emptyMessage(raw: InputSpec): string {
  if (raw.kind === 'values') return 'The file has no rows; give at least one row of numbers.';
  if (raw.kind === 'ids') return 'The list of ids is empty; give at least one.';
  return raw.text.length === 0
    ? 'The text is empty; select or give some text.'
    : 'Nothing in this text is in the vocabulary of the model; choose another text or model.';
}
