import { cssColour, type ColourTable } from '../scales/colourTable';
import { tableIndex, type ValueScale } from '../scales/valueScale';
import { type Palette } from '../theme/palette';

/** A small trace painted whole: a column a step, a row a unit. */
export interface CellsPicture {
  /** [T, H] */
  readonly values: Float32Array;
  /** H */
  readonly units: number;
  /** Text of each step. */
  readonly names: readonly string[];
  readonly scale: ValueScale;
  readonly table: ColourTable;
  readonly palette: Palette;
}

/** Room for the numbers of units at the left and for names under the columns, in CSS pixels. */
export const cellsMargin = { left: 56, right: 16, bottom: 64 } as const;

/** Paints the cells over the width with names under the columns as far as they fit. */
export function paintCells(
  context: CanvasRenderingContext2D,
  picture: CellsPicture,
  widthPx: number,
  heightPx: number,
): void {
  const { values, units, names, scale, table, palette } = picture;
  const steps = names.length;
  const { left, right, bottom } = cellsMargin;
  const columnPx = (widthPx - left - right) / Math.max(1, steps);
  const rowPx = (heightPx - bottom) / Math.max(1, units);
  context.clearRect(0, 0, widthPx, heightPx);
  for (let t = 0; t < steps; t++) {
    for (let unit = 0; unit < units; unit++) {
      context.fillStyle = cssColour(table, tableIndex(scale, values[t * units + unit] ?? NaN));
      // A little over the border, so that no seam shows between cells of fractional size.
      context.fillRect(
        left + t * columnPx,
        unit * rowPx,
        Math.min(columnPx + 0.5, widthPx - right - left - t * columnPx),
        rowPx + 0.5,
      );
    }
  }
  context.font = '11px sans-serif';
  context.fillStyle = palette.muted;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.fillText('0', left - 6, 7);
  if (units > 1) context.fillText(String(units - 1), left - 6, heightPx - bottom - 7);
  paintStepNames(context, names, { columnPx, leftPx: left, topPx: heightPx - bottom + 6 });
}

/** Names under columns, upright on end; every so many where columns are narrow. */
function paintStepNames(
  context: CanvasRenderingContext2D,
  names: readonly string[],
  { columnPx, leftPx, topPx }: { readonly columnPx: number; readonly leftPx: number; readonly topPx: number },
): void {
  const every = Math.ceil(12 / columnPx);
  names.forEach((name, t) => {
    if (t % every !== 0) return;
    const text = name.length > 9 ? `${name.slice(0, 8)}\u2026` : name;
    context.save();
    context.translate(leftPx + (t + 0.5) * columnPx, topPx);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'right';
    context.fillText(text, 0, 0);
    context.restore();
  });
}
