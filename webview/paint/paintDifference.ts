import { type ColourTable } from '../scales/colourTable';
import { tableIndex, type ValueScale } from '../scales/valueScale';

/** Values [T, H] and how they become colours. */
export interface DifferencePixels {
  readonly values: Float32Array;
  readonly steps: number;
  readonly width: number;
  readonly scale: ValueScale;
  readonly table: ColourTable;
}

/**
 * Paints [T, H] into pixels of `columns` by `rows`, steps across and units down. Where several values share a pixel it
 * shows the one farthest from zero, so that a short change stays visible; steps without a counterpart (NaN) stay
 * transparent.
 */
export function paintDifference(
  pixels: Uint32Array,
  columns: number,
  rows: number,
  { values, steps, width, scale, table }: DifferencePixels,
): void {
  for (let row = 0; row < rows; row++) {
    const [firstUnit, endUnit] = spanOf(row, rows, width);
    for (let column = 0; column < columns; column++) {
      const [first, end] = spanOf(column, columns, steps);
      let farthest = NaN;
      for (let step = first; step < end; step++) {
        for (let unit = firstUnit; unit < endUnit; unit++) {
          const value = values[step * width + unit] ?? NaN;
          if (!(Math.abs(value) <= Math.abs(farthest)) && !Number.isNaN(value)) farthest = value;
        }
      }
      pixels[row * columns + column] = Number.isNaN(farthest) ? 0 : (table.words[tableIndex(scale, farthest)] ?? 0);
    }
  }
}

/** Which of `count` items share pixel `index` of `pixels`; at least one. */
function spanOf(index: number, pixels: number, count: number): readonly [number, number] {
  const first = Math.min(count - 1, Math.floor((index * count) / pixels));
  return [first, Math.max(first + 1, Math.floor(((index + 1) * count) / pixels))];
}
