import { type ViewEdit } from '../../src/protocol/viewMessages';
import { type Direction, type Field } from '../../src/trace/reading/cellKind';

/** The steps that an edit is to hold, seen from the one that was pointed at. */
export type EditPlace = 'here' | 'on' | 'until' | 'pins' | 'all';

/** What was pointed at, to be changed. */
export interface EditTarget {
  readonly layer: number;
  readonly direction: Direction;
  /** The model has this layer and direction alone, so that an edit need not name them. */
  readonly isOnly: boolean;
  readonly field: Field;
  /** null for all units. */
  readonly unit: number | null;
  readonly step: number;
  /** The first and the last of the pinned tokens, where there are two. */
  readonly pins: { readonly from: number; readonly to: number } | null;
}

/** What is done and what was undone, lists of edits as they were. */
export interface EditHistory {
  readonly past: readonly (readonly ViewEdit[])[];
  readonly future: readonly (readonly ViewEdit[])[];
}

/** Nothing done yet. */
export const emptyHistory: EditHistory = { past: [], future: [] };

/** Undone steps that are kept. */
const mostUndone = 100;

/** After a change: what was there before can be had again, what was undone cannot. */
export function remember({ past }: EditHistory, before: readonly ViewEdit[]): EditHistory {
  return { past: [...past, before].slice(-mostUndone), future: [] };
}

/** An edit that holds a field at a value: a number, `keep` or `mean`. */
export function holdText(target: EditTarget, place: EditPlace, value: string): string {
  return `${nameOf(target, target.field)}${placeOf(target, place)}=${value}`;
}

/** An edit that sets states once, before the step that was pointed at. */
export function setStatesText(target: EditTarget, states: readonly Field[], value: string): string {
  return `${nameOf({ ...target, unit: null }, states.join(','))}@${target.step}:=${value}`;
}

/** An edit that takes a unit out, the whole text. */
export function removeText(target: EditTarget): string {
  return `${nameOf(target, 'h')}=0`;
}

function nameOf({ layer, direction, isOnly, unit }: EditTarget, fields: string): string {
  const where = isOnly ? '' : `${layer}.${direction}.`;
  return `${where}${fields}${unit === null ? '' : `[${unit}]`}`;
}

function placeOf({ step, pins }: EditTarget, place: EditPlace): string {
  switch (place) {
    case 'here':
      return `@${step}..${step}`;
    case 'on':
      return `@${step}..`;
    case 'until':
      return `@..${step}`;
    case 'pins':
      return `@${pins?.from ?? step}..${pins?.to ?? step}`;
    case 'all':
      return '';
  }
}

/** The list with an edit in force at its end; one of the same numbers and steps gives way to it. */
export function putEdit(edits: readonly ViewEdit[], text: string): readonly ViewEdit[] {
  const subject = subjectOf(text);
  return [...edits.filter((edit) => subjectOf(edit.text) !== subject), { text }];
}

/** What an edit changes, without the value. */
function subjectOf(text: string): string {
  return text.slice(0, text.lastIndexOf('='));
}

/** The list with one edit switched off, or on again. */
export function toggleEdit(edits: readonly ViewEdit[], index: number): readonly ViewEdit[] {
  return edits.map((edit, k) =>
    k !== index ? edit : edit.isOff === true ? { text: edit.text } : { ...edit, isOff: true },
  );
}
