import { columnsInSight, leftOf, type ColumnScale } from '../scales/columns';
import { cssColour, textColourOn, type ColourTable } from '../scales/colourTable';
import { tableIndex, type ValueScale } from '../scales/valueScale';

/** What the ribbon is painted from. */
export interface RibbonInput {
  readonly columns: ColumnScale;
  /** Text of a token as shown. */
  readonly labelAt: (step: number) => string;
  /** Characters of a usual token: 1 for a character model. */
  readonly usualLength: number;
  /** True where a token begins a word, which is named where single tokens are too narrow. */
  readonly startsWord: (step: number) => boolean;
  /** Steps before which another selection of the document begins. */
  readonly borders: readonly number[];
  /** The value that colours a token, [T]; NaN leaves it without colour. */
  readonly valueAt: (step: number) => number;
  readonly scale: ValueScale;
  readonly table: ColourTable;
  readonly heightPx: number;
  readonly font: string;
  readonly foreground: string;
}

const narrowestGlyphPx = 7.5;
const glyphPx = 7.5;
const stripPx = 9;
const borderPx = 2;
/** Tokens that are looked at for the beginning of a word. */
const farthestWord = 5000;

/**
 * Draws the tokens: as coloured cells with their text, or, where they are too narrow, as a strip of colour under the
 * words.
 */
export function paintRibbon(context: CanvasRenderingContext2D, input: RibbonInput): void {
  const { columns, heightPx, font } = input;
  context.clearRect(0, 0, columns.plotWidthPx, heightPx);
  context.font = font;
  context.textBaseline = 'middle';
  if (columns.columnPx >= Math.max(narrowestGlyphPx, Math.min(44, input.usualLength * glyphPx)))
    paintCells(context, input);
  else paintStrip(context, input);
  paintBorders(context, input);
}

/** A line between two selections that are read as one text. */
function paintBorders(
  context: CanvasRenderingContext2D,
  { borders, columns, heightPx, foreground }: RibbonInput,
): void {
  context.fillStyle = foreground;
  for (const step of borders) context.fillRect(Math.round(leftOf(columns, step)) - borderPx / 2, 0, borderPx, heightPx);
}

function paintCells(context: CanvasRenderingContext2D, input: RibbonInput): void {
  const { columns, labelAt, heightPx } = input;
  const sight = columnsInSight(columns);
  context.textAlign = 'center';
  for (let step = sight.from; step < sight.to; step++) {
    const left = leftOf(columns, step);
    const index = fillCell(context, input, { step, left, top: 0, width: columns.columnPx, height: heightPx });
    const text = fitText(context, labelAt(step), columns.columnPx - 1);
    context.fillStyle =
      index === null
        ? input.foreground
        : textColourOn(index < 0 ? input.table.nanWord : (input.table.words[index] ?? 0));
    context.fillText(text, left + columns.columnPx / 2, heightPx / 2 + 0.5);
  }
}

function paintStrip(context: CanvasRenderingContext2D, input: RibbonInput): void {
  const { columns, heightPx } = input;
  const sight = columnsInSight(columns);
  const stride = Math.max(1, Math.floor(0.75 / columns.columnPx));
  for (let step = sight.from - (sight.from % stride); step < sight.to; step += stride) {
    const width = columns.columnPx * stride + 0.3;
    fillCell(context, input, { step, left: leftOf(columns, step), top: heightPx - stripPx, width, height: stripPx });
  }
  context.textAlign = 'left';
  context.fillStyle = input.foreground;
  for (let step = nextWord(input, sight.from); step < sight.to;) {
    const left = leftOf(columns, step);
    const word = wordFrom(input, step);
    const width = context.measureText(word).width;
    if (left + width > columns.plotWidthPx) break;
    context.fillText(word, left, (heightPx - stripPx) / 2);
    step = nextWord(input, Math.max(step + 1, Math.ceil(columns.from + (left + width + 8) / columns.columnPx)));
  }
}

/**
 * The next token from a step on that begins a word; T where there is none. A long text is not searched whole for one.
 */
function nextWord({ columns, startsWord }: RibbonInput, from: number): number {
  const end = Math.min(columns.steps, from + farthestWord);
  for (let step = from; step < end; step++) if (startsWord(step)) return step;
  return columns.steps;
}

interface Cell {
  readonly step: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function fillCell(context: CanvasRenderingContext2D, input: RibbonInput, cell: Cell): number | null {
  const value = input.valueAt(cell.step);
  if (Number.isNaN(value)) return null;
  const index = tableIndex(input.scale, value);
  context.fillStyle = cssColour(input.table, index);
  context.fillRect(cell.left, cell.top, cell.width, cell.height);
  return index;
}

function wordFrom({ columns, labelAt, startsWord }: RibbonInput, start: number): string {
  let word = labelAt(start);
  for (let step = start + 1; step < columns.steps && step < start + 24; step++) {
    const label = labelAt(step);
    if (startsWord(step) || !/^[\p{L}\p{N}\p{M}'\u2019_-]+$/u.test(label)) break;
    word += label;
  }
  return word;
}

/** The text, or as much of it as fits with an ellipsis. */
export function fitText(context: CanvasRenderingContext2D, text: string, widthPx: number): string {
  if (text.length <= 1) return text;
  const characters = [...text];
  if (characters.length <= 1 || context.measureText(text).width <= widthPx) return text;
  for (let kept = characters.length - 1; kept > 0; kept--) {
    const short = `${characters.slice(0, kept).join('')}\u2026`;
    if (context.measureText(short).width <= widthPx) return short;
  }
  return characters[0] ?? '';
}
