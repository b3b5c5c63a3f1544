import { type LookupRule } from './lookup';

/** How a text becomes token ids, as plain data that a reader thread can hand over. */
export type VocabularySpec = ListVocabulary | KerasVocabulary | HuggingFaceVocabulary;

/** The text of each id, and how it is looked up. */
export interface ListVocabulary extends LookupRule {
  readonly kind: 'list';
  readonly level: 'character' | 'word';
  readonly vocabulary: readonly string[];
  /** The file gives the id of each text (a word_index); absent: only their order. */
  readonly byId?: boolean;
  readonly unknownId?: number;
}

/**
 * As Keras's Tokenizer and TextVectorization split: signs in `filters` separate or vanish, then the text is cut at
 * white space.
 */
export interface KerasVocabulary {
  readonly kind: 'keras';
  readonly level: 'character' | 'word';
  /** The text of each id; ids that stand for nothing are empty. */
  readonly vocabulary: readonly string[];
  /** The file gives the id of each text (a word_index); absent: only their order. */
  readonly byId?: boolean;
  readonly unknownId?: number;
  readonly lowercase: boolean;
  /** `nearest`: a bare word_index, which does not say how it was made; absent: `exact`. */
  readonly lookup?: 'exact' | 'nearest';
  readonly saysCase?: boolean;
  /** Signs that are no part of a word. */
  readonly filters: string;
  /** Filtered signs separate words (Tokenizer), or are taken out of them (TextVectorization). */
  readonly filtersSeparate: boolean;
}

/** A Hugging Face tokenizer.json. */
export interface HuggingFaceVocabulary {
  readonly kind: 'huggingFace';
  readonly json: Readonly<Record<string, unknown>>;
  /** V */
  readonly size: number;
}

/** A list of texts in a file of vocabularies. */
export interface NamedList {
  /** The keys that lead to it, joined by dots; empty: the whole file. */
  readonly key: string;
  readonly list: readonly string[];
  /** The file gives the id of each text (a word_index), not only their order. */
  readonly byId: boolean;
}

/** V of a vocabulary. */
export function vocabularySizeOf(spec: VocabularySpec): number {
  return spec.kind === 'huggingFace' ? spec.size : spec.vocabulary.length;
}
