import { foldAccents } from '../../text/foldCharacter';
import { createLookup, tallyFound } from '../../text/lookup';
import { sliceTokens, type Tally, type Tokenizer } from '../../text/tokenizer';
import { type Token } from '../../trace/reading/token';
import { type KerasVocabulary } from '../../text/vocabularySpec';

/**
 * Splits a text as Keras's Tokenizer or TextVectorization does, and keeps where each word stands in the text as given.
 */
export function createKerasTokenizer(spec: KerasVocabulary): Tokenizer {
  const { unknownId } = spec;
  const lookup = createLookup(
    spec.vocabulary,
    { ...spec, folding: 'none' },
    { plain: (form) => form, nearest: (form) => [foldAccents(form)] },
  );
  const slices = function* (text: string, tally?: Tally): Generator<readonly Token[]> {
    let tokens: Token[] = [];
    let count = 0;
    for (const { form, start, end } of pieces(text, spec)) {
      const found = lookup(form);
      const id = found.id < 0 ? unknownId : found.id;
      if (id !== undefined) tokens.push({ text: text.slice(start, end), start, end, id });
      else if (tally !== undefined) tally.leftOut++;
      tallyFound(tally, found);
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
    tokenize: (text, tally) => [...slices(text, tally)].flat(),
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
  if (spec.level === 'character') {
    // Tokenizer keeps every character where it takes characters; TextVectorization takes punctuation away first.
    const isGone = (sign: string): boolean => !spec.filtersSeparate && spec.filters.includes(sign);
    for (const { 0: found, index: start } of text.matchAll(/[^]/gu))
      if (!isGone(found)) yield { form: found, start, end: start + found.length };
    return;
  }
  const signs = spec.filters.replace(/[\\\]^-]/g, '\\$&');
  const word = spec.filtersSeparate && signs !== '' ? new RegExp(`[^\\s${signs}]+`, 'gu') : /\S+/gu;
  const inside = signs === '' ? null : new RegExp(`[${signs}]`, 'gu');
  for (const { 0: found, index: start } of text.matchAll(word)) {
    const form = inside === null ? found : found.replace(inside, '');
    if (form !== '') yield { form, start, end: start + found.length };
  }
}
