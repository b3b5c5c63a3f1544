import { type Token } from '../trace/token';

/** Turns a text into tokens with ids and UTF-16 ranges. A character tokenizer's tokens tile the text. */
export interface Tokenizer {
  readonly level: 'character' | 'word' | 'subword';
  /** V; every id lies in [0, V). */
  readonly vocabularySize: number;
  /** The id of what is not in the vocabulary; absent where such tokens are left out. */
  readonly unknownId?: number;
  tokenize(text: string): readonly Token[];
  /** The text of a vocabulary entry, as shown to a person. */
  textOf(id: number): string;
}
