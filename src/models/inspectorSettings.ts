import { mostSteps } from './modelLimits';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { InspectorError } from '../base/errors';
import { lineAt, maxNesting, tooDeepAt } from '../base/jsonNesting';
import { createCharacterTokenizer } from '../text/characterTokenizer';
import { type Tokenizer } from '../text/tokenizer';
import { createWordTokenizer } from '../text/wordTokenizer';
import { type Task } from '../network/recurrentModel';

/**
 * What a weight file cannot say about its model: `inspector.json` beside it. Written by `train`, read with the model.
 * Only `vocabulary`, `level` and `task` are required of a file that a person writes.
 */
export interface InspectorSettings {
  /** The file's own version; 1. */
  readonly version: 1;
  readonly name?: string;
  readonly task: Task;
  readonly level: 'character' | 'word';
  /** The text of each id, so V entries. */
  readonly vocabulary: readonly string[];
  /** The id of what is not in the vocabulary; absent: such tokens are left out. */
  readonly unknown?: number;
  /** The id that fills short sequences; absent: none. */
  readonly padding?: number;
  readonly paddingSide?: 'left' | 'right';
  /** `ascii`: a character or word is folded to its plain form before it is looked up. */
  readonly folding: 'ascii' | 'none';
  /**
   * `exact`: tokens are looked up as the training did; absent: as written, else in lower case, else without accents.
   */
  readonly lookup?: 'exact' | 'nearest';
  readonly lowercase: boolean;
  /** Names of the output units, in order. */
  readonly labels?: readonly string[];
  /** The fixed number of steps the model was saved with. */
  readonly window?: number;
  /** One line for a picker: the data and the held-out figure. */
  readonly description?: string;
  /** Held-out figures by name, e.g. `nats per character, held out`. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** Parses `inspector.json` (comments allowed); throws `model-damaged` with what is wrong and where. */
export function parseInspectorSettings(text: string, fileName = 'inspector.json'): InspectorSettings {
  const deep = tooDeepAt(text);
  if (deep !== null)
    throw damaged(fileName, `line ${lineAt(text, deep)}: it is nested deeper than ${maxNesting} levels`);
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined) {
    throw damaged(fileName, `line ${lineAt(text, first.offset)}: ${printParseErrorCode(first.error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged(fileName, 'it is not an object');
  return checkSettings(value as Readonly<Record<string, unknown>>, fileName);
}

/** The tokenizer that these settings describe. */
export function createTokenizer(settings: InspectorSettings): Tokenizer {
  const { vocabulary, lowercase, folding, lookup = 'nearest', unknown } = settings;
  const unknownId = unknown === undefined ? {} : { unknownId: unknown };
  const rule = { vocabulary, lowercase, saysCase: true, folding, lookup, ...unknownId };
  return settings.level === 'word' ? createWordTokenizer(rule) : createCharacterTokenizer(rule);
}

/** The text of `inspector.json`. */
export function formatInspectorSettings(settings: InspectorSettings): string {
  return `${JSON.stringify(settings, null, 1)}\n`;
}

type Fields = Readonly<Record<string, unknown>>;

function checkSettings(fields: Fields, fileName: string): InspectorSettings {
  if (fields['version'] !== undefined && fields['version'] !== 1)
    throw damaged(fileName, `version ${String(fields['version'])} is not known`);
  const check = new FieldCheck(fields, fileName);
  const vocabulary = check.texts('vocabulary');
  if (vocabulary === undefined || vocabulary.length === 0)
    throw damaged(fileName, '"vocabulary" must list the text of each id');
  const isId = (value: number): boolean => value >= 0 && value < vocabulary.length;
  return withoutAbsent({
    version: 1 as const,
    name: check.text('name'),
    task: check.choice('task', ['next-token', 'classify', 'regress', 'states']) ?? 'next-token',
    level: check.choice('level', ['character', 'word']) ?? 'character',
    vocabulary,
    unknown: check.integer('unknown', isId),
    padding: check.integer('padding', isId),
    paddingSide: check.choice('paddingSide', ['left', 'right']),
    folding: check.choice('folding', ['ascii', 'none']) ?? 'none',
    lookup: check.choice('lookup', ['exact', 'nearest']),
    lowercase: fields['lowercase'] === true,
    labels: check.texts('labels'),
    window: check.integer('window', (value) => value > 0 && value <= mostSteps),
    description: check.text('description'),
    figures: check.figures('figures'),
  });
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutAbsent<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

class FieldCheck {
  constructor(
    private readonly fields: Fields,
    private readonly fileName: string,
  ) {}

  text(key: string): string | undefined {
    return this.optional(key, 'a string', (value): value is string => typeof value === 'string');
  }

  texts(key: string): readonly string[] | undefined {
    const isTexts = (value: unknown): value is string[] =>
      Array.isArray(value) && value.every((item) => typeof item === 'string');
    return this.optional(key, 'a list of strings', isTexts);
  }

  integer(key: string, isInRange: (value: number) => boolean): number | undefined {
    const isInteger = (value: unknown): value is number =>
      typeof value === 'number' && Number.isInteger(value) && isInRange(value);
    return this.optional(key, 'a whole number in range', isInteger);
  }

  choice<const C extends string>(key: string, choices: readonly C[]): C | undefined {
    const isChoice = (value: unknown): value is C => choices.some((choice) => choice === value);
    return this.optional(key, `one of ${choices.join(', ')}`, isChoice);
  }

  figures(key: string): Readonly<Record<string, number>> | undefined {
    const isFigures = (value: unknown): value is Record<string, number> =>
      typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'number');
    return this.optional(key, 'an object of numbers', isFigures);
  }

  private optional<T>(key: string, what: string, isRight: (value: unknown) => value is T): T | undefined {
    const value = this.fields[key];
    if (value === undefined) return undefined;
    if (!isRight(value)) throw damaged(this.fileName, `"${key}" must be ${what}`);
    return value;
  }
}

function damaged(fileName: string, why: string): InspectorError {
  return new InspectorError('model-damaged', `Cannot read ${fileName}: ${why}.`);
}
