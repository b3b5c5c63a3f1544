import { cssColour, type ColourTable } from '../scales/colourTable';
import { tableIndex, type ValueScale } from '../scales/valueScale';
import { type Palette } from '../theme/palette';

/** One grid of the picture: a column a gate or a token, a row a unit in the order shown. */
export interface MovementGrid {
  readonly names: readonly string[];
  /** Value of a column and unit. */
  valueAt(column: number, unit: number): number;
  readonly scale: ValueScale;
  readonly table: ColourTable;
}

/** The picture of what moved: the gates at the left, the sentence at the right, the same units in the rows. */
export interface MovementPicture {
  /** Units in the order shown. */
  readonly order: readonly number[];
  readonly gates: MovementGrid;
  readonly sentence: MovementGrid | null;
  readonly palette: Palette;
  /** Row and column chosen; columns count through both grids. Null: none. */
  readonly chosen: { readonly row: number; readonly column: number } | null;
}

/** Where the grids lie, in CSS pixels. */
export interface MovementLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly topPx: number;
  readonly leftPx: number;
  readonly rowPx: number;
  readonly gatePx: number;
  readonly sentenceLeftPx: number;
  readonly tokenPx: number;
}

const sizes = { left: 34, top: 20, bottom: 76, gap: 20, right: 8 } as const;
const font = '11px sans-serif';

/** A layout that fits a width: rows of 5 to 16 pixels, columns as wide as there is room for. */
export function layoutMovement(
  widthPx: number,
  { rows, gates, tokens }: { readonly rows: number; readonly gates: number; readonly tokens: number },
): MovementLayout {
  const rowPx = Math.max(5, Math.min(16, Math.floor(420 / Math.max(1, rows))));
  const free = widthPx - sizes.left - sizes.right - (tokens > 0 ? sizes.gap : 0);
  const gatePx = Math.max(12, Math.min(44, Math.floor((tokens > 0 ? free * 0.32 : free) / Math.max(1, gates))));
  const sentenceLeftPx = sizes.left + gatePx * gates + sizes.gap;
  const tokenPx = tokens === 0 ? 0 : Math.max(1, Math.min(44, (widthPx - sentenceLeftPx - sizes.right) / tokens));
  return {
    widthPx,
    heightPx: sizes.top + rowPx * rows + sizes.bottom,
    topPx: sizes.top,
    leftPx: sizes.left,
    rowPx,
    gatePx,
    sentenceLeftPx,
    tokenPx,
  };
}

/** Row and column under a point of the canvas; null beside the grids. */
export function cellAt(
  layout: MovementLayout,
  { order, gates, sentence }: MovementPicture,
  x: number,
  y: number,
): { readonly row: number; readonly column: number } | null {
  const row = Math.floor((y - layout.topPx) / layout.rowPx);
  if (row < 0 || row >= order.length) return null;
  const gate = Math.floor((x - layout.leftPx) / layout.gatePx);
  if (gate >= 0 && gate < gates.names.length) return { row, column: gate };
  const token = Math.floor((x - layout.sentenceLeftPx) / layout.tokenPx);
  return sentence !== null && token >= 0 && token < sentence.names.length
    ? { row, column: gates.names.length + token }
    : null;
}

/** Paints both grids with their names; NaN has its own colour. */
export function paintMovement(
  context: CanvasRenderingContext2D,
  picture: MovementPicture,
  layout: MovementLayout,
): void {
  const { order, gates, sentence, palette } = picture;
  const { leftPx, topPx, rowPx, gatePx, sentenceLeftPx, tokenPx } = layout;
  context.clearRect(0, 0, layout.widthPx, layout.heightPx);
  paintGrid(context, gates, order, { leftPx, topPx, rowPx, columnPx: gatePx });
  if (sentence !== null)
    paintGrid(context, sentence, order, { leftPx: sentenceLeftPx, topPx, rowPx, columnPx: tokenPx });
  context.font = font;
  context.fillStyle = palette.muted;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const every = Math.ceil(12 / rowPx);
  order.forEach((unit, row) => {
    if (row % every === 0) context.fillText(String(unit), leftPx - 5, topPx + (row + 0.5) * rowPx);
  });
  context.textAlign = 'center';
  gates.names.forEach((name, k) => context.fillText(name, leftPx + (k + 0.5) * gatePx, topPx - 10));
  if (sentence !== null)
    paintTokens(context, sentence.names, {
      leftPx: sentenceLeftPx,
      topPx: topPx + rowPx * order.length + 6,
      columnPx: tokenPx,
    });
  paintChosen(context, picture, layout);
}

interface GridBox {
  readonly leftPx: number;
  readonly topPx: number;
  readonly rowPx: number;
  readonly columnPx: number;
}

function paintGrid(
  context: CanvasRenderingContext2D,
  { names, valueAt, scale, table }: MovementGrid,
  order: readonly number[],
  { leftPx, topPx, rowPx, columnPx }: GridBox,
): void {
  names.forEach((_, column) => {
    order.forEach((unit, row) => {
      context.fillStyle = cssColour(table, tableIndex(scale, valueAt(column, unit)));
      // A little over the border, so that no seam shows between cells of fractional size.
      const overlapPx = column === names.length - 1 ? 0 : 0.5;
      context.fillRect(leftPx + column * columnPx, topPx + row * rowPx, columnPx + overlapPx, rowPx);
    });
  });
}

/** Tokens under their columns, upright on end; every so many where columns are narrow. */
function paintTokens(
  context: CanvasRenderingContext2D,
  names: readonly string[],
  { leftPx, topPx, columnPx }: Omit<GridBox, 'rowPx'>,
): void {
  const every = Math.ceil(12 / columnPx);
  names.forEach((name, t) => {
    if (t % every !== 0) return;
    context.save();
    context.translate(leftPx + (t + 0.5) * columnPx, topPx);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'right';
    context.fillText(name.length > 11 ? `${name.slice(0, 10)}\u2026` : name, 0, 0);
    context.restore();
  });
}

function paintChosen(
  context: CanvasRenderingContext2D,
  { chosen, gates, palette }: MovementPicture,
  { leftPx, topPx, rowPx, gatePx, sentenceLeftPx, tokenPx }: MovementLayout,
): void {
  if (chosen === null) return;
  const isGate = chosen.column < gates.names.length;
  const left = isGate
    ? leftPx + chosen.column * gatePx
    : sentenceLeftPx + (chosen.column - gates.names.length) * tokenPx;
  const box = [left, topPx + chosen.row * rowPx, Math.max(3, isGate ? gatePx : tokenPx), rowPx] as const;
  context.strokeStyle = palette.background;
  context.lineWidth = 4;
  context.strokeRect(...box);
  context.strokeStyle = palette.foreground;
  context.lineWidth = 2;
  context.strokeRect(...box);
}
