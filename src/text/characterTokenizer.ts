import { runAtOnce } from '../base/runAtOnce';
import { type Token } from '../trace/reading/token';
import { foldAccents, foldCharacter } from './foldCharacter';
import { createLookup, type Found, type LookupRule, tallyFound } from './lookup';
import { characterEnd } from './segmentCharacters';
import { sliceTokens, type Tally, type Tokenizer } from './tokenizer';

/** How a character tokenizer looks up what it reads. */
export interface CharacterVocabulary extends Partial<LookupRule> {
  /** The text of each id; entries are one character each. */
  readonly vocabulary: readonly string[];
  /**
   * The id of what is not in the vocabulary. Without it such characters are left out, and the tokens do not tile the
   * text.
   */
  readonly unknownId?: number;
  readonly folding: 'ascii' | 'none';
}

/** A {@link Tokenizer} that can also give the bare ids at once. */
export interface CharacterTokenizer extends Tokenizer {
  readonly level: 'character';
  /** The ids of `tokenize`, [T]. */
  encode(text: string): Int32Array;
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

type Visit = (start: number, end: number, found: Found) => void;

/** So many different characters that are not ASCII are remembered. */
const mostRemembered = 50_000;

/** Splits a text into characters (CRLF is one; combining marks belong to their base) whose ranges tile the text. */
export function createCharacterTokenizer(options: CharacterVocabulary): CharacterTokenizer {
  const { vocabulary, unknownId = -1 } = options;
  const find = createFinder(options);
  const written = new Set(vocabulary);
  const splits = (character: string): boolean => options.folding === 'none' && !written.has(character);
  const asciiFound = Array.from({ length: 128 }, (_, code) => find(String.fromCharCode(code)));
  /** Visits the characters that begin in [from, until); gives where the last one ends. */
  const visitRange = (text: string, [from, until]: readonly [number, number], visit: Visit): number => {
    let start = from;
    while (start < until) {
      const end = characterEnd(text, start);
      const known = end === start + 1 ? asciiFound[text.charCodeAt(start)] : undefined;
      if (known !== undefined) visit(start, end, known);
      else visitCharacter(text, [start, end], { find, splits, visit });
      start = end;
    }
    return start;
  };
  const slices = function* (text: string, tally?: Tally): Generator<readonly Token[]> {
    for (let at = 0; at < text.length;) {
      const tokens: Token[] = [];
      at = visitRange(text, [at, Math.min(text.length, at + sliceTokens)], (start, end, found) => {
        const id = found.id < 0 ? unknownId : found.id;
        if (id >= 0) tokens.push({ text: text.slice(start, end), start, end, id });
        else if (tally !== undefined) tally.leftOut++;
        tallyFound(tally, found);
      });
      yield tokens;
    }
  };
  const encodeSlowly = function* (text: string): Generator<void, Int32Array> {
    const ids = new Int32Array(text.length);
    let count = 0;
    for (let at = 0; at < text.length;) {
      at = visitRange(text, [at, Math.min(text.length, at + 8 * sliceTokens)], (_start, _end, found) => {
        const id = found.id < 0 ? unknownId : found.id;
        if (id >= 0) ids[count++] = id;
      });
      yield;
    }
    return ids.slice(0, count);
  };
  return {
    level: 'character',
    vocabularySize: vocabulary.length,
    ...(unknownId < 0 ? {} : { unknownId }),
    tokenize: (text, tally) => [...slices(text, tally)].flat(),
    slices,
    encode: (text) => runAtOnce(encodeSlowly(text)),
    encodeSlowly,
    textOf: (id) => (id === unknownId ? unknownText : (vocabulary[id] ?? unknownText)),
  };
}

/** Looks a character up, a line end of two signs also as a newline; remembers what it found. */
function createFinder(options: CharacterVocabulary): (character: string) => Found {
  const { vocabulary, folding, lowercase = false } = options;
  const lookup = createLookup(
    vocabulary,
    { ...options, folding, lowercase },
    { plain: foldCharacter, nearest: (character) => [foldCharacter(character), foldAccents(character)] },
  );
  const remembered = new Map<string, Found>();
  return (character) => {
    const known = remembered.get(character);
    if (known !== undefined) return known;
    const whole = lookup(character);
    const found = whole.id < 0 && character === '\r\n' ? lookup('\n') : whole;
    if (remembered.size < mostRemembered) remembered.set(character, found);
    return found;
  };
}

interface Visiting {
  readonly find: (character: string) => Found;
  /** Whether a character that is not in the vocabulary as written may be there by its code points. */
  readonly splits: (character: string) => boolean;
  readonly visit: Visit;
}

/**
 * A character that the vocabulary knows only by its code points (a carriage return, a mark of its own) becomes several
 * tokens.
 */
function visitCharacter(
  text: string,
  [start, end]: readonly [number, number],
  { find, splits, visit }: Visiting,
): void {
  const whole = text.slice(start, end);
  const found = find(whole);
  const points = [...whole];
  const parts = points.length > 1 && splits(whole) ? points.map((point) => find(point)) : [];
  if (parts.length === 0 || parts.some(({ id, by }) => id < 0 || by !== 'exact')) return visit(start, end, found);
  let at = start;
  points.forEach((point, index) => {
    visit(at, at + point.length, parts[index] ?? found);
    at += point.length;
  });
}
