import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { InspectorError } from '../base/errors';
import { lineAt, maxNesting, tooDeepAt } from '../base/jsonNesting';
import { type Activation } from '../cells/cellWeights';
import { type ModelFiles } from './fileAccess';
import { parseActivation } from './keras/kerasActivation';
import { type OpenOptions } from './openModel';
import { type Constant } from './onnx/onnxTensor';
import { mostSteps, mostTokens } from './modelLimits';
import { type Task } from '../network/recurrentModel';
import { getNumber, getOwn, getString, isJsonObject, type JsonObject, takeJsonWithComments } from './untrustedJson';

/**
 * What a person says of a model file of their own, in `NAME.inspector.json` beside it;
 * media/schemas/inspector.schema.json describes it.
 */
export interface OwnSettings {
  readonly name?: string;
  /** Every key that the file has, known or not. */
  readonly keys?: readonly string[];
  /** The tokens themselves, or the file that lists them. */
  readonly vocabulary?: readonly string[] | string;
  readonly vocabularyKey?: string;
  readonly level?: 'character' | 'word';
  readonly lowercase?: boolean;
  readonly folding?: 'ascii' | 'none';
  readonly lookup?: 'exact' | 'nearest';
  readonly unknown?: number;
  readonly offset?: number;
  readonly task?: Task;
  readonly labels?: readonly string[];
  readonly window?: number;
  /** The id that fills short texts; absent: 0. */
  readonly padding?: number;
  readonly paddingSide?: 'left' | 'right';
  /** One line for a picker and the overview. */
  readonly description?: string;
  /** Held-out figures by name, for the overview. */
  readonly figures?: Readonly<Record<string, number>>;
  /** What the reader needs to know. */
  readonly open: OpenOptions;
}

/** Names of the settings of a model file, in the order in which they are looked for. */
export function settingsNames(modelName: string): readonly string[] {
  return [`${modelName}.inspector.json`, `${modelName.replace(/\.[^.]+$/, '')}.inspector.json`, 'inspector.json'];
}

/**
 * The settings beside a model file: `model.h5.inspector.json`, `model.inspector.json`, `inspector.json`; null where
 * there are none.
 */
export function readOwnSettings(files: ModelFiles): OwnSettings | null {
  for (const name of settingsNames(files.name)) {
    const file = files.sibling(name);
    if (file !== null && file.size < 64 * 2 ** 20)
      return parseOwnSettings(new TextDecoder().decode(file.read(0, file.size)), name);
  }
  return null;
}

/** Parses the settings (comments allowed); `model-damaged` with what is wrong and where. */
export function parseOwnSettings(text: string, fileName: string): OwnSettings {
  takeJsonWithComments(text);
  const deep = tooDeepAt(text);
  if (deep !== null)
    throw damaged(fileName, `line ${lineAt(text, deep)}: it is nested deeper than ${maxNesting} levels`);
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    throw damaged(fileName, `line ${lineAt(text, error.offset)}: ${printParseErrorCode(error.error)}`);
  }
  if (!isJsonObject(value)) throw damaged(fileName, 'it is not an object');
  const version = getOwn(value, 'version') ?? 1;
  if (version !== 1) throw damaged(fileName, `"version" must be 1`);
  return withoutAbsent({
    name: textOf(value, 'name', fileName),
    keys: Object.keys(value),
    vocabulary: vocabularyOf(value, fileName),
    vocabularyKey: textOf(value, 'vocabularyKey', fileName),
    level: choiceOf(value, 'level', { fileName, choices: ['character', 'word'] }),
    lowercase: flagOf(value, 'lowercase', fileName),
    folding: choiceOf(value, 'folding', { fileName, choices: ['ascii', 'none'] }),
    lookup: choiceOf(value, 'lookup', { fileName, choices: ['exact', 'nearest'] }),
    unknown: wholeOf(value, 'unknown', { fileName, most: mostTokens }),
    offset: wholeOf(value, 'offset', { fileName, most: mostTokens }),
    task: choiceOf(value, 'task', { fileName, choices: ['next-token', 'classify', 'regress', 'states'] }),
    labels: textsOf(value, 'labels', fileName),
    window: wholeOf(value, 'window', { fileName, least: 1, most: mostSteps }),
    padding: wholeOf(value, 'padding', { fileName, most: mostTokens }),
    paddingSide: choiceOf(value, 'paddingSide', { fileName, choices: ['left', 'right'] }),
    description: textOf(value, 'description', fileName),
    figures: figuresOf(value, fileName),
    open: withoutAbsent({
      architecture: textOf(value, 'architecture', fileName),
      order: textsOf(value, 'order', fileName),
      embedding: getOwn(value, 'embedding') === null ? null : textOf(value, 'embedding', fileName),
      head: textsOf(value, 'head', fileName),
      activations: activationsOf(value, fileName),
      inputs: inputsOf(value, fileName),
    }),
  });
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutAbsent<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

function damaged(fileName: string, why: string): InspectorError {
  return new InspectorError('model-damaged', `Cannot read ${fileName}: ${why}.`);
}

function vocabularyOf(value: JsonObject, fileName: string): readonly string[] | string | undefined {
  return typeof getOwn(value, 'vocabulary') === 'string'
    ? getString(value, 'vocabulary')
    : textsOf(value, 'vocabulary', fileName);
}

function textsOf(value: JsonObject, key: string, fileName: string): readonly string[] | undefined {
  const list = getOwn(value, key);
  if (list === undefined) return undefined;
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  throw damaged(fileName, `"${key}" must be a list of strings`);
}

function textOf(value: JsonObject, key: string, fileName: string): string | undefined {
  const text = getOwn(value, key);
  if (text === undefined || typeof text === 'string') return text;
  throw damaged(fileName, `"${key}" must be a string`);
}

function objectOf(value: JsonObject, key: string, fileName: string): JsonObject | undefined {
  const object = getOwn(value, key);
  if (object === undefined || isJsonObject(object)) return object;
  throw damaged(fileName, `"${key}" must be an object`);
}

function figuresOf(value: JsonObject, fileName: string): Readonly<Record<string, number>> | undefined {
  const figures = objectOf(value, 'figures', fileName);
  if (figures === undefined) return undefined;
  if (Object.values(figures).every((item) => typeof item === 'number'))
    return figures as Readonly<Record<string, number>>;
  throw damaged(fileName, '"figures" must be an object of numbers');
}

interface WholeRange {
  readonly fileName: string;
  /** 0 where absent. */
  readonly least?: number;
  readonly most: number;
}

function wholeOf(value: JsonObject, key: string, { fileName, least = 0, most }: WholeRange): number | undefined {
  const number = getNumber(value, key);
  if (getOwn(value, key) === undefined) return undefined;
  if (number !== undefined && Number.isInteger(number) && number >= least && number <= most) return number;
  throw damaged(fileName, `"${key}" must be a whole number from ${least} to ${most}`);
}

function flagOf(value: JsonObject, key: string, fileName: string): boolean | undefined {
  const flag = getOwn(value, key);
  if (flag === undefined || typeof flag === 'boolean') return flag;
  throw damaged(fileName, `"${key}" must be true or false`);
}

interface Choices<C extends string> {
  readonly fileName: string;
  readonly choices: readonly C[];
}

function choiceOf<const C extends string>(
  value: JsonObject,
  key: string,
  { fileName, choices }: Choices<C>,
): C | undefined {
  const chosen = getOwn(value, key);
  const known = choices.find((choice) => choice === chosen);
  if (chosen === undefined || known !== undefined) return known;
  throw damaged(fileName, `"${key}" must be one of ${choices.join(', ')}`);
}

/** By layer: the name of an activation as Keras writes it. */
function activationsOf(value: JsonObject, fileName: string): Readonly<Record<string, Activation>> | undefined {
  const given = objectOf(value, 'activations', fileName);
  if (given === undefined) return undefined;
  const entries = Object.entries(given).map(([name, activation]) => {
    const parsed = activation === null ? null : parseActivation(activation, 3);
    if (parsed === null)
      throw damaged(fileName, `"activations" of "${name.slice(0, 60)}" is no activation that we know`);
    return [name, parsed] as const;
  });
  return Object.fromEntries(entries);
}

type Nested = number | readonly Nested[];

function isNested(value: unknown, depth = 0): value is Nested {
  return (
    typeof value === 'number' || (Array.isArray(value) && depth < 6 && value.every((item) => isNested(item, depth + 1)))
  );
}

/** By name of a graph's input: nested lists of numbers. */
function inputsOf(value: JsonObject, fileName: string): Readonly<Record<string, Constant>> | undefined {
  const given = objectOf(value, 'inputs', fileName);
  if (given === undefined) return undefined;
  const entries = Object.entries(given).map(([name, numbers]) => {
    if (!isNested(numbers))
      throw damaged(fileName, `"inputs" of "${name.slice(0, 60)}" must be numbers in nested lists`);
    return [name, { shape: shapeOf(numbers), data: Float32Array.from(flatten(numbers)) }] as const;
  });
  return Object.fromEntries(entries);
}

function flatten(value: Nested): readonly number[] {
  return typeof value === 'number' ? [value] : value.flatMap(flatten);
}

function shapeOf(value: Nested): readonly number[] {
  return typeof value === 'number' ? [] : [value.length, ...(value[0] === undefined ? [] : shapeOf(value[0]))];
}
