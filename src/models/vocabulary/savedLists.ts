import { type PickleValue } from '../torch/pickleValue';
import { type NamedList } from '../../text/vocabularySpec';
import { findLists } from './namedLists';
import { plainOf } from './pickledVocabulary';

/**
 * Keys under which training scripts keep the tokens of a model: tokens, vocab, char2int, stoi, itos, char_to_idx,
 * word2id...
 */
const tokenNames = /vocab|token|char|stoi|itos|word|letter|alphabet|symbols/i;
const longestNamed = 6;
/** An index has a text for nearly every id; hyperparameters, which are numbers by name too, do not. */
const leastFilled = 0.8;

/** The lists of tokens that a checkpoint holds beside its weights, told by their keys. */
export function savedLists(root: PickleValue): readonly NamedList[] {
  return findLists(plainOf(root)).filter(
    ({ key, list }) =>
      list.length > 1 &&
      tokenNames.test(key.split('.').at(-1) ?? '') &&
      list.filter((text) => text !== '').length >= leastFilled * list.length,
  );
}

/** What is known of the model whose tokens are looked for. */
export interface SavedChoice {
  /** The model file's name. */
  readonly name: string;
  /** V of the embedding's table, or the width of a vector, which may be one-hot. */
  readonly size: number;
  readonly isTable: boolean;
  /** The list that the settings name. */
  readonly key?: string;
}

/** A checkpoint's own vocabulary, where exactly one fits, and a note that says which was taken or which there are. */
export function chooseSaved(
  lists: readonly NamedList[],
  { name, size, isTable, key }: SavedChoice,
): { readonly list?: NamedList; readonly note?: string } {
  if (lists.length === 0) return {};
  if (key !== undefined) {
    const list = lists.find((each) => each.key === key || each.key.endsWith(`.${key}`));
    return list === undefined ? {} : { list };
  }
  const fitting = lists.filter(({ list }) => list.length === size && (isTable || list.every(isCharacter)));
  const [list] = fitting;
  const isOne = new Set(fitting.map((each) => each.list.join('\u0000'))).size === 1;
  if (list !== undefined && isOne)
    return { list, note: `The file's own "${list.key}" (${size} tokens) is used as the vocabulary.` };
  const names = lists.slice(0, longestNamed).map((each) => `"${each.key}" (${each.list.length})`);
  return {
    note: `The file holds lists of tokens: ${names.join(', ')}. To read text with one: --vocab ${name}#${lists[0]?.key ?? ''}, or "vocabularyKey" in the .inspector.json.`,
  };
}

function isCharacter(text: string): boolean {
  return [...text].length === 1;
}
