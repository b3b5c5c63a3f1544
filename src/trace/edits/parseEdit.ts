import { fail, succeed, type Result } from '../../base/result';
import { type Direction, type Field } from '../reading/cellKind';
import { type Edit, type EditTarget, type HeldValue, type StateValue } from './edit';

const directions: readonly Direction[] = ['forward', 'backward'];
const fieldLetters: readonly Field[] = ['i', 'f', 'g', 'o', 'c', 'h', 'z', 'r', 'n'];
/** Longer texts are refused unread; the longest edit that makes sense has about 60 characters. */
const maxLength = 200;
const example = 'for example f[27]@41..60=0 or c[3]@17:=1.5';

/** Where the reader stands in the edit's text. */
interface Cursor {
  readonly text: string;
  position: number;
}

class EditError extends Error {}

/**
 * Reads one edit: `[LAYER.[DIRECTION.]]FIELDS[UNIT|*][@PLACE]=VALUE` holds, `...@STEP:=VALUE` sets a state once.
 * PLACE is `FROM..TO`, `FROM..` or `..TO` (both included); VALUE a number, `keep` or `mean` (held), `other@STEP` (set).
 * White space between the parts is ignored. Whether the model has such a field, unit or step is not known here:
 * {@link resolveEdits} checks that. An error names the place in the text and what is expected there.
 */
export function parseEdit(text: string): Result<Edit> {
  if (text.length > maxLength) return fail('edit-invalid', `An edit has at most ${maxLength} characters, ${example}.`);
  const cursor: Cursor = { text, position: 0 };
  try {
    return succeed(readEdit(cursor));
  } catch (thrown) {
    if (thrown instanceof EditError) return fail('edit-invalid', thrown.message);
    throw thrown;
  }
}

function readEdit(cursor: Cursor): Edit {
  const target = readTarget(cursor);
  const place = accept(cursor, '@') ? readPlace(cursor) : undefined;
  const isSet = accept(cursor, ':=');
  if (!isSet) expect(cursor, '=', place === undefined ? '"@", "=" or ":="' : '"=" or ":="');
  const edit = isSet ? readSet(cursor, target, place) : readHold(cursor, target, place);
  skipSpace(cursor);
  if (cursor.position < cursor.text.length) refuse(cursor, 'the end of the edit');
  return edit;
}

function readTarget(cursor: Cursor): EditTarget {
  const layer = readCount(cursor);
  if (layer !== undefined) expect(cursor, '.', '"." behind the layer');
  const direction = layer === undefined ? undefined : directions.find((name) => accept(cursor, name));
  if (direction !== undefined) expect(cursor, '.', `"." behind ${direction}`);
  const fields = readFields(cursor);
  const unit = accept(cursor, '[') ? readUnit(cursor) : undefined;
  return {
    fields,
    ...(layer === undefined ? {} : { layer }),
    ...(direction === undefined ? {} : { direction }),
    ...(unit === undefined ? {} : { unit }),
  };
}

function readFields(cursor: Cursor): Field[] {
  const fields: Field[] = [];
  do {
    skipSpace(cursor);
    const field = fieldLetters.find((letter) => letter === cursor.text[cursor.position]);
    if (field === undefined) refuse(cursor, `a gate or state (${fieldLetters.join(' ')})`);
    if (fields.includes(field)) refuse(cursor, `a state that is not named yet (${field} is)`);
    cursor.position++;
    fields.push(field);
  } while (accept(cursor, ','));
  return fields;
}

function readUnit(cursor: Cursor): number | undefined {
  const all = accept(cursor, '*');
  const unit = all ? undefined : readCount(cursor);
  if (!all && unit === undefined) refuse(cursor, 'the number of a unit, or * for all');
  expect(cursor, ']', '"]" behind the unit');
  return unit;
}

/** Steps from and to; `to` is undefined for a single step. */
interface Place {
  readonly from: number;
  readonly to?: number;
  /** Where the place stands in the text. */
  readonly position: number;
}

function readPlace(cursor: Cursor): Place {
  skipSpace(cursor);
  const { position } = cursor;
  const from = readCount(cursor);
  if (!accept(cursor, '..')) {
    return from === undefined ? refuse(cursor, 'a step, FROM..TO, FROM.. or ..TO') : { from, position };
  }
  const to = readCount(cursor);
  if (from === undefined && to === undefined) refuse(cursor, 'a step before or behind the dots');
  const last = to ?? Infinity;
  if ((from ?? 0) > last) refuse(cursor, `a last step of ${from} or more`, position);
  return { from: from ?? 0, to: last, position };
}

function readHold(cursor: Cursor, target: EditTarget, place: Place | undefined): Edit {
  if (place !== undefined && place.to === undefined) {
    refuse(cursor, `${place.from}..${place.from} for one step, or ":=" to set a state once`, place.position);
  }
  const value = readHeldValue(cursor);
  const words = typeof value === 'number' ? undefined : value;
  if (words === 'keep' && target.fields.some((field) => field !== 'c' && field !== 'h')) {
    refuse(cursor, 'a number: only a state (c, or h of a cell without c) can be kept');
  }
  return { kind: 'hold', target, from: place?.from ?? 0, to: place?.to ?? Infinity, value };
}

function readSet(cursor: Cursor, target: EditTarget, place: Place | undefined): Edit {
  if (place === undefined || place.to !== undefined) {
    refuse(cursor, 'one step before ":=", as in c@17:=0', place?.position ?? cursor.position - 2);
  }
  if (target.fields.some((field) => field !== 'c' && field !== 'h')) {
    refuse(cursor, 'a state (c or h) before ":="; a gate is held with "="', 0);
  }
  return { kind: 'set', target, step: place.from, value: readStateValue(cursor) };
}

function readHeldValue(cursor: Cursor): HeldValue {
  if (accept(cursor, 'keep')) return 'keep';
  if (accept(cursor, 'mean')) return 'mean';
  return readNumber(cursor) ?? refuse(cursor, 'a number, keep or mean');
}

function readStateValue(cursor: Cursor): StateValue {
  if (!accept(cursor, 'other')) return readNumber(cursor) ?? refuse(cursor, 'a number or other@STEP');
  expect(cursor, '@', '"@" and a step of the other reading');
  return { other: readCount(cursor) ?? refuse(cursor, 'a step of the other reading') };
}

/** A number of decimal digits, from 0, that a float64 holds exactly. */
function readCount(cursor: Cursor): number | undefined {
  const digits = match(cursor, /\d+/y);
  if (digits === undefined) return undefined;
  const count = Number(digits);
  return Number.isSafeInteger(count) ? count : refuse(cursor, 'a smaller number', cursor.position - digits.length);
}

function readNumber(cursor: Cursor): number | undefined {
  const digits = match(cursor, /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y);
  if (digits === undefined) return undefined;
  const value = Number(digits);
  const isFloat32 = Number.isFinite(Math.fround(value));
  return isFloat32 ? value : refuse(cursor, 'a number that float32 holds', cursor.position - digits.length);
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  skipSpace(cursor);
  pattern.lastIndex = cursor.position;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.position += found.length;
  return found;
}

function accept(cursor: Cursor, word: string): boolean {
  skipSpace(cursor);
  if (!cursor.text.startsWith(word, cursor.position)) return false;
  cursor.position += word.length;
  return true;
}

function expect(cursor: Cursor, word: string, meant: string): void {
  if (!accept(cursor, word)) refuse(cursor, meant);
}

function skipSpace(cursor: Cursor): void {
  while (cursor.text[cursor.position] === ' ') cursor.position++;
}

function refuse(cursor: Cursor, expected: string, at = cursor.position): never {
  const found = at < cursor.text.length ? `"${cursor.text.slice(at, at + 12)}"` : 'its end';
  throw new EditError(`Edit "${cursor.text}": expected ${expected} at character ${at + 1}, found ${found}.`);
}
