import { scaleLinear } from 'd3';
import { type TraceDifference } from '../../../src/trace/reading/difference';
import { paintDifference } from '../../paint/paintDifference';
import { createColourTable } from '../../scales/colourTable';
import { roundUp, type ValueScale } from '../../scales/valueScale';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element, fitCanvas } from '../element';
import { showToken } from '../fieldNames';

/** A cell of the map. */
export interface DifferenceCell {
  readonly step: number;
  readonly unit: number;
}

/** The heatmap of now minus before: tokens across, units down. */
export interface DifferenceMap {
  readonly root: HTMLElement;
  update(difference: TraceDifference, cell: DifferenceCell | null, palette: Palette): void;
}

const left = 34;
const top = 20;
const bottom = 30;
const widestColumnPx = 28;
const legibleColumnPx = 11;

/** The scale of a difference: symmetric about zero, over a rounded range that holds the largest change. */
export function differenceScale({ fields, shown }: TraceDifference): ValueScale {
  const own = fields.find(
    ({ layer, direction, field }) => layer === shown.layer && direction === shown.direction && field === shown.field,
  );
  const largest = own !== undefined && Number.isFinite(own.largest) && own.largest > 0 ? roundUp(own.largest) : 1;
  return { kind: 'diverging', low: -largest, high: largest };
}

/**
 * Makes the map; calls back with the cell under the mouse or moved to by the arrow keys, null when the mouse leaves.
 */
export function createDifferenceMap(onCell: (cell: DifferenceCell | null) => void): DifferenceMap {
  const canvas = element('canvas', { class: 'difference-canvas', attributes: { 'aria-hidden': 'true' } });
  const root = element('div', {
    class: 'difference-map',
    attributes: {
      tabindex: '0',
      role: 'application',
      'aria-label': say('Now minus before: tokens across, units down. Arrow keys move over the cells.'),
    },
    children: [canvas],
  });
  let shown: {
    readonly difference: TraceDifference;
    readonly cell: DifferenceCell | null;
    readonly columnPx: number;
    readonly rowPx: number;
  } | null = null;
  const cellAt = (event: MouseEvent): DifferenceCell | null => {
    if (shown === null) return null;
    const { difference, columnPx, rowPx } = shown;
    const box = canvas.getBoundingClientRect();
    const [column, unit] = [
      Math.floor((event.clientX - box.left - left) / columnPx),
      Math.floor((event.clientY - box.top - top) / rowPx),
    ];
    const isInside = column >= 0 && column < difference.to - difference.from && unit >= 0 && unit < difference.width;
    return isInside ? { step: difference.from + column, unit } : null;
  };
  canvas.addEventListener('mousemove', (event) => onCell(cellAt(event)));
  canvas.addEventListener('mouseleave', () => onCell(null));
  root.addEventListener('keydown', (event) => {
    const moved = shown === null ? null : moveCell(event.key, shown.difference, shown.cell);
    if (moved === null) return;
    event.preventDefault();
    onCell(moved);
  });
  return {
    root,
    update: (difference, cell, palette) => {
      const count = difference.to - difference.from;
      const widthPx = Math.max(200, root.clientWidth - 2);
      const columnPx = Math.min(widestColumnPx, (widthPx - left - 2) / count);
      const heightPx = Math.max(120, Math.min(380, difference.width * 10));
      shown = { difference, cell, columnPx, rowPx: heightPx / difference.width };
      drawMap(fitCanvas(canvas, widthPx, top + heightPx + bottom), { difference, cell, palette, columnPx, heightPx });
      canvas.style.width = `${widthPx}px`;
      canvas.style.height = `${top + heightPx + bottom}px`;
    },
  };
}

const keys: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function moveCell(
  key: string,
  { from, to, width }: TraceDifference,
  cell: DifferenceCell | null,
): DifferenceCell | null {
  const last = { step: to - 1, unit: cell?.unit ?? 0 };
  if (key === 'Home') return { ...last, step: from };
  if (key === 'End') return last;
  const [across, down] = keys[key] ?? [];
  if (across === undefined || down === undefined) return null;
  if (cell === null) return { step: from, unit: 0 };
  return {
    step: Math.max(from, Math.min(to - 1, cell.step + across)),
    unit: Math.max(0, Math.min(width - 1, cell.unit + down)),
  };
}

interface Drawing {
  readonly difference: TraceDifference;
  readonly cell: DifferenceCell | null;
  readonly palette: Palette;
  readonly columnPx: number;
  readonly heightPx: number;
}

function drawMap(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { difference, cell, palette, columnPx, heightPx } = drawing;
  const count = difference.to - difference.from;
  const plotPx = columnPx * count;
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const image = paintedImage(
    drawing,
    Math.max(1, Math.round(Math.min(plotPx * window.devicePixelRatio, Math.max(count, plotPx)))),
  );
  context.imageSmoothingEnabled = false;
  context.drawImage(image, left, top, plotPx, heightPx);
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, plotPx + 1, heightPx + 1);
  drawLabels(context, drawing);
  if (cell === null) return;
  const rowPx = heightPx / difference.width;
  context.strokeStyle = palette.foreground;
  context.lineWidth = 1.5;
  context.strokeRect(
    left + (cell.step - difference.from) * columnPx - 0.75,
    top + cell.unit * rowPx - 0.75,
    Math.max(3, columnPx + 1.5),
    Math.max(3, rowPx + 1.5),
  );
}

function paintedImage({ difference, palette, heightPx }: Drawing, columns: number): HTMLCanvasElement {
  const rows = Math.min(difference.width, Math.round(heightPx * window.devicePixelRatio));
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const pixels = context.createImageData(columns, rows);
  const table = createColourTable(palette.diverging, palette.nan);
  paintDifference(new Uint32Array(pixels.data.buffer), columns, rows, {
    values: difference.difference,
    steps: difference.to - difference.from,
    width: difference.width,
    scale: differenceScale(difference),
    table,
  });
  context.putImageData(pixels, 0, 0);
  return canvas;
}

function drawLabels(context: CanvasRenderingContext2D, { difference, palette, columnPx, heightPx }: Drawing): void {
  const { from, to, tokens, width } = difference;
  context.fillStyle = palette.muted;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.font = '11px sans-serif';
  const units = scaleLinear([0, width], [top, top + heightPx]);
  for (const unit of units
    .ticks(Math.max(2, Math.min(8, width)))
    .filter((tick) => Number.isInteger(tick) && tick < width)) {
    context.fillText(String(unit), left - 5, units(unit + 0.5));
  }
  context.textAlign = 'left';
  context.fillText(say('unit'), 0, top / 2);
  context.textAlign = 'center';
  const steps = scaleLinear([from, to], [left, left + columnPx * (to - from)]);
  const ticks = steps
    .ticks(Math.max(2, Math.min(12, (columnPx * (to - from)) / 70)))
    .filter((tick) => Number.isInteger(tick) && tick < to);
  for (const step of ticks) context.fillText(String(step), steps(step + 0.5), top + heightPx + 10);
  context.textAlign = 'left';
  context.fillText(say('step'), left, top + heightPx + 23);
  if (columnPx < legibleColumnPx) return;
  context.textAlign = 'center';
  context.fillStyle = palette.foreground;
  context.font = `12px ${palette.monoFont}`;
  tokens.forEach(({ text }, at) =>
    context.fillText(fitText(context, showToken(text), columnPx), left + (at + 0.5) * columnPx, top / 2, columnPx),
  );
}

/** As many characters as fit over a column. */
function fitText(context: CanvasRenderingContext2D, text: string, columnPx: number): string {
  const characters = [...text];
  while (characters.length > 1 && context.measureText(characters.join('')).width > columnPx - 1) characters.pop();
  return characters.join('');
}
