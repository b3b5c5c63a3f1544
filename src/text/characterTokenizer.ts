import { runAtOnce } from '../base/runAtOnce';
import { type Token } from '../trace/reading/token';
import { foldCharacter } from './foldCharacter';
import { characterEnd } from './segmentCharacters';
import { sliceTokens, type Tokenizer } from './tokenizer';

/** How a character tokenizer looks up what it reads. */
export interface CharacterVocabulary {
  /** The text of each id; entries are one character each. */
  readonly vocabulary: readonly string[];
  /** The id of what is not in the vocabulary. Without it such characters are left out, and the tokens do not tile the text. */
  readonly unknownId?: number;
  /** `ascii` folds what Unicode gives a plain form for; `none` takes characters as they stand, CRLF as a newline apart. */
  readonly folding: 'ascii' | 'none';
  readonly lowercase?: boolean;
}

/** A {@link Tokenizer} that can also give the bare ids, without an object a token: for corpora. */
export interface CharacterTokenizer extends Tokenizer {
  readonly level: 'character';
  /** The ids of `tokenize`, [T]. */
  encode(text: string): Int32Array;
  /** The same in slices; yields between them. */
  encodeSlowly(text: string): Generator<void, Int32Array>;
}

/** Printable ASCII, newline and tab: the characters of the bundled models; with the unknown one V = 98. */
export const plainCharacters: readonly string[] = [
  '\t',
  '\n',
  ...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)),
];

/** What is shown for the unknown character. */
export const unknownText = '\ufffd';

type Visit = (start: number, end: number, id: number) => void;

/** Splits a text into characters (CRLF is one; combining marks belong to their base) whose ranges tile the text. */
export function createCharacterTokenizer(options: CharacterVocabulary): CharacterTokenizer {
  const { vocabulary, unknownId } = options;
  const idOf = new Map(vocabulary.map((text, id) => [text, id] as const));
  const asciiIds = Int32Array.from({ length: 128 }, (_, code) => findId(String.fromCharCode(code), idOf, options));
  /** Visits the characters that begin in [from, until); gives where the last one ends. */
  const visitRange = (text: string, [from, until]: readonly [number, number], visit: Visit): number => {
    let start = from;
    while (start < until) {
      const end = characterEnd(text, start);
      const code = text.charCodeAt(start);
      if (end === start + 1 && code < 128) visit(start, end, asciiIds[code] ?? -1);
      else visitCharacter(text, [start, end], { idOf, options, visit });
      start = end;
    }
    return start;
  };
  const slices = function* (text: string): Generator<readonly Token[]> {
    for (let at = 0; at < text.length;) {
      const tokens: Token[] = [];
      at = visitRange(text, [at, Math.min(text.length, at + sliceTokens)], (start, end, id) => {
        if (id >= 0) tokens.push({ text: text.slice(start, end), start, end, id });
      });
      yield tokens;
    }
  };
  const encodeSlowly = function* (text: string): Generator<void, Int32Array> {
    const ids = new Int32Array(text.length);
    let count = 0;
    for (let at = 0; at < text.length;) {
      at = visitRange(text, [at, Math.min(text.length, at + 8 * sliceTokens)], (_start, _end, id) => {
        if (id >= 0) ids[count++] = id;
      });
      yield;
    }
    return ids.slice(0, count);
  };
  return {
    level: 'character',
    vocabularySize: vocabulary.length,
    ...(unknownId === undefined ? {} : { unknownId }),
    tokenize: (text) => [...slices(text)].flat(),
    slices,
    encode: (text) => runAtOnce(encodeSlowly(text)),
    encodeSlowly,
    textOf: (id) => (id === unknownId ? unknownText : (vocabulary[id] ?? unknownText)),
  };
}

/** The bundled models' tokenizer: folded to {@link plainCharacters}, the last id is the unknown character. */
export function createPlainCharacterTokenizer(): CharacterTokenizer {
  const vocabulary = [...plainCharacters, unknownText];
  return createCharacterTokenizer({ vocabulary, unknownId: vocabulary.length - 1, folding: 'ascii' });
}

interface Lookup {
  readonly idOf: ReadonlyMap<string, number>;
  readonly options: CharacterVocabulary;
  readonly visit: Visit;
}

/** A character that the vocabulary knows only by its code points (a carriage return, a mark of its own) becomes several tokens. */
function visitCharacter(text: string, [start, end]: readonly [number, number], { idOf, options, visit }: Lookup): void {
  const whole = text.slice(start, end);
  const points = [...whole];
  const ids =
    options.folding === 'none' && points.length > 1 && !idOf.has(whole) ? points.map((point) => idOf.get(point)) : [];
  if (ids.length === 0 || ids.some((id) => id === undefined)) return visit(start, end, findId(whole, idOf, options));
  let at = start;
  points.forEach((point, index) => {
    visit(at, at + point.length, ids[index] ?? -1);
    at += point.length;
  });
}

/** The id of a whole character, the unknown id, or -1. */
function findId(character: string, idOf: ReadonlyMap<string, number>, options: CharacterVocabulary): number {
  const candidates = options.folding === 'ascii' ? [foldCharacter(character)] : plainSpellings(character);
  for (const candidate of candidates) {
    if (candidate === null) continue;
    const id = idOf.get(options.lowercase === true ? candidate.toLowerCase() : candidate);
    if (id !== undefined) return id;
  }
  return options.unknownId ?? -1;
}

function plainSpellings(character: string): readonly string[] {
  return character === '\r\n' ? [character, '\n'] : [character, character.normalize('NFC')];
}
