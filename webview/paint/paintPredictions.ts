import { type PredictionTrack } from '../../src/trace/reading/predictionTrack';
import { indexOfOutput, type PredictionStrips } from './predictionStrips';
import { columnsInSight, leftOf, type ColumnScale } from '../scales/columns';
import { cssColour, textColourOn, type ColourTable } from '../scales/colourTable';
import { type OutputRange } from '../store/shownOutput';
import { fitText } from './paintRibbon';

/** What the predictions under the text are painted from. */
export interface PredictionsInput {
  readonly columns: ColumnScale;
  readonly track: PredictionTrack;
  /** The output unit that really came after a step, or -1. */
  readonly cameNext: (step: number) => number;
  /** An output's name as shown. */
  readonly nameOf: (index: number) => string;
  readonly table: ColourTable;
  /** The axis of the colours. */
  readonly range: OutputRange;
  readonly rows: number;
  readonly rowPx: number;
  readonly font: string;
  readonly foreground: string;
  /** The colours of the cells, a pixel each. */
  readonly strips: PredictionStrips;
}

const narrowestTextPx = 7.5;

/**
 * Draws under every token what the model expected after it, the most probable on top, coloured by probability (after
 * Karpathy 2015); what really came is framed. Narrow columns are colour only, and the widest groups of them share one.
 */
export function paintPredictions(context: CanvasRenderingContext2D, input: PredictionsInput): void {
  const { columns, track, rows, font } = input;
  context.clearRect(0, 0, columns.plotWidthPx, context.canvas.height);
  if (columns.columnPx < narrowestTextPx) return paintColours(context, input);
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const sight = columnsInSight(columns);
  for (let step = sight.from; step < Math.min(sight.to, track.steps); step++) {
    for (let row = 0; row < rows; row++) paintCell(context, input, { step, row });
  }
}

/**
 * Narrow columns, drawn from images painted once: cell by cell, thousands of them would hold up panning and zooming.
 */
function paintColours(
  context: CanvasRenderingContext2D,
  { columns, track, rows, rowPx, strips }: PredictionsInput,
): void {
  context.imageSmoothingEnabled = columns.columnPx < 1;
  const sight = columnsInSight(columns);
  const end = Math.min(sight.to, track.steps);
  for (let from = sight.from; from < end;) {
    const strip = strips.at(from);
    const to = Math.min(end, strip.to);
    for (let row = 0; row < rows; row++) {
      context.drawImage(
        strip.canvas,
        from - strip.from,
        row,
        to - from,
        1,
        leftOf(columns, from),
        row * rowPx,
        (to - from) * columns.columnPx,
        rowPx - 1,
      );
    }
    from = to;
  }
}

function paintCell(
  context: CanvasRenderingContext2D,
  input: PredictionsInput,
  { step, row }: { step: number; row: number },
): void {
  const { columns, track, table, range, rowPx } = input;
  const at = step * track.top + row;
  const unit = track.indices[at] ?? -1;
  if (unit < 0) return;
  const index = indexOfOutput(range, track.probabilities[at] ?? NaN);
  const left = leftOf(columns, step);
  context.fillStyle = cssColour(table, index);
  context.fillRect(left, row * rowPx, columns.columnPx + 0.3, rowPx - 1);
  const colour = textColourOn(index < 0 ? table.nanWord : (table.words[index] ?? 0));
  context.fillStyle = colour;
  context.fillText(
    fitText(context, input.nameOf(unit), columns.columnPx - 2),
    left + columns.columnPx / 2,
    row * rowPx + rowPx / 2,
  );
  if (input.cameNext(step) !== unit) return;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.strokeRect(left + 1, row * rowPx + 0.5, columns.columnPx - 2, rowPx - 2);
}
