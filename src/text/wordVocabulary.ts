import { type LookupRule } from './lookup';
import { paddingWord, splitWords, unknownWord } from './wordTokenizer';

/** How many tokens a vocabulary may hold, how often one must occur to get in, and in which form tokens are counted. */
export interface VocabularyLimits extends Pick<LookupRule, 'folding' | 'lowercase'> {
  /** V, padding and unknown included; at least 3. */
  readonly size: number;
  /** A rarer one is unknown. */
  readonly minimumCount: number;
}

/**
 * The most frequent words of the given texts, after padding (0) and unknown (1); equal counts in order of the alphabet.
 */
export function buildWordVocabulary(texts: Iterable<string>, limits: VocabularyLimits): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) countInto(counts, splitWords(text, limits));
  return [paddingWord, unknownWord, ...mostFrequent(counts, limits, limits.size - 2)];
}

/** Adds each token to its count. */
export function countInto(counts: Map<string, number>, tokens: Iterable<string>): void {
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
}

/** The most frequent tokens, at most so many; equal counts in order of the alphabet. */
export function mostFrequent(
  counts: ReadonlyMap<string, number>,
  { minimumCount }: Pick<VocabularyLimits, 'minimumCount'>,
  most: number,
): readonly string[] {
  const kept = [...counts].filter(([, count]) => count >= minimumCount);
  kept.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return kept.slice(0, most).map(([token]) => token);
}
