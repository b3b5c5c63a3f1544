import { type NamedList } from '../../text/vocabularySpec';
import { mostTokens } from '../modelLimits';
import { takeHeap } from '../readBudget';
import { isJsonObject, type JsonObject } from '../untrustedJson';
import { signalEvery, signalParsing, signalWork } from '../workSignal';

/** What Keras's Tokenizer and torchtext count beside their index; numbers of texts, but no ids. */
const countNames = /^(word_counts|word_docs|index_docs|freqs?|counts?)$/;

/** Every list of texts and every index of texts in a value of JSON's kind, with the keys that lead to it. */
export function findLists(value: unknown, key = '', depth = 0): readonly NamedList[] {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((item) => typeof item === 'string')) return [{ key, list: value, byId: false }];
    const pairs = value.every((item) => Array.isArray(item) && typeof item[0] === 'string');
    return pairs && value.length > 0
      ? [{ key, list: value.map((item: unknown[]) => item[0] as string), byId: false }]
      : [];
  }
  if (!isJsonObject(value) || depth > 4) return [];
  const entries = entriesOf(value);
  if (entries.length > 0 && entries.every(([, id], at) => isSigned(at) && isId(id)))
    return [{ key, list: placeTexts(entries as readonly (readonly [string, number])[]), byId: true }];
  if (
    entries.length > 0 &&
    entries.every(([id, text], at) => isSigned(at) && /^\d+$/.test(id) && typeof text === 'string')
  ) {
    return [{ key, list: placeTexts(entries.map(([id, text]) => [text as string, Number(id)])), byId: true }];
  }
  return entries.flatMap(([name, inner]) =>
    countNames.test(name) ? [] : findLists(inner, key === '' ? name : `${key}.${name}`, depth + 1),
  );
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < mostTokens;
}

/**
 * V8 sorts the keys of an object of a million words in one piece: the characters that are parsed in the time that it
 * may take.
 */
const sortedAsLongAs = 20_000_000;

/** The entries of an object, which may be as many as a language has words. */
function entriesOf(object: JsonObject): readonly (readonly [string, unknown])[] {
  signalParsing(sortedAsLongAs);
  const entries = Object.entries(object);
  signalWork();
  return entries;
}

/** True always: says on the way through a long list that work goes on. */
export function isSigned(at: number): true {
  signalEvery(at);
  return true;
}

/** text -> id turned into the text of each id. */
export function toList(index: JsonObject): readonly string[] {
  return placeTexts(entriesOf(index).filter((entry): entry is [string, number] => isId(entry[1])));
}

/** Each text at its id; what has no text is empty. */
export function placeTexts(entries: readonly (readonly [text: string, id: number])[]): readonly string[] {
  let size = 0;
  entries.forEach(([, id], at) => {
    signalEvery(at);
    if (isId(id)) size = Math.max(size, id + 1);
  });
  takeHeap(size * 8);
  const list = new Array<string>(size).fill('');
  entries.forEach(([text, id], at) => {
    signalEvery(at);
    if (isId(id)) list[id] = text;
  });
  return list;
}
