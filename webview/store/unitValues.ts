import { fieldsOf, type Field } from '../../src/trace/reading/cellKind';
import { type LayerShape } from '../../src/trace/reading/trace';
import { type UnitValues } from './sentences';
import { type TraceBlocks } from './traceBlocks';

/** The values of a unit at a step and its state one step before in reading direction; null while they are not here. */
export function unitValues(blocks: TraceBlocks, shape: LayerShape, unit: number, step: number): UnitValues | null {
  const read = (field: Field, at: number): number | undefined => blocks.column(shape, field, at)?.[unit];
  const now: Partial<Record<Field, number>> = {};
  for (const field of fieldsOf(shape.cell)) {
    if (field === 'h' && unit >= shape.outputWidth) continue;
    const value = read(field, step);
    if (value === undefined) return null;
    now[field] = value;
  }
  const last = shape.direction === 'forward' ? step - 1 : step + 1;
  const c = read('c', last);
  const h = read('h', last);
  return { now, before: { ...(c !== undefined && { c }), ...(h !== undefined && { h }) } };
}
