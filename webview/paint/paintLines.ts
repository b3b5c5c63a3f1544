import { columnsInSight, leftOf, type ColumnScale } from '../scales/columns';

/** One line over the columns. */
export interface Line {
  /** The value at a step; NaN breaks the line. */
  readonly valueAt: (step: number) => number;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly widthPx: number;
}

/** Where lines are drawn. */
export interface LineArea {
  readonly columns: ColumnScale;
  readonly heightPx: number;
  /** A value's distance from the top. */
  readonly y: (value: number) => number;
}

/** Draws lines through the middle of their columns; where several columns share a pixel, the extremes of each pixel. */
export function paintLines(context: CanvasRenderingContext2D, lines: readonly Line[], area: LineArea): void {
  for (const line of lines) {
    context.strokeStyle = line.colour;
    context.lineWidth = line.widthPx;
    context.lineJoin = 'round';
    context.setLineDash([...line.dash]);
    context.beginPath();
    trace(context, line, area);
    context.stroke();
  }
  context.setLineDash([]);
}

function trace(context: CanvasRenderingContext2D, line: Line, { columns, y }: LineArea): void {
  const sight = columnsInSight(columns);
  const group = Math.max(1, Math.floor(1 / columns.columnPx));
  let isDown = false;
  for (let step = Math.max(0, sight.from - 1); step < Math.min(columns.steps, sight.to + 1); step += group) {
    const { low, high } = extremesOf(line, step, Math.min(columns.steps, step + group));
    if (Number.isNaN(low)) {
      isDown = false;
      continue;
    }
    const x = leftOf(columns, step) + columns.columnPx / 2;
    if (isDown) context.lineTo(x, y(high));
    else context.moveTo(x, y(high));
    if (high !== low) context.lineTo(x, y(low));
    isDown = true;
  }
}

function extremesOf(line: Line, from: number, to: number): { readonly low: number; readonly high: number } {
  let low = NaN;
  let high = NaN;
  for (let step = from; step < to; step++) {
    const value = line.valueAt(step);
    if (Number.isNaN(value)) continue;
    low = Number.isNaN(low) ? value : Math.min(low, value);
    high = Number.isNaN(high) ? value : Math.max(high, value);
  }
  return { low, high };
}
