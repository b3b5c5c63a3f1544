import { type Token } from '../trace/reading/token';
import { foldWord } from './foldCharacter';
import { sliceTokens, type Tokenizer } from './tokenizer';

/** A run of letters, marks and digits, with apostrophes inside; or any other visible character, with its marks. */
const word =
  /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['\u2019][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*|[^\s\p{L}\p{N}][\p{M}\p{EMod}]*/gu;

/** The text of the padding entry, by convention id 0. */
export const paddingWord = '';
/** The text of the unknown entry, by convention id 1. */
export const unknownWord = '<unknown>';

/** How a word tokenizer looks up what it reads. */
export interface WordVocabulary {
  /** The text of each id, in its normal form. */
  readonly vocabulary: readonly string[];
  /** The id of words that are not in the vocabulary. Without it they are left out. */
  readonly unknownId?: number;
  readonly lowercase: boolean;
}

/** A word of a text: its normal form and its UTF-16 range. */
export interface Word {
  readonly form: string;
  readonly start: number;
  readonly end: number;
}

/** Splits a text into words and single signs, in order; white space is in none of them. */
export function splitWords(text: string, lowercase: boolean): readonly Word[] {
  return Array.from(eachWord(text, lowercase));
}

/** The same one at a time. */
export function* eachWord(text: string, lowercase: boolean): Generator<Word> {
  for (const { 0: found, index: start } of text.matchAll(word))
    yield { form: foldWord(found, lowercase), start, end: start + found.length };
}

/** Splits a text into words and single signs whose normal forms are looked up. Tokens are slices of the text, in order. */
export function createWordTokenizer({ vocabulary, unknownId, lowercase }: WordVocabulary): Tokenizer {
  const idOf = new Map(vocabulary.map((text, id) => [text, id] as const));
  const slices = function* (text: string): Generator<readonly Token[]> {
    let tokens: Token[] = [];
    for (const { form, start, end } of eachWord(text, lowercase)) {
      const id = idOf.get(form) ?? unknownId;
      if (id !== undefined) tokens.push({ text: text.slice(start, end), start, end, id });
      if (tokens.length < sliceTokens) continue;
      yield tokens;
      tokens = [];
    }
    yield tokens;
  };
  return {
    level: 'word',
    vocabularySize: vocabulary.length,
    ...(unknownId === undefined ? {} : { unknownId }),
    tokenize: (text) => [...slices(text)].flat(),
    slices,
    textOf: (id) => vocabulary[id] ?? unknownWord,
  };
}
