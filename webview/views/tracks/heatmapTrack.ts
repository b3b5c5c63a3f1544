import { type Field } from '../../../src/trace/reading/cellKind';
import { paintHeatmap } from '../../paint/paintHeatmap';
import { TileCache } from '../../paint/tileCache';
import { type StateScale, type ValueScale } from '../../scales/valueScale';
import { type Action, shownLayer } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { element, fitCanvas, setText } from '../element';
import { nameOfField } from '../fieldNames';
import { createLegendBar } from '../legendBar';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

/** A heatmap of one field, units down, tokens across. */
export interface HeatmapTrack extends Track {
  readonly field: Field;
  setHeight(heightPx: number): void;
  /** The row under a pixel from the top, or null. */
  rowAt(yPx: number, rows: number): number | null;
}

const mostTiles = 220;

/** Makes the heatmap of a field; the scale of the cell state can be chosen at its legend. */
export function createHeatmapTrack(field: Field, dispatch: (action: Action) => void): HeatmapTrack {
  const { root, gutter, canvas } = createTrackFrame(field, say('{0} of every unit over the text', nameOfField(field)));
  const legend = createLegendBar();
  const scaleChoice = field === 'c' ? createScaleChoice(dispatch) : null;
  const firstUnit = element('span', { class: 'unit-first' });
  const lastUnit = element('span', { class: 'unit-last' });
  gutter.append(
    element('div', {
      class: 'gutter-name',
      children: [
        element('span', { class: 'letter', text: field }),
        element('span', { class: 'name', text: nameOfField(field) }),
        legend.root,
        ...(scaleChoice === null ? [] : [scaleChoice.root]),
      ],
    }),
    element('div', { class: 'unit-axis', children: [firstUnit, lastUnit] }),
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
    rowAt: (yPx, rows) => (yPx < 0 || yPx >= heightPx ? null : Math.min(rows - 1, Math.floor((yPx / heightPx) * rows))),
    paint: (scene) => {
      const shape = shownLayer(scene.state);
      const look = scene.looks.get(field);
      if (shape === undefined || look === undefined) return;
      const key = `${shape.layer}.${shape.direction}`;
      if (key !== shown) tiles.clear();
      shown = key;
      legend.update(look.scale, look.table);
      scaleChoice?.update(look.scale);
      setText(firstUnit, String(look.order[0] ?? 0));
      setText(lastUnit, look.order.length > 1 ? String(look.order.at(-1)) : '');
      const context = fitCanvas(canvas, scene.columns.plotWidthPx, heightPx);
      paintHeatmap(context, {
        blocks: scene.blocks,
        tiles,
        key: shape,
        field,
        look,
        columns: scene.columns,
        heightPx,
        pixelRatio: window.devicePixelRatio,
      });
      markUnit(context, scene, look.order, heightPx);
    },
  };
}

const stateScales: readonly StateScale[] = ['linear', 'tanh', 'log'];

/** A button at the legend that goes through the scales of the cell state. */
function createScaleChoice(dispatch: (action: Action) => void): {
  readonly root: HTMLElement;
  update(scale: ValueScale): void;
} {
  let shown: StateScale = 'linear';
  const names: Readonly<Record<StateScale, string>> = { linear: say('linear'), tanh: 'tanh(c)', log: say('log scale') };
  const root = element('button', { class: 'link scale-choice', attributes: { type: 'button' } });
  root.addEventListener('click', (event) => {
    event.stopPropagation();
    dispatch({
      type: 'choose',
      choice: { stateScale: stateScales[(stateScales.indexOf(shown) + 1) % stateScales.length] ?? 'linear' },
    });
  });
  root.addEventListener('keydown', (event) => event.stopPropagation());
  return {
    root,
    update: (scale) => {
      shown = scale.shape ?? 'linear';
      const next = stateScales[(stateScales.indexOf(shown) + 1) % stateScales.length] ?? 'linear';
      setText(root, names[shown]);
      root.title = say('Colours of the cell state: {0}. Click for {1}.', names[shown], names[next]);
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
  const rowPx = heightPx / order.length;
  const middle = (row + 0.5) * rowPx;
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

/** The height of one heatmap: an equal share of the room there is, within limits, and no row taller than 12 pixels. */
export function heatmapHeight(availablePx: number, fields: number, units: number): number {
  const share = Math.floor(availablePx / Math.max(1, fields));
  return Math.max(72, Math.min(share, Math.max(72, units * 12), 480));
}
