import { type VocabularySpec, vocabularySizeOf } from '../../text/vocabularySpec';

/** One way to give ids to the tokens of a list: how many ids stand in front, and what the first words get then. */
export interface Offset {
  /** Added to every id; 0: the list begins with id 0. */
  readonly offset: number;
  readonly first: readonly { readonly id: number; readonly text: string }[];
}

/** Keras's IMDB and Reuters data move every id of their word_index: padding, start and unknown stand in front. */
const kerasDataOffset = 3;
const shownWords = 3;

/**
 * The usual offsets where a vocabulary has another number of tokens than the model has ids (`size`), so that nothing
 * says which id is whose; empty where the numbers agree, and where the file gives the ids itself and the model has a
 * row for each.
 */
export function usualOffsets(spec: VocabularySpec, size: number): readonly Offset[] {
  if (!isOpen(spec, size) || spec.kind === 'huggingFace') return [];
  const { vocabulary } = spec;
  const missing = size - vocabulary.length;
  const offsets = missing > 0 ? [0, 1, missing] : [0, kerasDataOffset];
  const words = vocabulary.flatMap((text, id) => (text === '' && id < kerasDataOffset ? [] : [{ id, text }]));
  const first = words.slice(0, shownWords);
  return [...new Set(offsets)]
    .filter((offset) => offset < size)
    .map((offset) => ({ offset, first: first.map(({ id, text }) => ({ id: id + offset, text })) }));
}

function isOpen(spec: VocabularySpec, size: number): boolean {
  const count = vocabularySizeOf(spec);
  return spec.kind !== 'huggingFace' && spec.byId === true ? count > size : count !== size;
}

/**
 * The question of {@link usualOffsets} in words: the numbers, and each offset with the first words' ids. Null: nothing
 * is open.
 */
export function describeOffsets(spec: VocabularySpec, size: number): string | null {
  const offsets = usualOffsets(spec, size);
  if (offsets.length === 0) return null;
  const ways = offsets.map(({ offset, first }) => `${offset} gives ${first.map(describeToken).join(', ')}`);
  const numbers = `lists ${vocabularySizeOf(spec)} tokens, the model knows ${size} ids`;
  const surplus = vocabularySizeOf(spec) > size ? ', and what is left over counts as unknown' : '';
  return `${numbers}. Which id is whose: ${ways.join('; ')}${surplus}`;
}

function describeToken({ id, text }: Offset['first'][number]): string {
  return `${id} ${JSON.stringify(text.slice(0, 20))}`;
}
