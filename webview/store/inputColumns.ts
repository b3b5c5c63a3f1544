import { say } from '../theme/strings';
import { type InspectorState } from './inspectorState';

/** A column of numeric input: its name, its values [T] once they are here, and the range of the finite ones. */
export interface InputColumn {
  readonly index: number;
  readonly name: string;
  readonly values: Float32Array | null;
  readonly low: number;
  readonly high: number;
}

/** The column that is drawn: the chosen one, else the first; null where text is read. */
export function shownColumn(state: InspectorState): InputColumn | null {
  const { columns, inputs, view } = state;
  if (columns === null || columns.length === 0) return null;
  const index = view.column !== undefined && view.column < columns.length ? view.column : 0;
  const values = inputs.get(index) ?? null;
  return {
    index,
    name: nameOfColumn(columns, index),
    values,
    ...(values === null ? { low: NaN, high: NaN } : rangeOf(values)),
  };
}

/** The name of a column as the source has it, units included, or its number. */
export function nameOfColumn(columns: readonly string[], index: number): string {
  const name = columns[index] ?? '';
  return name === '' || name === String(index) ? say('column {0}', index) : name;
}

/** Name and value of the input's columns at a row, the drawn one first; only those that are here. */
export function inputsAt(
  state: InspectorState,
  step: number,
): readonly { readonly name: string; readonly value: number }[] {
  const shown = shownColumn(state);
  if (shown === null || state.columns === null) return [];
  const names = state.columns;
  const order = [shown.index, ...[...state.inputs.keys()].filter((index) => index !== shown.index)];
  return order.flatMap((index) => {
    const value = state.inputs.get(index)?.[step];
    return value === undefined ? [] : [{ name: nameOfColumn(names, index), value }];
  });
}

const ranges = new WeakMap<Float32Array, { readonly low: number; readonly high: number }>();

function rangeOf(values: Float32Array): { readonly low: number; readonly high: number } {
  const known = ranges.get(values);
  if (known !== undefined) return known;
  const finite = values.filter((value) => Number.isFinite(value));
  const range =
    finite.length === 0
      ? { low: NaN, high: NaN }
      : { low: finite.reduce((a, b) => Math.min(a, b)), high: finite.reduce((a, b) => Math.max(a, b)) };
  ranges.set(values, range);
  return range;
}
