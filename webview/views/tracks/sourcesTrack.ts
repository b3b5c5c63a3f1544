import { type LossMatrix } from '../../../src/trace/reading/lossMatrix';
import { cssColour } from '../../scales/colourTable';
import { columnsInSight, leftOf } from '../../scales/columns';
import { say } from '../../theme/strings';
import { element, fitCanvas } from '../element';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

const heightPx = 72;

/** First lag of each band; the bands are the stacked parts of a bar. */
export const lagBands = [0, 1, 3, 6, 11, 26, 51, 101] as const;

/** Per time step the sum of norms of each lag band, [C, bands], and the tallest bar. */
export interface StackedSources {
  readonly sums: Float32Array;
  readonly tallest: number;
}

/** Adds up a loss matrix into bands of lag t' - t; a colour is a band, a bar a time step (after RNNbow). */
export function stackByLag(matrix: LossMatrix): StackedSources {
  const columns = matrix.to - matrix.from;
  const sums = new Float32Array(columns * lagBands.length);
  matrix.lossSteps.forEach((lossStep, row) => {
    for (let column = 0; column < columns; column++) {
      const log10 = matrix.log10[row * columns + column] ?? -Infinity;
      if (!Number.isFinite(log10)) continue;
      const band = bandOf(Math.abs(lossStep - (matrix.from + column)));
      const at = column * lagBands.length + band;
      sums[at] = (sums[at] ?? 0) + 10 ** log10;
    }
  });
  let tallest = 0;
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (let band = 0; band < lagBands.length; band++) sum += sums[column * lagBands.length + band] ?? 0;
    tallest = Math.max(tallest, sum);
  }
  return { sums, tallest };
}

function bandOf(lag: number): number {
  let band = 0;
  while (band + 1 < lagBands.length && lag >= (lagBands[band + 1] ?? Infinity)) band++;
  return band;
}

/** Makes the stacked bars: how much gradient reaches each step, split by how far the loss lies ahead. */
export function createSourcesTrack(): Track {
  const { root, gutter, canvas } = createTrackFrame('sources', say('Gradient of every step by the lag of its loss'));
  const swatches = element('div', { class: 'lag-swatches' });
  const ends = element('div', {
    class: 'lag-ends',
    children: [element('span', { text: String(lagBands[0]) }), element('span', { text: `${lagBands.at(-1)}+` })],
  });
  gutter.append(
    element('div', {
      class: 'gutter-name',
      children: [element('span', { class: 'name', text: say('by lag') }), swatches, ends],
    }),
  );
  canvas.style.height = `${heightPx}px`;
  root.hidden = true;
  let known: LossMatrix | null = null;
  let stacked: StackedSources = { sums: new Float32Array(), tallest: 0 };
  let palette: unknown;
  return {
    root,
    paint: (scene) => {
      const { matrix } = scene.state.gradient;
      root.hidden = matrix === null;
      if (matrix === null) return;
      if (matrix !== known) stacked = stackByLag(matrix);
      known = matrix;
      if (palette !== scene.palette) swatches.replaceChildren(...swatchesOf(scene));
      palette = scene.palette;
      paintBars(fitCanvas(canvas, scene.columns.plotWidthPx, heightPx), scene, matrix, stacked);
    },
  };
}

function colourOf({ tables }: Scene, band: number): string {
  return cssColour(tables.sequential, 70 + Math.round((band / (lagBands.length - 1)) * 185));
}

function swatchesOf(scene: Scene): readonly HTMLElement[] {
  return lagBands.map((first, band) => {
    const colour = element('i');
    colour.style.background = colourOf(scene, band);
    const next = lagBands[band + 1];
    const name = next === undefined ? `${first}+` : next - 1 === first ? String(first) : `${first}\u2013${next - 1}`;
    colour.title = say('lag {0}', name);
    return colour;
  });
}

function paintBars(
  context: CanvasRenderingContext2D,
  scene: Scene,
  matrix: LossMatrix,
  { sums, tallest }: StackedSources,
): void {
  const { columns, palette } = scene;
  context.clearRect(0, 0, columns.plotWidthPx, heightPx);
  context.fillStyle = palette.grid;
  context.fillRect(0, heightPx - 1, columns.plotWidthPx, 1);
  if (tallest === 0) return;
  const sight = columnsInSight(columns);
  if (sight.to <= matrix.from || sight.from >= matrix.to) return paintWhereItIs(context, scene, matrix);
  const gap = columns.columnPx >= 4 ? 1 : 0;
  for (let step = Math.max(sight.from, matrix.from); step < Math.min(sight.to, matrix.to); step++) {
    let bottom = heightPx - 1;
    for (let band = 0; band < lagBands.length; band++) {
      const height = ((sums[(step - matrix.from) * lagBands.length + band] ?? 0) / tallest) * (heightPx - 3);
      context.fillStyle = colourOf(scene, band);
      context.fillRect(leftOf(columns, step) + gap / 2, bottom - height, Math.max(0.5, columns.columnPx - gap), height);
      bottom -= height;
    }
  }
}

/** The matrix covers a part of a long text; elsewhere the track says where. */
function paintWhereItIs(context: CanvasRenderingContext2D, { palette }: Scene, matrix: LossMatrix): void {
  context.font = '11px sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = palette.muted;
  context.fillText(say('Computed for steps {0} to {1}.', matrix.from, matrix.to - 1), 4, heightPx / 2);
}
