import { zoom as d3zoom, zoomIdentity, select, type D3ZoomEvent } from 'd3';
import { fieldsOf, type CellKind } from '../../../src/trace/reading/cellKind';
import { createColumnScale, initialZoom, panBy, stepAt, widestColumnPx, type ColumnScale } from '../../scales/columns';
import { type Action, type InspectorState, shownLayer } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { element } from '../element';
import { displayOrder } from '../fieldNames';
import { createHeatmapTrack, heatmapHeight, type HeatmapTrack } from './heatmapTrack';
import { createMarkers } from './markers';
import { createColumnTrack } from './columnTrack';
import { createRibbonTrack } from './ribbonTrack';
import { gutterPx, marginPx, type Scene, type Track } from './scene';
import { createStepAxis } from '../charts/stepAxis';

/** The column of pictures over the text, with its mouse and wheel. */
export interface Plots {
  readonly root: HTMLElement;
  columnsOf(state: InspectorState): ColumnScale;
  paint(scene: Scene): void;
  /** Measures the panel; true where it is another size than before. */
  resize(): boolean;
}

/** Where the pictures scroll with the page and may be as high as the window; elsewhere they have a box of their own (view.css has the same numbers). */
const scrollsWithPage = '(max-width: 479px), (max-width: 820px) and (max-height: 639px)';

/** Legible width of a column at first: a character, a word. */
export function legibleColumnPx(input: string | undefined): number {
  return input === 'characters' ? 12 : input === 'values' || input === 'ids' ? 28 : 64;
}

/** Makes the pictures. `below` are the tracks under the heatmaps. */
export function createPlots(dispatch: (action: Action) => void, below: readonly Track[]): Plots {
  const heatmapBox = element('div', { class: 'heatmaps' });
  const axis = createStepAxis();
  const ribbon = createRibbonTrack();
  const column = createColumnTrack();
  const markers = createMarkers();
  const head = element('div', { class: 'plots-head', children: [axis.root, column.root, ribbon.root] });
  const inner = element('div', {
    class: 'plots-inner',
    children: [head, heatmapBox, ...below.map(({ root }) => root), markers.root],
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
  let heatmaps: HeatmapTrack[] = [];
  let shownCell: CellKind | null = null;
  let latest: Scene | null = null;
  let size = { width: 0, height: 0 };

  const measure = (): boolean => {
    const before = size;
    size = {
      width: Math.max(40, root.clientWidth - gutterPx - marginPx),
      height: window.matchMedia(scrollsWithPage).matches ? window.innerHeight : root.clientHeight,
    };
    return size.width !== before.width || size.height !== before.height;
  };

  const rebuild = (state: InspectorState): void => {
    const shape = shownLayer(state);
    if (shape === undefined || shape.cell === shownCell) return;
    shownCell = shape.cell;
    heatmaps = displayOrder
      .filter((field) => fieldsOf(shape.cell).includes(field))
      .map((field) => createHeatmapTrack(field, dispatch));
    heatmapBox.replaceChildren(...heatmaps.map((track) => track.root));
    fitted = '';
  };

  let fitted = '';
  /** Reading heights makes the browser lay out, so it is done only when a track has come or gone or the panel has changed. */
  const fitHeights = (scene: Scene): void => {
    const units = shownLayer(scene.state)?.units ?? 1;
    const key = [
      size.height,
      heatmaps.length,
      units,
      scene.state.view.ribbon === 'connectivity',
      scene.state.columns === null,
      ...below.map((track) => track.root.hidden),
    ].join();
    if (key === fitted) return;
    fitted = key;
    const taken = [head, ...below.map((track) => track.root)].reduce((sum, part) => sum + part.offsetHeight, 0);
    const height = heatmapHeight(
      size.height - taken - 12 - 8 * (heatmaps.length + below.length),
      heatmaps.length,
      units,
    );
    for (const track of heatmaps) track.setHeight(height);
  };

  attachMouse({ root, inner, dispatch, scene: () => latest, heatmaps: () => heatmaps });

  return {
    root,
    resize: measure,
    columnsOf: (state) => {
      if (size.width === 0) measure();
      const zoom = state.view.zoom ?? initialZoom(state.tokens.length, size.width, legibleColumnPx(state.model?.input));
      return createColumnScale(state.tokens.length, size.width, zoom);
    },
    paint: (scene) => {
      latest = scene;
      rebuild(scene.state);
      for (const track of [axis, column, ribbon, ...below]) track.paint(scene); // First: one that has nothing to show takes no room.
      fitHeights(scene);
      for (const track of heatmaps) track.paint(scene);
      markers.paint(scene);
      followZoom(root, scene.columns);
    },
  };
}

interface Mouse {
  readonly root: HTMLElement;
  readonly inner: HTMLElement;
  readonly dispatch: (action: Action) => void;
  readonly scene: () => Scene | null;
  readonly heatmaps: () => readonly HeatmapTrack[];
}

function attachMouse(mouse: Mouse): void {
  const { root, dispatch, scene } = mouse;
  attachZoom(mouse);
  root.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) dispatch({ type: 'hover', hover: cellUnder(mouse, event) });
  });
  root.addEventListener('pointerleave', () => dispatch({ type: 'hover', hover: null }));
  root.addEventListener('click', (event) => {
    const cell = cellUnder(mouse, event);
    if (cell === null) return;
    const isStrip = event.target instanceof Element && event.target.closest('[data-track=gradient]') !== null;
    if (isStrip)
      return dispatch({
        type: 'gradient',
        change: { loss: { ...scene()?.state.gradient.loss, at: { step: cell.step } } },
      });
    if (cell.unit !== null) dispatch({ type: 'unit', unit: cell.unit });
    dispatch({ type: 'pin', step: cell.step });
  });
}

function cellUnder({ root, scene, heatmaps }: Mouse, event: MouseEvent): InspectorState['hover'] {
  const now = scene();
  if (now === null) return null;
  const step = stepAt(now.columns, event.clientX - root.getBoundingClientRect().left - gutterPx);
  if (step === null) return null;
  const target = event.target instanceof Element ? event.target.closest('[data-track]') : null;
  const track = heatmaps().find((candidate) => candidate.root === target);
  const look = track === undefined ? undefined : now.looks.get(track.field);
  if (track === undefined || look === undefined)
    return { step, unit: null, field: target?.getAttribute('data-track') ?? null };
  const row = track.rowAt(event.clientY - track.root.getBoundingClientRect().top, look.order.length);
  return { step, unit: row === null ? null : (look.order[row] ?? null), field: track.field };
}

/** Base of d3's zoom: the transform with k = 1 shows the whole text over the whole plot. */
function baseSpan(columns: ColumnScale): number {
  return Math.max(columns.steps, columns.plotWidthPx / widestColumnPx);
}

const behaviours = new WeakMap<HTMLElement, ReturnType<typeof d3zoom<HTMLElement, unknown>>>();

function attachZoom({ root, dispatch, scene }: Mouse): void {
  const behaviour = d3zoom<HTMLElement, unknown>()
    .filter((event: MouseEvent) => {
      if (event.altKey || event.button !== 0) return false;
      return !(event instanceof WheelEvent) || Math.abs(event.deltaY) >= Math.abs(event.deltaX);
    })
    .clickDistance(4)
    .on('zoom', (event: D3ZoomEvent<HTMLElement, unknown>) => {
      const now = scene();
      if (now === null || event.sourceEvent === null) return;
      const { columns } = now;
      const perPx = baseSpan(columns) / columns.plotWidthPx;
      const from = (event.transform.invertX(gutterPx) - gutterPx) * perPx;
      dispatch({ type: 'zoom', zoom: { from, to: from + (columns.plotWidthPx * perPx) / event.transform.k } });
    });
  behaviours.set(root, behaviour);
  select(root).call(behaviour).on('dblclick.zoom', null);
  root.addEventListener(
    'wheel',
    (event) => {
      const now = scene();
      if (now === null || event.altKey || Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      dispatch({ type: 'zoom', zoom: panBy(now.columns, event.deltaX / now.columns.columnPx) });
    },
    { passive: false },
  );
}

/** Tells d3 where the view is, so that the next wheel or drag goes on from there; it measures from the left of the gutter. */
function followZoom(root: HTMLElement, columns: ColumnScale): void {
  const behaviour = behaviours.get(root);
  if (behaviour === undefined) return;
  const base = baseSpan(columns);
  const width = columns.plotWidthPx;
  const k = base / (columns.to - columns.from);
  behaviour
    .extent([
      [gutterPx, 0],
      [gutterPx + width, 1],
    ])
    .scaleExtent([1, Math.max(1, (base * widestColumnPx) / width)])
    .translateExtent([
      [gutterPx, -Infinity],
      [gutterPx + width, Infinity],
    ]);
  const left = gutterPx + (columns.from * width) / base;
  (root as HTMLElement & { __zoom?: unknown }).__zoom = zoomIdentity.translate(gutterPx - k * left, 0).scale(k);
}
