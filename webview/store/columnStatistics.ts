import { shownFieldsOf, type Field } from '../../src/trace/reading/cellKind';
import { type FieldStatistics } from '../../src/protocol/summaries';
import { type LayerShape } from '../../src/trace/reading/trace';
import { type TraceBlocks } from './traceBlocks';

/** Mean, spread and extremes of one field over the units at one step; NaN values are left out of all of them. */
export function statisticsOf(field: Field, column: Float32Array, named = 3): FieldStatistics {
  const units = [...column.keys()].filter((unit) => !Number.isNaN(column[unit]));
  const at = (unit: number): number => column[unit] ?? NaN;
  const mean = units.reduce((sum, unit) => sum + at(unit), 0) / units.length;
  const variance = units.reduce((sum, unit) => sum + (at(unit) - mean) ** 2, 0) / units.length;
  const sorted = units.sort((a, b) => at(a) - at(b));
  const entry = (unit: number): { unit: number; value: number } => ({ unit, value: at(unit) });
  const lowest = sorted.slice(0, named).map(entry);
  const highest = sorted.slice(-named).reverse().map(entry);
  return {
    field,
    mean,
    deviation: Math.sqrt(variance),
    minimum: lowest[0]?.value ?? NaN,
    maximum: highest[0]?.value ?? NaN,
    lowest,
    highest,
  };
}

/** The statistics of every field of a layer at a step, or null while its values are not here. */
export function stepStatistics(
  blocks: TraceBlocks,
  shape: LayerShape,
  step: number,
): readonly FieldStatistics[] | null {
  const all: FieldStatistics[] = [];
  for (const field of shownFieldsOf(shape.cell)) {
    const column = blocks.column(shape, field, step);
    if (column === undefined) return null;
    all.push(statisticsOf(field, column));
  }
  return all;
}
