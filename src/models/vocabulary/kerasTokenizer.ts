import { sliceTokens, type Tokenizer } from '../../text/tokenizer';
import { type Token } from '../../trace/reading/token';
import { type KerasVocabulary } from './vocabularySpec';

/** Splits a text as Keras's Tokenizer or TextVectorization does, and keeps where each word stands in the text as given. */
export function createKerasTokenizer(spec: KerasVocabulary): Tokenizer {
  const idOf = new Map(spec.vocabulary.map((text, id) => [text, id] as const).filter(([text]) => text !== ''));
  const { unknownId } = spec;
  const slices = function* (text: string): Generator<readonly Token[]> {
    let tokens: Token[] = [];
    let count = 0;
    for (const { form, start, end } of pieces(text, spec)) {
      const id = idOf.get(form) ?? unknownId;
      if (id !== undefined) tokens.push({ text: text.slice(start, end), start, end, id });
      if (++count % sliceTokens !== 0) continue;
      yield tokens;
      tokens = [];
    }
    yield tokens;
  };
  return {
    level: spec.level,
    vocabularySize: spec.vocabulary.length,
    ...(unknownId === undefined ? {} : { unknownId }),
    tokenize: (text) => [...slices(text)].flat(),
    slices,
    textOf: (id) => spec.vocabulary[id] ?? '\ufffd',
  };
}

interface Piece {
  readonly form: string;
  readonly start: number;
  readonly end: number;
}

function* pieces(text: string, spec: KerasVocabulary): Generator<Piece> {
  const fold = (part: string): string => (spec.lowercase ? part.toLowerCase() : part);
  if (spec.level === 'character') {
    // Tokenizer keeps every character where it takes characters; TextVectorization takes punctuation away first.
    const isGone = (sign: string): boolean => !spec.filtersSeparate && spec.filters.includes(sign);
    for (const { 0: found, index: start } of text.matchAll(/[^]/gu))
      if (!isGone(found)) yield { form: fold(found), start, end: start + found.length };
    return;
  }
  const signs = spec.filters.replace(/[\\\]^-]/g, '\\$&');
  const word = spec.filtersSeparate && signs !== '' ? new RegExp(`[^\\s${signs}]+`, 'gu') : /\S+/gu;
  const inside = signs === '' ? null : new RegExp(`[${signs}]`, 'gu');
  for (const { 0: found, index: start } of text.matchAll(word)) {
    const form = fold(inside === null ? found : found.replace(inside, ''));
    if (form !== '') yield { form, start, end: start + found.length };
  }
}
