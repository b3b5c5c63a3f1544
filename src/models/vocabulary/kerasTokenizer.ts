import { type Tokenizer } from '../../text/tokenizer';
import { type Token } from '../../trace/token';
import { type KerasVocabulary } from './vocabularySpec';

/** Splits a text as Keras's Tokenizer or TextVectorization does, and keeps where each word stands in the text as given. */
export function createKerasTokenizer(spec: KerasVocabulary): Tokenizer {
  const idOf = new Map(spec.vocabulary.map((text, id) => [text, id] as const).filter(([text]) => text !== ''));
  const { unknownId } = spec;
  const lookUp = (form: string): number | undefined => idOf.get(form) ?? unknownId;
  return {
    level: spec.level,
    vocabularySize: spec.vocabulary.length,
    ...(unknownId === undefined ? {} : { unknownId }),
    tokenize: (text) => pieces(text, spec).flatMap(({ form, start, end }) => toToken(text, { start, end }, lookUp(form))),
    textOf: (id) => spec.vocabulary[id] ?? '\ufffd',
  };
}

interface Piece {
  readonly form: string;
  readonly start: number;
  readonly end: number;
}

function toToken(text: string, { start, end }: Pick<Piece, 'start' | 'end'>, id: number | undefined): readonly Token[] {
  return id === undefined ? [] : [{ text: text.slice(start, end), start, end, id }];
}

function pieces(text: string, spec: KerasVocabulary): readonly Piece[] {
  const fold = (part: string): string => (spec.lowercase ? part.toLowerCase() : part);
  if (spec.level === 'character') {
    return Array.from(text.matchAll(/[^]/gu), (match) => ({ form: fold(match[0]), start: match.index, end: match.index + match[0].length }));
  }
  const signs = spec.filters.replace(/[\\\]^-]/g, '\\$&');
  const word = spec.filtersSeparate && signs !== '' ? new RegExp(`[^\\s${signs}]+`, 'gu') : /\S+/gu;
  const inside = signs === '' ? null : new RegExp(`[${signs}]`, 'gu');
  return Array.from(text.matchAll(word), (match) => ({
    form: fold(inside === null ? match[0] : match[0].replace(inside, '')),
    start: match.index,
    end: match.index + match[0].length,
  })).filter(({ form }) => form !== '');
}
