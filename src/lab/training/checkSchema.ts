import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { shorten } from '../../base/foreignText';
import { lineAt, maxNesting, tooDeepAt } from '../../base/jsonNesting';
import { type Schema } from './settingsSchema';

/** What is wrong in a settings file, and where. */
export interface SettingsProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** Characters of a lab file: it lists files and choices, not data. */
const maxLength = 1_000_000;
/** More are not looked for: nobody reads them, and each has its line counted. */
const maxProblems = 20;

/** The value of a JSON-with-comments text under a schema, defaults filled in, or what is wrong with it. */
export type Checked = { readonly value: unknown; readonly problems: readonly SettingsProblem[] };

/** Parses JSON with comments and checks it against the schema; every problem names its line. */
export function checkSchema(text: string, schema: Schema): Checked {
  if (text.trim() === '') return { value: undefined, problems: [{ line: 1, message: 'the file is empty' }] };
  if (text.length > maxLength)
    return { value: undefined, problems: [{ line: 1, message: 'a lab file may have 1 MB, and this one is larger' }] };
  const deep = tooDeepAt(text);
  if (deep !== null)
    return {
      value: undefined,
      problems: [{ line: lineAt(text, deep), message: `it is nested deeper than ${maxNesting} levels` }],
    };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const problems = errors.slice(0, maxProblems).map(({ error, offset }) => ({
    line: lineAt(text, offset),
    message: sayError(printParseErrorCode(error)),
  }));
  if (root === undefined || problems.length > 0) {
    return { value: undefined, problems };
  }
  const check = new Check((offset, message) => {
    if (problems.length < maxProblems) problems.push({ line: lineAt(text, offset), message: shorten(message, 400) });
  });
  return { value: check.value(root, schema, ''), problems };
}

function sayError(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

class Check {
  constructor(private readonly report: (offset: number, message: string) => void) {}

  value(node: Node, schema: Schema, name: string): unknown {
    if (schema.anyOf !== undefined) return this.oneOf(node, schema.anyOf, name);
    if (schema.type === 'object') return this.object(node, schema, name);
    if (schema.type === 'array') return this.array(node, schema, name);
    const why = refuse(node.value, schema);
    if (why !== null)
      this.report(node.offset, `"${name}" must be ${why}, not ${shorten(JSON.stringify(node.value ?? node.type), 80)}`);
    return node.value;
  }

  private oneOf(node: Node, alternatives: readonly Schema[], name: string): unknown {
    const reasons = alternatives.map((schema) => refuse(node.value, schema));
    if (!reasons.includes(null)) this.report(node.offset, `"${name}" must be ${reasons.join(', or ')}`);
    return node.value;
  }

  private object(node: Node, schema: Schema, name: string): Readonly<Record<string, unknown>> {
    if (node.type !== 'object') {
      this.report(node.offset, name === '' ? 'the file must hold an object' : `"${name}" must be an object`);
      return {};
    }
    const result: Record<string, unknown> = {};
    for (const [key, child] of entriesOf(node)) {
      const known =
        schema.properties?.[key] ??
        (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
      if (known !== undefined) result[key] = this.value(child, known, key);
      else if (schema.additionalProperties === true) result[key] = plainValue(child);
      else
        this.report(
          child.parent?.offset ?? child.offset,
          `"${shorten(key, 80)}" is not known here; known are ${Object.keys(schema.properties ?? {}).join(', ')}`,
        );
    }
    for (const key of schema.required ?? []) if (!(key in result)) this.report(node.offset, `"${key}" is missing`);
    return { ...defaultsOf(schema, result), ...result };
  }

  private array(node: Node, schema: Schema, name: string): readonly unknown[] {
    const items = node.type === 'array' ? (node.children ?? []) : null;
    if (items === null || items.length < (schema.minItems ?? 0)) {
      this.report(
        node.offset,
        `"${name}" must be a list${(schema.minItems ?? 0) > 0 ? ' with at least one entry' : ''}`,
      );
      return [];
    }
    return items.map((item, index) => this.value(item, schema.items ?? {}, `${name}[${index}]`));
  }
}

function entriesOf(node: Node): readonly (readonly [string, Node])[] {
  return (node.children ?? []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    return key === undefined || value === undefined ? [] : [[String(key.value), value] as const];
  });
}

function plainValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plainValue);
  if (node.type === 'object')
    return Object.fromEntries(entriesOf(node).map(([key, value]) => [key, plainValue(value)]));
  return node.value;
}

/** The defaults of the properties that are not given, objects with defaults of their own included. */
function defaultsOf(schema: Schema, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const absent = Object.entries(schema.properties ?? {}).filter(
    ([key, { default: value }]) => value !== undefined && !(key in given),
  );
  return Object.fromEntries(
    absent.map(([key, property]) => [key, property.type === 'object' ? defaultsOf(property, {}) : property.default]),
  );
}

/** Null where the value fits, else what it must be. */
function refuse(value: unknown, schema: Schema): string | null {
  const { type, enum: choices, minimum, exclusiveMinimum, maximum } = schema;
  if (choices !== undefined) return choices.some((choice) => choice === value) ? null : `one of ${choices.join(', ')}`;
  if (type === 'integer' || type === 'number') {
    const isFitting =
      typeof value === 'number' &&
      (type === 'number' || Number.isInteger(value)) &&
      value >= (minimum ?? -Infinity) &&
      value > (exclusiveMinimum ?? -Infinity) &&
      value <= (maximum ?? Infinity);
    return isFitting ? null : `${type === 'integer' ? 'a whole number' : 'a number'}${rangeOf(schema)}`;
  }
  return type === undefined || typeof value === type ? null : `a ${type}`;
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const low =
    minimum !== undefined ? ` from ${minimum}` : exclusiveMinimum !== undefined ? ` above ${exclusiveMinimum}` : '';
  return `${low}${maximum === undefined ? '' : ` to ${maximum}`}`;
}
