import { type Token } from '../trace/reading/token';

/** About as many tokens or characters lie between two slices of {@link Tokenizer.slices}: a few milliseconds. */
export const sliceTokens = 8192;

/** How the tokens of a text were found; a tokenizer counts up. */
export interface Tally {
  /** Not in the vocabulary, which has no token for the unknown. */
  leftOut: number;
  /** Not as written, but in lower case. */
  lowercase: number;
  /** Only without accents, or in another plain form. */
  folded: number;
}

/** Turns a text into tokens with ids and UTF-16 ranges. A character tokenizer's tokens tile the text. */
export interface Tokenizer {
  readonly level: 'character' | 'word' | 'subword';
  /** V; every id lies in [0, V). */
  readonly vocabularySize: number;
  /** The id of what is not in the vocabulary; absent where such tokens are left out. */
  readonly unknownId?: number;
  tokenize(text: string, tally?: Tally): readonly Token[];
  /**
   * The tokens of {@link tokenize} a few thousand at a time, so that other work gets in between; a slice may be empty.
   * Absent where a library takes the whole text at once.
   */
  slices?(text: string, tally?: Tally): Iterable<readonly Token[]>;
  /** The bare ids of {@link tokenize}, [T], without an object a token: for corpora. Yields between slices. */
  encodeSlowly?(text: string): Generator<void, Int32Array>;
  /** The text of a vocabulary entry, as shown to a person. */
  textOf(id: number): string;
}

/** Work on a text that what a file brought along, a pattern say, may have made endless. */
export interface TimedWork {
  /** Of the text, in UTF-16 units. */
  readonly length: number;
  /** What to say when it was ended; one sentence. */
  readonly tooLong: string;
}

/** Runs such work and ends it where it takes too long for its length. */
export type TimeLimit = <T>(work: TimedWork, run: () => T) => T;

/** A tally of nothing. */
export function createTally(): Tally {
  return { leftOut: 0, lowercase: 0, folded: 0 };
}
