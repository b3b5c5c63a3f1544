import { type PredictionTrack } from '../../src/trace/predictionTrack';
import { columnsInSight, leftOf, type ColumnScale } from '../scales/columns';
import { cssColour, textColourOn, type ColourTable } from '../scales/colourTable';
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
  readonly rows: number;
  readonly rowPx: number;
  readonly font: string;
  readonly foreground: string;
}

const narrowestTextPx = 7.5;

/**
 * Draws under every token what the model expected after it, the most probable on top, coloured by probability (after
 * Karpathy 2015); what really came is framed. Narrow columns are colour only, and the widest groups of them share one.
 */
export function paintPredictions(context: CanvasRenderingContext2D, input: PredictionsInput): void {
  const { columns, track, rows, rowPx, font } = input;
  context.clearRect(0, 0, columns.plotWidthPx, rows * rowPx);
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const sight = columnsInSight(columns);
  const stride = Math.max(1, Math.floor(0.75 / columns.columnPx));
  for (let step = sight.from - (sight.from % stride); step < Math.min(sight.to, track.steps); step += stride) {
    for (let row = 0; row < rows; row++) paintCell(context, input, { step, row, stride });
  }
}

function paintCell(context: CanvasRenderingContext2D, input: PredictionsInput, { step, row, stride }: { step: number; row: number; stride: number }): void {
  const { columns, track, table, rowPx } = input;
  const at = step * track.top + row;
  const unit = track.indices[at] ?? -1;
  if (unit < 0) return;
  const probability = track.probabilities[at] ?? NaN;
  const index = Number.isNaN(probability) ? -1 : Math.round(Math.max(0, Math.min(1, probability)) * 255);
  const left = leftOf(columns, step);
  context.fillStyle = cssColour(table, index);
  context.fillRect(left, row * rowPx, columns.columnPx * stride + 0.3, rowPx - 1);
  if (columns.columnPx < narrowestTextPx) return;
  const colour = textColourOn(index < 0 ? table.nanWord : (table.words[index] ?? 0));
  context.fillStyle = colour;
  context.fillText(fitText(context, input.nameOf(unit), columns.columnPx - 2), left + columns.columnPx / 2, row * rowPx + rowPx / 2);
  if (input.cameNext(step) !== unit) return;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.strokeRect(left + 1, row * rowPx + 0.5, columns.columnPx - 2, rowPx - 2);
}
