import { type CellKind, shownFieldsOf } from '../../../src/trace/reading/cellKind';
import { createColumnScale, initialZoom, type ColumnScale } from '../../scales/columns';
import { fitTracks, predictionRowPx, trackGapPx } from '../../scales/trackHeights';
import { type Action, type InspectorState, shownLayer } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { createStepAxis } from '../charts/stepAxis';
import { element } from '../element';
import { createColumnTrack } from './columnTrack';
import { createGradientTrack } from './gradientTrack';
import { createHeatmapTrack, type HeatmapTrack } from './heatmapTrack';
import { createLegendRow } from './legendRow';
import { createMarkers } from './markers';
import { attachMouse, followZoom } from './plotsMouse';
import { createPredictionTrack, mostClassLines } from './predictionTrackView';
import { createRibbonTrack } from './ribbonTrack';
import { gutterPx, marginPx, type Scene, type Track } from './scene';
import { createSourcesTrack } from './sourcesTrack';
import { createSurpriseTrack } from './surpriseTrack';
import { createUnitTrack } from './unitTrack';

/** The column of pictures over the text, with its mouse and wheel. */
export interface Plots {
  readonly root: HTMLElement;
  columnsOf(state: InspectorState): ColumnScale;
  paint(scene: Scene): void;
  /** Measures the panel; true where it is another size than before. */
  resize(): boolean;
}

/** Narrowest legible column: a character, a word. */
const narrowestPx = { characters: 8, words: 30 } as const;

/** Legible width of a column at first: a character, a word. */
export function legibleColumnPx(input: string | undefined): number {
  return input === 'characters' ? 12 : input === 'values' || input === 'ids' ? 28 : 64;
}

/** The width of a column at first; a text that fits whole in somewhat narrower ones is shown whole. */
function firstColumnPx(state: InspectorState, plotWidthPx: number): number {
  const usual = legibleColumnPx(state.model?.input);
  const narrowest = usual === 64 ? narrowestPx.words : Math.min(usual, narrowestPx.characters);
  const whole = plotWidthPx / Math.max(1, state.tokens.length);
  return whole >= narrowest ? Math.min(usual, whole) : usual;
}

/** The tracks from the top down: the text, what the model expects, its chosen unit; the heatmaps; how it learns. */
interface Tracks {
  readonly head: readonly Track[];
  readonly predictions: Track;
  readonly surprise: Track;
  readonly unit: Track;
  readonly legend: Track;
  readonly gradient: Track;
  readonly sources: Track;
}

/** Makes the pictures. */
export function createPlots(dispatch: (action: Action) => void): Plots {
  const tracks: Tracks = {
    head: [createStepAxis(), createColumnTrack(), createRibbonTrack()],
    predictions: createPredictionTrack(),
    surprise: createSurpriseTrack(),
    unit: createUnitTrack(),
    legend: createLegendRow(dispatch),
    gradient: createGradientTrack(),
    sources: createSourcesTrack(),
  };
  const { head, predictions, surprise, unit, legend, gradient, sources } = tracks;
  const others = [...head, predictions, surprise, unit, legend, gradient, sources];
  const markers = createMarkers();
  const boxes = layOut(tracks, markers.root);
  const heatmaps = createHeatmaps(boxes.heatmaps);
  const fit = createFitter(tracks, boxes.head);
  let latest: Scene | null = null;
  let size = { width: 0, height: 0 };

  const measure = (): boolean => {
    const before = size;
    size = { width: Math.max(40, boxes.root.clientWidth - gutterPx - marginPx), height: boxes.root.clientHeight };
    return size.width !== before.width || size.height !== before.height;
  };
  attachMouse({ root: boxes.root, dispatch, scene: () => latest, heatmaps: heatmaps.all });

  return {
    root: boxes.root,
    resize: measure,
    columnsOf: (state) => {
      if (size.width === 0) measure();
      const zoom = state.view.zoom ?? initialZoom(state.tokens.length, size.width, firstColumnPx(state, size.width));
      return createColumnScale(state.tokens.length, size.width, zoom);
    },
    paint: (scene) => {
      latest = scene;
      heatmaps.show(scene.state);
      for (const track of others) track.paint(scene); // First: one that has nothing to show takes no room.
      if (fit(scene, heatmaps.all(), size.height)) for (const track of others) track.paint(scene);
      for (const track of heatmaps.all()) track.paint(scene);
      markers.paint(scene);
      followZoom(boxes.root, scene.columns);
    },
  };
}

function layOut(
  { head, predictions, surprise, unit, legend, gradient, sources }: Tracks,
  markers: HTMLElement,
): Record<'root' | 'head' | 'heatmaps', HTMLElement> {
  const heatmapBox = element('div', { class: 'heatmaps' });
  const headBox = element('div', { class: 'plots-head', children: head.map((track) => track.root) });
  const inner = element('div', {
    class: 'plots-inner',
    children: [
      headBox,
      ...[predictions, surprise, unit, legend].map((track) => track.root),
      heatmapBox,
      ...[gradient, sources].map((track) => track.root),
      markers,
    ],
  });
  const root = element('div', {
    class: 'plots',
    attributes: {
      tabindex: '0',
      role: 'application',
      'aria-roledescription': say('pictures over the text'),
      'aria-describedby': 'plots-keys',
    },
    children: [inner],
  });
  return { root, head: headBox, heatmaps: heatmapBox };
}

/** Two rows of what is expected; of a classifier drawn as lines, a row for each class's name. */
function fewestPredictionRows({ model, predictions }: InspectorState): number {
  const classes = Object.keys(predictions?.names ?? {}).length;
  return model?.task === 'next-token' || classes > mostClassLines ? 2 : Math.max(2, classes);
}

/** The heatmaps of the cell in sight; another cell has others. */
function createHeatmaps(box: HTMLElement): {
  readonly all: () => readonly HeatmapTrack[];
  readonly show: (state: InspectorState) => void;
} {
  let heatmaps: readonly HeatmapTrack[] = [];
  let shownCell: CellKind | null = null;
  return {
    all: () => heatmaps,
    show: (state) => {
      const shape = shownLayer(state);
      if (shape === undefined || shape.cell === shownCell) return;
      shownCell = shape.cell;
      heatmaps = shownFieldsOf(shape.cell).map(createHeatmapTrack);
      box.replaceChildren(...heatmaps.map((track) => track.root));
    },
  };
}

/**
 * Sets the heights so that everything is in sight; true where they changed. Reading heights makes the browser lay out,
 * so it is done only when a track has come or gone or the panel has another size.
 */
function createFitter(
  tracks: Tracks,
  head: HTMLElement,
): (scene: Scene, heatmaps: readonly HeatmapTrack[], heightPx: number) => boolean {
  let fitted = '';
  return ({ state }, heatmaps, heightPx) => {
    const { predictions, surprise, unit, legend, gradient, sources } = tracks;
    const fixed = [unit, legend, sources];
    const units = shownLayer(state)?.units ?? 1;
    const hidden = [predictions, surprise, gradient, ...fixed].map((track) => track.root.hidden);
    const cell = shownLayer(state)?.cell;
    const key = [heightPx, state.inspection, state.tokens.length, heatmaps.length, cell, units, ...hidden].join();
    if (key === fitted) return false;
    fitted = key;
    const heights = fitTracks({
      availablePx: heightPx - head.offsetHeight - 4,
      heatmaps: heatmaps.length,
      units,
      fewestPredictionRows: predictions.root.hidden ? 0 : fewestPredictionRows(state),
      hasSurprise: !surprise.root.hidden,
      hasGradient: !gradient.root.hidden,
      fixedPx: fixed
        .filter((track) => !track.root.hidden)
        .reduce((sum, track) => sum + track.root.offsetHeight + trackGapPx, 0),
    });
    predictions.setHeight?.(heights.predictionRows * predictionRowPx);
    surprise.setHeight?.(heights.surprisePx);
    gradient.setHeight?.(heights.gradientPx);
    for (const track of heatmaps) track.setHeight(heights.heatmapPx);
    return true;
  };
}
