import { type Tally, type Tokenizer } from '../../text/tokenizer';

/** How a text was read. */
export interface TokenCounts extends Tally {
  /** T */
  readonly count: number;
  /** Tokens with the id of the unknown. */
  readonly unknown: number;
}

/**
 * What a person should know of how the text was read: what is unknown, in one note, and what was found otherwise than
 * as written.
 */
export function notesOnTokens(counts: TokenCounts, level: Tokenizer['level']): readonly string[] {
  const noun = level === 'character' ? 'character' : level === 'word' ? 'word' : 'piece';
  return [...noteOnUnknown(counts, noun), ...noteOnForms(counts, noun)];
}

function noteOnUnknown({ count, unknown, leftOut }: TokenCounts, noun: string): readonly string[] {
  if (unknown === count && leftOut === 0 && count > 0)
    return [
      `None of the ${count} ${noun}s is in the vocabulary: all are read as unknown. Choose another text or model.`,
    ];
  const all = count + leftOut;
  const missing = unknown + leftOut;
  if (missing === 0) return [];
  const fate = leftOut === 0 ? 'read as unknown' : unknown === 0 ? 'left out' : `${leftOut} of them left out`;
  return [`${missing} of ${all} ${noun}s ${missing === 1 ? 'is' : 'are'} not in the vocabulary and ${fate}.`];
}

function noteOnForms({ count, leftOut, lowercase, folded }: TokenCounts, noun: string): readonly string[] {
  if (lowercase + folded === 0) return [];
  const ways = [
    ...(lowercase > 0 ? [`${lowercase} in lower case`] : []),
    ...(folded > 0 ? [`${folded} without accents or in another plain form`] : []),
  ];
  const found = lowercase + folded;
  return [
    `${found} of ${count + leftOut} ${noun}s ${found === 1 ? 'is' : 'are'} not in the vocabulary as written, and found otherwise: ${ways.join(', ')}.`,
  ];
}
