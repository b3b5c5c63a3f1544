import { InspectorError } from '../../base/errors';
import { createTokenizer } from '../../models/inspectorSettings';
import { type Corpus } from '../training/corpus';

/**
 * How many validation texts the figures of the inside are measured on, and how many tokens of a running text each has.
 */
const insideTexts = 16;
const windowTokens = 100;

/**
 * The token ids [T] of the texts that figures of the inside are measured on: the chosen sentence, or of the validation
 * part up to 16 examples with at least the median number of tokens (so that their decay reaches as far), evenly spread;
 * of running text as many windows of 100 tokens.
 */
export function chooseInsideTexts({ inspector, texts, examples }: Corpus, sentence?: string): readonly Int32Array[] {
  if (sentence !== undefined) return [encodeSentence(inspector, sentence)];
  if (examples !== undefined) {
    const all = examples.validation.map(({ ids }) => ids).filter((ids) => ids.length > 1);
    const lengths = all.map((ids) => ids.length).sort((a, b) => a - b);
    const median = lengths[lengths.length >> 1] ?? 0;
    return spread(
      all.filter((ids) => ids.length >= median),
      insideTexts,
    );
  }
  const windows = (texts?.validation ?? []).flatMap(({ ids }) =>
    Array.from({ length: Math.floor(ids.length / windowTokens) }, (_, at) =>
      ids.subarray(at * windowTokens, (at + 1) * windowTokens),
    ),
  );
  return spread(windows, insideTexts);
}

function encodeSentence(inspector: Corpus['inspector'], sentence: string): Int32Array {
  const ids = Int32Array.from(createTokenizer(inspector).tokenize(sentence), ({ id }) => id);
  if (ids.length < 2)
    throw new InspectorError(
      'settings-invalid',
      `"search.sentence" has ${ids.length} tokens; figures of the inside need at least two.`,
    );
  return ids;
}

function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, k) => items[Math.floor((k * items.length) / count)] as T);
}
