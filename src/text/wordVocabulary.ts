import { paddingWord, splitWords, unknownWord } from './wordTokenizer';

/** How many words a vocabulary may hold, and how often a word must occur to get in. */
export interface VocabularyLimits {
  /** V, padding and unknown included; at least 3. */
  readonly size: number;
  /** A rarer word is unknown. */
  readonly minimumCount: number;
  readonly lowercase: boolean;
}

/** The most frequent words of the given texts, after padding (0) and unknown (1); equal counts in order of the alphabet. */
export function buildWordVocabulary(texts: Iterable<string>, limits: VocabularyLimits): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const { form } of splitWords(text, limits.lowercase)) counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  const kept = [...counts].filter(([, count]) => count >= limits.minimumCount);
  kept.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return [paddingWord, unknownWord, ...kept.slice(0, limits.size - 2).map(([form]) => form)];
}
