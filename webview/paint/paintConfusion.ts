import { cssColour, textColourOn, type ColourTable } from '../scales/colourTable';
import { type Palette } from '../theme/palette';

/** A confusion matrix and how it is painted: rows are labels, columns answers. */
export interface ConfusionPicture {
  readonly confusion: readonly (readonly number[])[];
  readonly labels: readonly string[];
  readonly table: ColourTable;
  readonly palette: Palette;
  /** Chosen cell, or null. */
  readonly chosen: { readonly row: number; readonly column: number } | null;
}

/** Sizes in CSS pixels: of a cell, of the square of cells, of the names to its left and above it. */
export interface ConfusionLayout {
  readonly cellPx: number;
  readonly sizePx: number;
  readonly leftPx: number;
  readonly topPx: number;
}

const labelFont = '11px sans-serif';
const namePx = 12;
/** Cells smaller than this are no aim for a mouse; then the matrix is scrolled. */
const leastFittingPx = 8;

/**
 * A layout that fits a width where its cells are then large enough; else cells as high as a name, wider than there is
 * room for.
 */
export function layoutConfusion(labels: readonly string[], availablePx: number): ConfusionLayout {
  const longest = Math.max(...labels.map((label) => label.length));
  const leftPx = Math.min(120, 30 + Math.min(12, longest) * 6.5, availablePx * 0.34);
  const fittingPx = Math.floor((availablePx - leftPx) / labels.length);
  const cellPx = fittingPx >= leastFittingPx ? Math.min(56, fittingPx) : namePx;
  return { cellPx, sizePx: cellPx * labels.length, leftPx, topPx: Math.min(96, 30 + Math.min(12, longest) * 5.5) };
}

/** Paints the cells; the colour is the share of the row, so that rare classes show. */
export function paintConfusion(
  context: CanvasRenderingContext2D,
  picture: ConfusionPicture,
  layout: ConfusionLayout,
): void {
  const { confusion, palette, chosen } = picture;
  const { cellPx, sizePx } = layout;
  context.clearRect(0, 0, sizePx, sizePx);
  confusion.forEach((counts, row) => {
    const sum = counts.reduce((total, count) => total + count, 0);
    counts.forEach((count, column) =>
      paintCell(context, picture, cellPx, { row, column, count, share: sum === 0 ? 0 : count / sum }),
    );
  });
  if (chosen === null) return;
  for (const [style, width] of [
    [palette.background, 4],
    [palette.foreground, 2],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.strokeRect(chosen.column * cellPx + 1, chosen.row * cellPx + 1, cellPx - 2, cellPx - 2);
  }
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  readonly share: number;
}

function paintCell(
  context: CanvasRenderingContext2D,
  { table }: ConfusionPicture,
  cellPx: number,
  { row, column, count, share }: Cell,
): void {
  const index = Math.round(share * 255);
  const gap = cellPx > 8 ? 1 : 0;
  const [left, top] = [column * cellPx, row * cellPx];
  context.fillStyle = cssColour(table, index);
  context.fillRect(left, top, cellPx - gap, cellPx - gap);
  const text = String(count);
  if (count === 0 || cellPx < 8 + text.length * 6.5) return;
  context.fillStyle = textColourOn(table.words[index] ?? 0);
  context.font = labelFont;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, left + cellPx / 2, top + cellPx / 2);
}

/** Paints the names of the rows, right-aligned to the cells; only every second, third... where they would touch. */
export function paintRowNames(
  context: CanvasRenderingContext2D,
  { labels, palette, chosen }: ConfusionPicture,
  layout: ConfusionLayout,
): void {
  prepareNames(context, palette, layout.leftPx, layout.sizePx);
  context.textAlign = 'right';
  for (const k of namedOf(labels, layout.cellPx, chosen?.row)) {
    emphasise(context, k === chosen?.row);
    context.fillText(
      shorten(context, labels[k] ?? '', layout.leftPx - 10),
      layout.leftPx - 6,
      (k + 0.5) * layout.cellPx,
    );
  }
}

/** Paints the names of the columns, upwards from the cells. */
export function paintColumnNames(
  context: CanvasRenderingContext2D,
  { labels, palette, chosen }: ConfusionPicture,
  layout: ConfusionLayout,
): void {
  prepareNames(context, palette, layout.sizePx, layout.topPx);
  context.textAlign = 'left';
  for (const k of namedOf(labels, layout.cellPx, chosen?.column)) {
    emphasise(context, k === chosen?.column);
    context.save();
    context.translate((k + 0.5) * layout.cellPx, layout.topPx - 6);
    context.rotate(-Math.PI / 2);
    context.fillText(shorten(context, labels[k] ?? '', layout.topPx - 12), 0, 0);
    context.restore();
  }
}

/** Opaque, since cells are scrolled beneath. */
function prepareNames(
  context: CanvasRenderingContext2D,
  { background, foreground }: Palette,
  widthPx: number,
  heightPx: number,
): void {
  context.clearRect(0, 0, widthPx, heightPx);
  context.fillStyle = background;
  context.fillRect(0, 0, widthPx, heightPx);
  context.fillStyle = foreground;
  context.textBaseline = 'middle';
}

function emphasise(context: CanvasRenderingContext2D, isChosen: boolean): void {
  context.font = isChosen ? `bold ${labelFont}` : labelFont;
}

/** Which names are painted: evenly thinned, and the chosen one in place of its neighbours. */
function namedOf(labels: readonly string[], cellPx: number, chosen: number | undefined): readonly number[] {
  const every = Math.ceil(namePx / cellPx);
  const isFree = (k: number): boolean => k === chosen || chosen === undefined || Math.abs(k - chosen) >= every;
  return labels.map((_, k) => k).filter((k) => (k % every === 0 || k === chosen) && isFree(k));
}

function shorten(context: CanvasRenderingContext2D, text: string, mostPx: number): string {
  if (context.measureText(text).width <= mostPx) return text;
  let end = text.length;
  while (end > 1 && context.measureText(`${text.slice(0, end)}\u2026`).width > mostPx) end--;
  return `${text.slice(0, end)}\u2026`;
}
