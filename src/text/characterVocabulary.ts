import { writtenForm } from './lookup';
import { eachCharacter } from './segmentCharacters';
import { countInto, mostFrequent, type VocabularyLimits } from './wordVocabulary';

/** Limits of a vocabulary of characters as they are written. */
export type CharacterLimits = Omit<VocabularyLimits, 'folding'>;

/**
 * The most frequent characters of the given texts, in order of their code points; a line end of two signs is a newline.
 */
export function buildCharacterVocabulary(texts: Iterable<string>, limits: CharacterLimits): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) countInto(counts, charactersOf(text, limits.lowercase));
  return [...mostFrequent(counts, limits, limits.size)].sort((a, b) => (a < b ? -1 : 1));
}

function* charactersOf(text: string, lowercase: boolean): Generator<string> {
  for (const character of eachCharacter(text)) yield character === '\r\n' ? '\n' : writtenForm(character, lowercase);
}
