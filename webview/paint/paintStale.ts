import { columnsInSight, leftOf, type ColumnScale } from '../scales/columns';
import { type StaleMarks } from '../../src/trace/reading/staleMarks';

/** What the marks of changed tokens are painted from. */
export interface StaleInput {
  readonly columns: ColumnScale;
  readonly marks: StaleMarks;
  readonly heightPx: number;
  readonly colour: string;
  readonly background: string;
}

const hatchPx = 5;
const wedgePx = 4;

/**
 * Strikes out and hatches the tokens that are no longer in the document, and points at where text was put in between
 * two.
 */
export function paintStale(context: CanvasRenderingContext2D, input: StaleInput): void {
  const { columns, marks } = input;
  const sight = columnsInSight(columns);
  for (const { from, to } of marks.changed) {
    if (to <= sight.from || from >= sight.to) continue;
    const left = leftOf(columns, Math.max(from, sight.from));
    strikeOut(context, input, left, leftOf(columns, Math.min(to, sight.to)) - left);
  }
  for (const step of marks.insertedBefore)
    if (step >= sight.from && step <= sight.to) pointAt(context, input, leftOf(columns, step));
}

function strikeOut(
  context: CanvasRenderingContext2D,
  { heightPx, colour }: StaleInput,
  left: number,
  width: number,
): void {
  context.save();
  context.beginPath();
  context.rect(left, 0, Math.max(1, width), heightPx);
  context.clip();
  context.strokeStyle = colour;
  context.globalAlpha = 0.5;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = Math.floor((left - heightPx) / hatchPx) * hatchPx; x < left + width; x += hatchPx) {
    context.moveTo(x, heightPx);
    context.lineTo(x + heightPx, 0);
  }
  context.stroke();
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(left, heightPx / 2);
  context.lineTo(left + Math.max(1, width), heightPx / 2);
  context.stroke();
  context.restore();
}

function pointAt(context: CanvasRenderingContext2D, { heightPx, colour, background }: StaleInput, x: number): void {
  context.beginPath();
  context.moveTo(x - wedgePx, heightPx);
  context.lineTo(x, heightPx - 2 * wedgePx);
  context.lineTo(x + wedgePx, heightPx);
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = background;
  context.lineWidth = 1;
  context.stroke();
  context.fill();
}
