import { InspectorError } from '../../base/errors';
import {
  getFlag,
  getList,
  getNumber,
  getObject,
  getOwn,
  getString,
  isJsonObject,
  type JsonObject,
  parseJsonText,
} from '../untrustedJson';
import { takeHeap } from '../readBudget';
import { signalEvery, signalWork } from '../workSignal';
import { findLists, isSigned, placeTexts, toList } from './namedLists';
import { type KerasVocabulary, type NamedList, type VocabularySpec } from '../../text/vocabularySpec';

/** What is known of the model that a vocabulary belongs to, and what the user said. */
export interface VocabularyChoice {
  /** V or D of the model's input; decides among several lists in one file. */
  readonly size: number;
  /** Name of the list to take where the file holds several. */
  readonly key?: string;
  readonly lowercase?: boolean;
  readonly level?: 'character' | 'word';
  readonly folding?: 'ascii' | 'none';
  readonly lookup?: 'exact' | 'nearest';
  readonly unknown?: number;
  /** Added to each id of a word_index (Keras's IMDB data have 3). */
  readonly offset?: number;
}

const unknownNames = /^(\[unk\]|<unk>|<oov>|\[oov\]|<unknown>|unk|\*\*?unk\*?\*?|<\|unk\|>)$/i;
const specialNames = /^(\[[a-z]+\]|<[a-z|_]+>|)$/i;
const filteredSigns = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\t\n]/;
const defaultFilters = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n';

/**
 * Reads a vocabulary of any form that people keep: Keras Tokenizer JSON, word_index, tokenizer.json, a list or several
 * lists in JSON, a token a line, the characters in one line. Where a file holds several that fit, the user is asked.
 */
export function parseVocabulary(text: string, fileName: string, choice: VocabularyChoice): VocabularySpec {
  const trimmed = text.trimStart();
  if (
    !trimmed.startsWith('{') &&
    !trimmed.startsWith('[{') &&
    !/^\[\s*["'\d[\]]/.test(trimmed) &&
    !trimmed.startsWith('"{')
  ) {
    if (choice.key !== undefined) throw noList(fileName, choice.key);
    return parseLines(text, choice);
  }
  let root = parseJsonText(text.replace(/^\ufeff/, ''), `the vocabulary ${fileName}`);
  if (typeof root === 'string') root = parseJsonText(root, `the vocabulary ${fileName}`);
  return parseVocabularyValue(root, fileName, choice);
}

/**
 * Reads a vocabulary of a value of JSON's kind: what {@link parseVocabulary} finds in a file, or a pickle as plain
 * data.
 */
export function parseVocabularyValue(root: unknown, fileName: string, choice: VocabularyChoice): VocabularySpec {
  if (isJsonObject(root)) {
    if (getString(root, 'class_name') === 'Tokenizer')
      return parseKerasTokenizer(getObject(root, 'config') ?? {}, fileName, choice);
    if (isHuggingFace(root)) return parseHuggingFace(root);
  }
  return chooseList(root, fileName, choice);
}

function isHuggingFace(root: JsonObject): boolean {
  const model = getObject(root, 'model');
  return model !== undefined && getOwn(model, 'vocab') !== undefined;
}

function parseHuggingFace(json: JsonObject): VocabularySpec {
  const vocab = getOwn(getObject(json, 'model') ?? {}, 'vocab');
  const ids = Array.isArray(vocab) ? vocab.map((_, id) => id) : isJsonObject(vocab) ? Object.values(vocab) : [];
  const added = getList(json, 'added_tokens').map((token) =>
    isJsonObject(token) ? getNumber(token, 'id') : undefined,
  );
  let size = 0;
  for (const id of [...ids, ...added]) if (typeof id === 'number' && id + 1 > size) size = id + 1;
  return { kind: 'huggingFace', json, size };
}

/**
 * Keras's Tokenizer.to_json(), whose indices are JSON within JSON, or a pickled Tokenizer. What the user said goes
 * before.
 */
function parseKerasTokenizer(config: JsonObject, fileName: string, choice: VocabularyChoice): VocabularySpec {
  const index = getOwn(config, 'word_index');
  const words: unknown = typeof index === 'string' ? parseJsonText(index, `the word_index of ${fileName}`) : index;
  if (!isJsonObject(words)) throw new InspectorError('model-damaged', `The vocabulary ${fileName} has no word_index.`);
  const vocabulary = shift(toList(words).slice(0, getNumber(config, 'num_words')), choice);
  const outside = getString(config, 'oov_token');
  const found = outside === undefined ? -1 : vocabulary.indexOf(outside);
  const unknownId = choice.unknown ?? (found < 0 ? undefined : found);
  return {
    kind: 'keras',
    level: choice.level ?? (getFlag(config, 'char_level') ? 'character' : 'word'),
    vocabulary,
    byId: true,
    ...(unknownId === undefined ? {} : { unknownId }),
    lowercase: choice.lowercase ?? getOwn(config, 'lower') !== false,
    ...(choice.lookup === undefined ? {} : { lookup: choice.lookup }),
    filters: getString(config, 'filters') ?? defaultFilters,
    filtersSeparate: true,
  };
}

/** In what TextVectorization does otherwise than we can; null where nothing. */
export function oddityOfTextVectorization(config: JsonObject): string | null {
  const known = {
    split: ['whitespace', 'character'],
    standardize: ['lower_and_strip_punctuation', 'lower', 'strip_punctuation', null],
  };
  if ((getOwn(config, 'ngrams') ?? null) !== null) return 'it takes n-grams';
  const split = getOwn(config, 'split');
  if (split !== undefined && !known.split.includes(split as string)) return 'it splits in a way of its own';
  return known.standardize.includes((getOwn(config, 'standardize') ?? null) as string | null)
    ? null
    : 'it changes the text in a way of its own';
}

/** What TextVectorization of a .keras file does with a text: its setting and its list, padding and unknown in front. */
export function parseTextVectorization(config: JsonObject, listed: readonly string[]): KerasVocabulary {
  const hasSpecial = listed[0] === '' && unknownNames.test(listed[1] ?? '');
  const standardize = getOwn(config, 'standardize');
  const strips = standardize === 'lower_and_strip_punctuation' || standardize === 'strip_punctuation';
  return {
    kind: 'keras',
    level: getOwn(config, 'split') === 'character' ? 'character' : 'word',
    vocabulary: hasSpecial ? listed : ['', '[UNK]', ...listed],
    unknownId: 1,
    lowercase: standardize === 'lower_and_strip_punctuation' || standardize === 'lower',
    filters: strips ? '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\'' : '',
    filtersSeparate: false,
  };
}

function chooseList(root: unknown, fileName: string, choice: VocabularyChoice): VocabularySpec {
  const lists = findLists(root).filter(({ list }) => list.length > 1);
  const named =
    choice.key === undefined
      ? lists
      : lists.filter(({ key }) => key === choice.key || key.endsWith(`.${choice.key ?? ''}`));
  const fitting = named.filter(({ list }) => list.length === choice.size);
  const candidates = fitting.length > 0 ? fitting : named;
  const [first] = candidates;
  if (first === undefined) throw noList(fileName, choice.key);
  if (candidates.length > 1 && new Set(candidates.map(({ list }) => list.join('\u0000'))).size > 1) {
    const names = candidates.slice(0, 6).map(({ key, list }) => `${key} (${list.length})`);
    throw new InspectorError(
      'model-needs-answer',
      `Which list of ${fileName} is the vocabulary: ${names.join(', ')}? Name it: --vocab ${fileName}#NAME, or "vocabularyKey" in the .inspector.json.`,
    );
  }
  return specOfList(first, choice);
}

function noList(fileName: string, key: string | undefined): InspectorError {
  const named = key === undefined ? '' : ` named "${key}"`;
  return new InspectorError('model-damaged', `The vocabulary ${fileName} holds no list of tokens${named}.`);
}

/** The vocabulary of one list, with what the user said. */
export function specOfList({ list, byId }: NamedList, choice: VocabularyChoice): VocabularySpec {
  return asKerasSplits(toSpec(shift(list, choice), { ...choice, byId }), list);
}

/** The list with as many ids in front as `offset` says; no more than the model has rows. */
export function shift(list: readonly string[], { offset = 0, size }: VocabularyChoice): readonly string[] {
  if (offset === 0) return list;
  if (offset >= Math.max(size, list.length))
    throw new InspectorError(
      'model-damaged',
      `"offset" is ${offset}, but the model knows ${size} ids. Set it to the number of ids in front of the words.`,
    );
  return new Array<string>(offset).fill('').concat(list);
}

/**
 * A word_index as Keras's Tokenizer makes it counts from 1 and holds no punctuation, which its filters took away; then
 * they must here too, or every comma would be an unknown word.
 */
function asKerasSplits(spec: VocabularySpec, list: readonly string[]): VocabularySpec {
  if (spec.kind !== 'list' || spec.level !== 'word' || spec.folding !== 'none' || list[0] !== '') return spec;
  const isFiltered = list.every(
    (text, at) => (isSigned(at) && specialNames.test(text)) || unknownNames.test(text) || !filteredSigns.test(text),
  );
  if (!isFiltered) return spec;
  const { level, vocabulary, byId, lookup, lowercase, saysCase = false, unknownId } = spec;
  return {
    kind: 'keras',
    level,
    vocabulary,
    ...(byId === true ? { byId } : {}),
    lowercase,
    ...(lookup === undefined ? {} : { lookup }),
    saysCase,
    ...(unknownId === undefined ? {} : { unknownId }),
    filters: defaultFilters,
    filtersSeparate: true,
  };
}

/** A line becomes a text of its own, in bytes beside its characters. */
const heapOfLine = 48;
/** There are no more characters than these, in UTF-16 units. */
const mostLetters = 2_228_224;

/** A token a line; one line of many characters lists those. */
function parseLines(text: string, choice: VocabularyChoice): VocabularySpec {
  takeHeap(2 * text.length + heapOfLine * countLines(text));
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  signalWork();
  const letters = text.length <= mostLetters ? [...text] : [];
  const isLetters =
    new Set(letters).size === letters.length &&
    letters.length > 1 &&
    (lines.length === 1 || letters.length === choice.size);
  if (isLetters) return toSpec(shift(letters, choice), choice);
  if (!lines.every((line, at) => isSigned(at) && /\t\d+$/.test(line))) return toSpec(shift(lines, choice), choice);
  takeHeap(3 * heapOfLine * lines.length);
  const pairs = lines.map((line, at): readonly [text: string, id: number] => {
    signalEvery(at);
    const tab = line.lastIndexOf('\t');
    return [line.slice(0, tab), Number(line.slice(tab + 1))];
  });
  const isIndex =
    new Set(pairs.map(([, id]) => id)).size === pairs.length && pairs.every(([, id]) => id < 2 * pairs.length + 16);
  const list = isIndex ? placeTexts(pairs) : pairs.map(([token]) => token);
  return toSpec(shift(list, choice), { ...choice, byId: isIndex });
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Characters or words, lower case or not, by what the list itself holds. */
function toSpec(vocabulary: readonly string[], choice: VocabularyChoice & { readonly byId?: boolean }): VocabularySpec {
  const plain = vocabulary.filter((text, at) => isSigned(at) && !specialNames.test(text) && !unknownNames.test(text));
  const isCharacters = plain.length > 0 && plain.every((text, at) => isSigned(at) && isOneCharacter(text));
  const found = vocabulary.findIndex((text, at) => isSigned(at) && unknownNames.test(text));
  const unknownId = choice.unknown ?? (found < 0 ? undefined : found);
  return {
    kind: 'list',
    level: choice.level ?? (isCharacters ? 'character' : 'word'),
    vocabulary,
    ...(choice.byId === true ? { byId: true } : {}),
    ...(unknownId === undefined ? {} : { unknownId }),
    lowercase: choice.lowercase ?? plain.every((text, at) => isSigned(at) && text === text.toLowerCase()),
    saysCase: choice.lowercase !== undefined,
    folding: choice.folding ?? 'none',
    lookup: choice.lookup ?? 'nearest',
  };
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && [...text].length === 1);
}
