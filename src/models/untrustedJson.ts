import { InspectorError } from '../base/errors';
import { takeHeap } from './readBudget';
import { signalEvery, signalParsing } from './workSignal';

/** An object from a file: only its own keys count, so that `__proto__` and `constructor` mean nothing. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value from a file is an object with keys. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property, whatever it is; undefined where there is none. */
export function getOwn(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An own property that is an object. */
export function getObject(object: JsonObject, key: string): JsonObject | undefined {
  const value = getOwn(object, key);
  return isJsonObject(value) ? value : undefined;
}

/** An own property that is a list; empty where there is none. */
export function getList(object: JsonObject, key: string): readonly unknown[] {
  const value = getOwn(object, key);
  return Array.isArray(value) ? value : [];
}

/** An own property that is a string. */
export function getString(object: JsonObject, key: string): string | undefined {
  const value = getOwn(object, key);
  return typeof value === 'string' ? value : undefined;
}

/** An own property that is a finite number. */
export function getNumber(object: JsonObject, key: string): number | undefined {
  const value = getOwn(object, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** An own property that is true; anything else is false. */
export function getFlag(object: JsonObject, key: string): boolean {
  return getOwn(object, key) === true;
}

/** Parses UTF-8 JSON, with or without a byte order mark; Python's NaN and Infinity are read as null. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  const text = new TextDecoder().decode(bytes);
  return parseJsonText(text, what);
}

const heapOfBracket = 64;
const heapOfPair = 48;
const heapOfItem = 16;

function heapOf(code: number): number {
  if (code === 0x2c) return heapOfItem;
  if (code === 0x3a) return heapOfPair;
  return code === 0x7b || code === 0x5b ? heapOfBracket : 0;
}

/** Where the string ends that begins at `start`: at its closing quotation mark, or at the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c) at++;
  }
  return text.length;
}

/**
 * Counts what parsing a JSON text would build before it is parsed: V8 ends the whole process where a parse needs more
 * memory than there is. Up to the first error, where parsing ends, strings begin and end as they do for the parser.
 */
function takeJson(text: string): void {
  let heap = 2 * text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else heap += heapOf(code);
  }
  takeHeap(heap);
  signalParsing(text.length);
}

/** The same for JSON with comments: what is in strings counts too, since a quotation mark in a comment begins none. */
export function takeJsonWithComments(text: string): void {
  let heap = 2 * text.length;
  for (let at = 0; at < text.length; at++) heap += heapOf(text.charCodeAt(at));
  takeHeap(heap);
  signalParsing(text.length);
}

/** Parses JSON text; Python writes NaN and Infinity, which are no JSON, and which we read as null. */
export function parseJsonText(text: string, what: string): unknown {
  takeJson(text);
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(text.replace(/([[:,]\s*)-?(?:NaN|Infinity)(?=\s*[,\]}])/g, '$1null'));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.split('\n')[0]?.slice(0, 120) : '';
      throw new InspectorError('model-damaged', `${what} is no valid JSON (${why}).`, { cause });
    }
  }
}

/** How deep lists and objects lie in one another; a file that nests deeper than `limit` is refused. */
export function checkDepth(value: unknown, limit = 200): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) throw new InspectorError('model-damaged', `its JSON is nested deeper than ${limit} levels.`);
    level = level.flatMap((item, index) => {
      signalEvery(index);
      return typeof item === 'object' && item !== null ? Object.values(item) : [];
    });
  }
}
