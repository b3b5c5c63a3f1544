import { type Field } from '../../../src/trace/reading/cellKind';
import { paintHeatmap } from '../../paint/paintHeatmap';
import { allRows, type RowsInSight } from '../../scales/rows';
import { TileCache } from '../../paint/tileCache';
import { shownLayer } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { element, fitCanvas } from '../element';
import { nameOfField, shortNameOfField } from '../fieldNames';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

/** A heatmap of one field, units down, tokens across. */
export interface HeatmapTrack extends Track {
  readonly field: Field;
  setHeight(heightPx: number): void;
  /** Place of a pixel from the top among all rows, in [0, 1); null outside. */
  shareAt(yPx: number, sight: RowsInSight): number | null;
}

const mostTiles = 220;

/** Makes the heatmap of a field. */
export function createHeatmapTrack(field: Field): HeatmapTrack {
  const { root, gutter, canvas } = createTrackFrame(field, say('{0} of every unit over the text', nameOfField(field)));
  gutter.title = nameOfField(field);
  gutter.append(
    element('div', {
      class: 'gutter-name',
      children: [
        element('span', { class: 'letter', text: field }),
        element('span', { class: 'name', text: shortNameOfField(field) }),
      ],
    }),
  );
  const tiles = new TileCache(mostTiles);
  let heightPx = 96;
  let shown = '';

  return {
    root,
    field,
    setHeight: (next) => {
      heightPx = next;
      canvas.style.height = `${next}px`;
    },
    shareAt: (yPx, { from, to }) => (yPx < 0 || yPx >= heightPx ? null : from + (yPx / heightPx) * (to - from)),
    paint: (scene) => {
      const shape = shownLayer(scene.state);
      const look = scene.looks.get(field);
      if (shape === undefined || look === undefined) return;
      const key = `${shape.layer}.${shape.direction}`;
      if (key !== shown) tiles.clear();
      shown = key;
      const context = fitCanvas(canvas, scene.columns.plotWidthPx, heightPx);
      paintHeatmap(context, {
        blocks: scene.blocks,
        tiles,
        key: shape,
        field,
        look,
        columns: scene.columns,
        heightPx,
        sight: scene.state.view.rows ?? allRows,
        pixelRatio: window.devicePixelRatio,
      });
      markUnit(context, scene, look.order, heightPx);
    },
  };
}

/** Marks the row of the chosen unit: a pointer at the left edge, and lines above and below it. */
function markUnit(
  context: CanvasRenderingContext2D,
  { state, columns, palette }: Scene,
  order: readonly number[],
  heightPx: number,
): void {
  const row = state.view.unit === null ? -1 : order.indexOf(state.view.unit);
  if (row < 0) return;
  const { from, to } = state.view.rows ?? allRows;
  const rowPx = heightPx / (order.length * (to - from));
  const middle = (row + 0.5 - from * order.length) * rowPx;
  if (middle < 0 || middle > heightPx) return;
  const half = Math.max(2.5, rowPx / 2 + 0.5);
  context.fillStyle = palette.foreground;
  context.globalAlpha = 0.55;
  context.fillRect(0, Math.round(middle - half), columns.plotWidthPx, 1);
  context.fillRect(0, Math.round(middle + half), columns.plotWidthPx, 1);
  context.globalAlpha = 1;
  context.fillStyle = palette.background;
  context.fillRect(0, middle - 7, 2, 14);
  context.fillStyle = palette.foreground;
  context.beginPath();
  context.moveTo(0, middle - 6);
  context.lineTo(8, middle);
  context.lineTo(0, middle + 6);
  context.fill();
}
