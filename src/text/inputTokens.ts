import { InspectorError } from '../base/errors';
import { type Token } from '../trace/reading/token';
import { type Tokenizer } from './tokenizer';

/**
 * Tokens of bare ids: the text is the vocabulary's where it is known, else the id; the ranges tile the joined texts.
 */
export function tokensOfIds(ids: readonly number[], vocabularySize: number, tokenizer?: Tokenizer): readonly Token[] {
  let start = 0;
  return ids.map((id, step) => {
    if (!Number.isInteger(id) || id < 0 || id >= vocabularySize) {
      throw new InspectorError(
        'unknown-input',
        `Id ${id} at position ${step} is not in the model's vocabulary; give whole numbers from 0 to ${vocabularySize - 1}.`,
      );
    }
    const text = tokenizer?.textOf(id) ?? String(id);
    const token = { text, start, end: start + text.length, id };
    start = token.end;
    return token;
  });
}

/** What is known of the rows of a numeric input. */
export interface RowPlaces {
  readonly names?: readonly string[] | undefined;
  readonly ranges?: readonly { readonly start: number; readonly end: number }[] | undefined;
}

/**
 * Tokens of numeric input: one a row, named or numbered; the offsets are its place in the text, else row numbers; the
 * id is 0.
 */
export function tokensOfRows(rows: number, { names, ranges }: RowPlaces = {}): readonly Token[] {
  return Array.from({ length: rows }, (_, row) => ({
    text: names?.[row] ?? String(row),
    start: ranges?.[row]?.start ?? row,
    end: ranges?.[row]?.end ?? row + 1,
    id: 0,
  }));
}
