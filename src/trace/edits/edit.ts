import { type Direction, type Field } from '../reading/cellKind';

/**
 * What an edit names: one field, or several states, of one unit or of all, in one direction of one recurrent layer.
 * Without `layer` the first one is meant, without `direction` the only one it has.
 */
export interface EditTarget {
  readonly layer?: number;
  readonly direction?: Direction;
  readonly fields: readonly Field[];
  /** From 0; absent for all units. */
  readonly unit?: number;
}

/**
 * What a held field becomes: a number; `keep` (a state stays as it is); `mean` (its own mean over the text, unit by
 * unit).
 */
export type HeldValue = number | 'keep' | 'mean';

/** What a state is set to: a number, or the state that another reading had before its step `other`. */
export type StateValue = number | { readonly other: number };

/**
 * Holds a field: at every step `from` to `to` (both included, counted in text order from 0) it is replaced right after
 * it has been computed, and all that is computed later reads the replaced value.
 */
export interface HoldEdit {
  readonly kind: 'hold';
  readonly target: EditTarget;
  readonly from: number;
  /** The last step, or Infinity for the end of the text. */
  readonly to: number;
  readonly value: HeldValue;
}

/** Sets a state once: the state with which step `step` is computed. */
export interface SetEdit {
  readonly kind: 'set';
  readonly target: EditTarget;
  readonly step: number;
  readonly value: StateValue;
}

/**
 * A change that a person makes to a reading. Several are applied together; of two on one number the later one holds.
 */
export type Edit = HoldEdit | SetEdit;

/** The edit in the language that {@link parseEdit} reads; equal edits give equal texts. */
export function formatEdit(edit: Edit): string {
  const { layer, direction, fields, unit } = edit.target;
  const where = layer === undefined ? '' : `${layer}.${direction === undefined ? '' : `${direction}.`}`;
  const target = `${where}${fields.join(',')}${unit === undefined ? '' : `[${unit}]`}`;
  return edit.kind === 'set'
    ? `${target}@${edit.step}:=${formatStateValue(edit.value)}`
    : `${target}${formatPlace(edit)}=${String(edit.value)}`;
}

function formatStateValue(value: StateValue): string {
  return typeof value === 'number' ? String(value) : `other@${value.other}`;
}

function formatPlace({ from, to }: HoldEdit): string {
  if (to === Infinity) return from === 0 ? '' : `@${from}..`;
  return from === 0 ? `@..${to}` : `@${from}..${to}`;
}
