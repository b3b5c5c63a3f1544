import { paintLines } from '../../paint/paintLines';
import { columnsInSight, leftOf } from '../../scales/columns';
import { type InputColumn, shownColumn } from '../../store/inputColumns';
import { say } from '../../theme/strings';
import { element, fitCanvas, setText } from '../element';
import { formatValue } from '../fieldNames';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

const heightPx = 48;
const insetPx = 3;

/**
 * Makes the sparkline of the chosen column of the rows that are read, over its whole range; hidden where text is read.
 */
export function createColumnTrack(): Track {
  const { root, gutter, canvas } = createTrackFrame('column', say('The chosen column of the input, row by row'));
  const name = element('span', { class: 'name column-name' });
  const range = element('span', { class: 'name column-range' });
  gutter.append(element('div', { class: 'gutter-name', children: [name, range] }));
  canvas.style.height = `${heightPx}px`;
  root.hidden = true;
  return {
    root,
    paint: (scene) => {
      const column = shownColumn(scene.state);
      root.hidden = column === null;
      if (column === null) return;
      setText(name, column.name);
      name.title = column.name;
      setText(
        range,
        column.values === null
          ? ''
          : column.low === column.high
            ? formatValue(column.low)
            : say('{0} to {1}', formatValue(column.low), formatValue(column.high)),
      );
      paintColumn(fitCanvas(canvas, scene.columns.plotWidthPx, heightPx), scene, column);
    },
  };
}

/** The line, zero where it lies inside the range, and a dot a row where rows are wide enough to tell apart. */
function paintColumn(
  context: CanvasRenderingContext2D,
  { columns, palette }: Scene,
  { values, low, high }: InputColumn,
): void {
  context.clearRect(0, 0, columns.plotWidthPx, heightPx);
  if (values === null) return;
  const span = high - low;
  const y = (value: number): number =>
    span > 0 ? insetPx + ((high - value) / span) * (heightPx - 2 * insetPx) : heightPx / 2;
  context.fillStyle = palette.grid;
  context.fillRect(0, heightPx - 1, columns.plotWidthPx, 1);
  if (low < 0 && high > 0) context.fillRect(0, Math.round(y(0)), columns.plotWidthPx, 1);
  const colour = palette.lines['i'] ?? palette.foreground;
  const valueAt = (step: number): number => {
    const value = values[step] ?? NaN;
    return Number.isFinite(value) ? value : NaN;
  };
  paintLines(context, [{ valueAt, colour, dash: [], widthPx: 1.5 }], { columns, heightPx, y });
  if (columns.columnPx < 8) return;
  context.fillStyle = colour;
  const sight = columnsInSight(columns);
  for (let step = sight.from; step < sight.to; step++) {
    if (Number.isNaN(valueAt(step))) continue;
    context.beginPath();
    context.arc(leftOf(columns, step) + columns.columnPx / 2, y(valueAt(step)), 2, 0, 2 * Math.PI);
    context.fill();
  }
}
