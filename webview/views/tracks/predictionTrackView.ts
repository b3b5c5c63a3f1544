import { type PredictionTrack } from '../../../src/trace/reading/predictionTrack';
import { paintLines } from '../../paint/paintLines';
import { paintPredictions } from '../../paint/paintPredictions';
import { predictionRowPx as rowPx } from '../../scales/trackHeights';
import { createPredictionStrips, type OutputColours, type PredictionStrips } from '../../paint/predictionStrips';
import { type ColourTable } from '../../scales/colourTable';
import { say } from '../../theme/strings';
import { element, fitCanvas, setText } from '../element';
import { nameOfNumber, placeInRange, rangeOfOutputs, showsProbabilities } from '../../store/shownOutput';
import { formatValue, showToken } from '../fieldNames';
import { type Scene, type Track } from './scene';
import { createTrackFrame } from './trackFrame';

/**
 * Makes the predictions over time: the likeliest next tokens under each token, or the class probabilities or numbers as
 * lines.
 */
export function createPredictionTrack(): Track {
  const { root, gutter, canvas } = createTrackFrame('predictions', say('What the model expects, over the text'));
  const name = element('span', { class: 'name' });
  const classes = element('div', { class: 'class-names' });
  gutter.append(element('div', { class: 'gutter-name', children: [name, classes] }));
  let heightPx = 4 * rowPx;
  root.hidden = true;
  return {
    root,
    setHeight: (next) => {
      heightPx = next;
      canvas.style.height = `${next}px`;
    },
    paint: (scene) => {
      const { predictions: track, model } = scene.state;
      root.hidden = track === null || track.steps === 0;
      if (track === null || root.hidden) return;
      const context = fitCanvas(canvas, scene.columns.plotWidthPx, heightPx);
      const isText = model?.task === 'next-token';
      const isCells = isText || outputsOf(track).length > classDashes.length;
      setText(name, isText ? say('expected') : say('answer'));
      name.title = isText ? say('What the model expects next, the likeliest on top') : say('The answer so far');
      classes.hidden = isCells;
      name.hidden = !isCells;
      if (isCells) paintExpected(context, scene, { track, rows: Math.floor(heightPx / rowPx) });
      else paintClasses(context, scene, { track, names: classes, heightPx });
    },
  };
}

function paintExpected(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { track, rows }: { readonly track: PredictionTrack; readonly rows: number },
): void {
  paintPredictions(context, {
    columns: scene.columns,
    track,
    cameNext: (step) => (scene.state.model?.task === 'next-token' ? (scene.state.tokens.at(step + 1)?.id ?? -1) : -1),
    nameOf: (index) => showToken(track.names[index] ?? String(index)),
    table: scene.tables.sequential,
    range: rangeOfOutputs(scene.state.model, track),
    rows: Math.min(rows, track.top),
    rowPx,
    font: `11px ${scene.palette.monoFont}`,
    foreground: scene.palette.foreground,
    strips: stripsOf(track, {
      table: scene.tables.sequential,
      range: rangeOfOutputs(scene.state.model, track),
    }),
  });
}

const made = new WeakMap<PredictionTrack, { readonly table: ColourTable; readonly strips: PredictionStrips }>();

function stripsOf(track: PredictionTrack, colours: OutputColours): PredictionStrips {
  const { table } = colours;
  const known = made.get(track);
  if (known?.table === table) return known.strips;
  const strips = createPredictionStrips(track, colours);
  made.set(track, { table, strips });
  return strips;
}

const classDashes: readonly (readonly number[])[] = [[], [5, 3], [2, 2], [8, 2, 2, 2]];

/** Outputs drawn as lines; more are cells. */
export const mostClassLines = classDashes.length;

function paintClasses(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { track, names, heightPx }: { track: PredictionTrack; names: HTMLElement; heightPx: number },
): void {
  const { columns, palette } = scene;
  const { model } = scene.state;
  const range = rangeOfOutputs(model, track);
  context.clearRect(0, 0, columns.plotWidthPx, heightPx);
  const indices = outputsOf(track);
  const colours = [palette.lines['i'], palette.lines['f'], palette.lines['g'], palette.lines['o']];
  const axis = showsProbabilities(model) ? '' : say('{0} to {1}', formatValue(range.low), formatValue(range.high));
  const key = indices.join() + axis;
  if (names.dataset['shown'] !== key + palette.kind) {
    names.dataset['shown'] = key + palette.kind;
    names.replaceChildren(
      ...indices.map((index, k) => {
        const text = nameOf(scene, track, index);
        const label = element('span', { class: 'class-name', text, attributes: { title: text } });
        label.style.color = colours[k] ?? palette.foreground;
        return label;
      }),
      ...(axis === '' ? [] : [element('span', { class: 'class-name', text: axis })]),
    );
  }
  context.strokeStyle = palette.grid;
  context.strokeRect(0, 0.5, columns.plotWidthPx, heightPx - 1);
  const lines = indices.map((index, k) => ({
    valueAt: (step: number) => probabilityOf(track, step, index),
    colour: colours[k] ?? palette.foreground,
    dash: classDashes[k] ?? [],
    widthPx: 1.75,
  }));
  paintLines(context, lines, {
    columns,
    heightPx,
    y: (value) => 2 + (1 - placeInRange(range, value)) * (heightPx - 4),
  });
}

function nameOf(scene: Scene, track: PredictionTrack, index: number): string {
  const { model } = scene.state;
  const name = track.names[index] ?? String(index);
  return showsProbabilities(model) ? name : nameOfNumber(model, { name, index, probability: NaN });
}

const outputs = new WeakMap<PredictionTrack, readonly number[]>();

/** The output units that occur in a track, in order. */
function outputsOf(track: PredictionTrack): readonly number[] {
  const known = outputs.get(track) ?? [...new Set(track.indices)].filter((index) => index >= 0).sort((a, b) => a - b);
  outputs.set(track, known);
  return known;
}

function probabilityOf(track: PredictionTrack, step: number, index: number): number {
  for (let k = 0; k < track.top; k++)
    if (track.indices[step * track.top + k] === index) return track.probabilities[step * track.top + k] ?? NaN;
  return NaN;
}
