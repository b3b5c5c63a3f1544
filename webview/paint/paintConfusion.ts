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

/** Where the cells lie, in CSS pixels. */
export interface ConfusionLayout {
  readonly cellPx: number;
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

const labelFont = '11px sans-serif';

/** A layout that fits a width: cells from 6 to 56 pixels, labels where there is room for them. */
export function layoutConfusion(labels: readonly string[], availablePx: number): ConfusionLayout {
  const longest = Math.max(...labels.map((label) => label.length));
  const leftPx = Math.min(120, 30 + Math.min(12, longest) * 6.5, availablePx * 0.34);
  const cellPx = Math.max(2, Math.min(56, Math.floor((availablePx - leftPx - 4) / labels.length)));
  const topPx = hasColumnNames(cellPx) ? Math.min(96, 30 + Math.min(12, longest) * 5.5) : 24;
  return { cellPx, leftPx, topPx, widthPx: leftPx + cellPx * labels.length + 4, heightPx: topPx + cellPx * labels.length + 4 };
}

/** Paints the matrix; the colour is the share of the row, so that rare classes show. */
export function paintConfusion(context: CanvasRenderingContext2D, picture: ConfusionPicture, layout: ConfusionLayout): void {
  const { confusion, palette, chosen } = picture;
  const { cellPx, leftPx, topPx } = layout;
  context.clearRect(0, 0, layout.widthPx, layout.heightPx);
  confusion.forEach((counts, row) => {
    const sum = counts.reduce((total, count) => total + count, 0);
    counts.forEach((count, column) => paintCell(context, picture, layout, { row, column, count, share: sum === 0 ? 0 : count / sum }));
  });
  paintNames(context, picture, layout);
  if (chosen === null) return;
  context.strokeStyle = palette.background;
  context.lineWidth = 4;
  context.strokeRect(leftPx + chosen.column * cellPx, topPx + chosen.row * cellPx, cellPx, cellPx);
  context.strokeStyle = palette.foreground;
  context.lineWidth = 2;
  context.strokeRect(leftPx + chosen.column * cellPx, topPx + chosen.row * cellPx, cellPx, cellPx);
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  readonly share: number;
}

function paintCell(context: CanvasRenderingContext2D, { table }: ConfusionPicture, { cellPx, leftPx, topPx }: ConfusionLayout, { row, column, count, share }: Cell): void {
  const index = Math.round(share * 255);
  const gap = cellPx > 8 ? 1 : 0;
  const [left, top] = [leftPx + column * cellPx, topPx + row * cellPx];
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

function hasColumnNames(cellPx: number): boolean {
  return cellPx >= 12;
}

function paintNames(context: CanvasRenderingContext2D, { labels, palette }: ConfusionPicture, { cellPx, leftPx, topPx }: ConfusionLayout): void {
  if (cellPx < 11) return;
  context.font = labelFont;
  context.fillStyle = palette.foreground;
  context.textBaseline = 'middle';
  labels.forEach((label, k) => {
    context.textAlign = 'right';
    context.fillText(shorten(context, label, leftPx - 10), leftPx - 6, topPx + (k + 0.5) * cellPx);
    if (!hasColumnNames(cellPx)) return;
    context.save();
    context.translate(leftPx + (k + 0.5) * cellPx, topPx - 6);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'left';
    context.fillText(shorten(context, label, topPx - 12), 0, 0);
    context.restore();
  });
}

function shorten(context: CanvasRenderingContext2D, text: string, mostPx: number): string {
  if (context.measureText(text).width <= mostPx) return text;
  let end = text.length;
  while (end > 1 && context.measureText(`${text.slice(0, end)}\u2026`).width > mostPx) end--;
  return `${text.slice(0, end)}\u2026`;
}
