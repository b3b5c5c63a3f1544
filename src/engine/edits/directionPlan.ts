import { smallestOf } from '../../base/extremes';
import { type Direction, type Field, type StateName } from '../../trace/reading/cellKind';

/** A value for one unit or for all that an edit names, or a row of the field's whole width to take it from. */
export type EditValues = number | Float32Array;

/** A field held at numbers over the text steps `from` to `to`, both included. */
export interface Hold {
  readonly field: Field;
  /** One unit, or null for all. */
  readonly unit: number | null;
  readonly from: number;
  readonly to: number;
  readonly values: EditValues;
}

/** A state set once to numbers, before text step `step` is computed. */
export interface Setting {
  readonly field: StateName;
  readonly unit: number | null;
  readonly step: number;
  readonly values: EditValues;
}

/** What is changed in one direction of one layer, all in numbers; of two edits of one number the later holds. */
export interface DirectionPlan {
  readonly layer: number;
  readonly direction: Direction;
  readonly holds: readonly Hold[];
  readonly settings: readonly Setting[];
}

/** Calls for each number that an edit changes in a row of `width`. */
export function forEachValue(
  { unit, values }: Pick<Hold, 'unit' | 'values'>,
  width: number,
  visit: (unit: number, value: number) => void,
): void {
  const [from, to] = unit === null ? [0, width] : [unit, unit + 1];
  for (let j = from; j < to; j++) visit(j, typeof values === 'number' ? values : (values[j] as number));
}

/**
 * The first step in reading order at which two plans for a direction of `steps` steps differ; Infinity where they are
 * the same.
 */
export function firstDifference(
  one: DirectionPlan | undefined,
  other: DirectionPlan | undefined,
  steps: number,
): number {
  const isBackward = (one ?? other)?.direction === 'backward';
  const first = (hold: Hold): number => (isBackward ? steps - 1 - hold.to : hold.from);
  const at = (setting: Setting): number => (isBackward ? steps - 1 - setting.step : setting.step);
  return smallestOf([
    ...differing(one?.holds ?? [], other?.holds ?? []).map(first),
    ...differing(one?.settings ?? [], other?.settings ?? []).map(at),
  ]);
}

/** What follows the part that two lists have in common at their beginning. */
function differing<T extends Hold | Setting>(one: readonly T[], other: readonly T[]): readonly T[] {
  let same = 0;
  while (same < one.length && same < other.length && isEqual(one[same] as T, other[same] as T)) same++;
  return [...one.slice(same), ...other.slice(same)];
}

function isEqual<T extends Hold | Setting>({ values: a, ...one }: T, { values: b, ...other }: T): boolean {
  if (JSON.stringify(one) !== JSON.stringify(other)) return false;
  if (typeof a === 'number' || typeof b === 'number') return Object.is(a, b);
  return a.length === b.length && a.every((value, j) => Object.is(value, b[j]));
}
