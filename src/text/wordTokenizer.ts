import { type Token } from '../trace/reading/token';
import { foldAccents, foldWord } from './foldCharacter';
import { createLookup, type Found, type LookupRule, tallyFound, writtenForm } from './lookup';
import { findJoinedEntries, type FoundPiece, joinPieces } from './joinPieces';
import { eachPiece, hasSpacelessScript, type Piece } from './splitPieces';
import { sliceTokens, type Tally, type Tokenizer } from './tokenizer';

/** The text of the padding entry, by convention id 0. */
export const paddingWord = '';
/** The text of the unknown entry, by convention id 1. */
export const unknownWord = '<unknown>';

/** How a word tokenizer looks up what it reads. */
export interface WordVocabulary extends LookupRule {
  /** The text of each id. */
  readonly vocabulary: readonly string[];
  /** The id of words that are not in the vocabulary. Without it they are left out. */
  readonly unknownId?: number;
}

/** The form in which a training counts a word. */
export function wordForm(word: string, { folding, lowercase }: Pick<LookupRule, 'folding' | 'lowercase'>): string {
  return folding === 'ascii' ? foldWord(word, lowercase) : writtenForm(word, lowercase);
}

/** The words of a text in the form in which a training counts them. */
export function splitWords(text: string, rule: Pick<LookupRule, 'folding' | 'lowercase'>): readonly string[] {
  return Array.from(eachPiece(text, 'words'), ({ start, end }) => wordForm(text.slice(start, end), rule));
}

/**
 * Splits a text into words and single signs that are looked up. Tokens are slices of the text, in order. With the
 * lookup `nearest` an entry that holds punctuation (`13.2`, `e-mail`, `'s`) is found whole.
 */
export function createWordTokenizer(options: WordVocabulary): Tokenizer {
  const { vocabulary, unknownId = -1 } = options;
  const pieces = createFinder(options);
  const slices = function* (text: string, tally?: Tally): Generator<readonly Token[]> {
    let tokens: Token[] = [];
    for (const { start, end, found } of pieces(text)) {
      const id = found.id < 0 ? unknownId : found.id;
      if (id >= 0) tokens.push({ text: text.slice(start, end), start, end, id });
      else if (tally !== undefined) tally.leftOut++;
      tallyFound(tally, found);
      if (tokens.length < sliceTokens) continue;
      yield tokens;
      tokens = [];
    }
    yield tokens;
  };
  const encodeSlowly = function* (text: string): Generator<void, Int32Array> {
    const ids: number[] = [];
    for (const { found } of pieces(text)) {
      const id = found.id < 0 ? unknownId : found.id;
      if (id >= 0 && ids.push(id) % (2 * sliceTokens) === 0) yield;
    }
    return Int32Array.from(ids);
  };
  return {
    level: 'word',
    vocabularySize: vocabulary.length,
    ...(unknownId < 0 ? {} : { unknownId }),
    tokenize: (text, tally) => [...slices(text, tally)].flat(),
    slices,
    encodeSlowly,
    textOf: (id) => vocabulary[id] ?? unknownWord,
  };
}

/**
 * A training cuts runs of letters of a script without spaces into words. A vocabulary without any such letter leaves
 * them whole: one unknown word each.
 */
function createFinder(options: WordVocabulary): (text: string) => Iterable<FoundPiece> {
  const { vocabulary } = options;
  // A vocabulary without any mark was made by taking them away.
  const isBare = !vocabulary.some((entry) => /\p{M}/u.test(entry.normalize('NFD')));
  const lookup = createLookup(vocabulary, options, {
    plain: (word) => foldWord(word, false),
    nearest: (word) => [foldAccents(word), ...(isBare ? [foldWord(word, false)] : [])],
  });
  const find = (text: string, { start, end }: Piece): Found => lookup(text.slice(start, end));
  if (options.lookup === 'nearest') {
    const entries = findJoinedEntries(vocabulary);
    if (entries.size > 0) return (text) => joinPieces(text, entries, (piece) => find(text, piece));
  }
  const runs = vocabulary.some(hasSpacelessScript) ? 'words' : 'whole';
  return function* (text) {
    for (const piece of eachPiece(text, runs)) yield { ...piece, found: find(text, piece) };
  };
}
