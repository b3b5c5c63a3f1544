import { type VocabularySpec } from './vocabularySpec';

/**
 * What is open where a list by place has another number of tokens than the model has ids: by how much every id may be moved, with the first
 * tokens of each way. Null where the numbers agree, or where the vocabulary itself gives the ids.
 */
export function describeSize(spec: VocabularySpec, size: number): string | null {
  if (spec.kind !== 'list' || spec.vocabulary.length === size) return null;
  const { vocabulary } = spec;
  const missing = size - vocabulary.length;
  const numbers = `The vocabulary lists ${vocabulary.length} tokens, the model knows ${size} ids`;
  if (missing < 0)
    return `${numbers}: the last ${-missing} count as unknown. It may not be the one that the model was trained with.`;
  const first = (offset: number): string =>
    vocabulary
      .slice(0, 3)
      .map((text, id) => `${id + offset} ${JSON.stringify(text.slice(0, 20))}`)
      .join(', ');
  const others = [...new Set([1, missing])].map((offset) => `with "offset": ${offset}: ${first(offset)}`);
  return `${numbers}. Nothing says whether some stand in front (padding, unknown); none is taken: ${first(0)}. ${others.join('; ')}. Say it in the .inspector.json ("offset": 0 for this).`;
}
