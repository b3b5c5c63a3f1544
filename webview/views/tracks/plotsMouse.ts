import { zoom as d3zoom, zoomIdentity, select, type D3ZoomEvent } from 'd3';
import { panBy, stepAt, widestColumnPx, type ColumnScale } from '../../scales/columns';
import { allRows, zoomRows } from '../../scales/rows';
import { type Action, editTarget, type InspectorState, shownLayer } from '../../store/inspectorState';
import { type HeatmapTrack } from './heatmapTrack';
import { gutterPx, type Scene } from './scene';

/** What the mouse over the pictures needs. */
export interface Mouse {
  readonly root: HTMLElement;
  readonly dispatch: (action: Action) => void;
  readonly scene: () => Scene | null;
  readonly heatmaps: () => readonly HeatmapTrack[];
}

type Cell = NonNullable<InspectorState['hover']>;

/**
 * Hover, click, wheel and drag. A click chooses the cell that the tooltip named: browsers round the place of a click to
 * whole pixels, while the pointer's own is exact, so the cell is that of the press.
 */
export function attachMouse(mouse: Mouse): void {
  const { root, dispatch } = mouse;
  let pressed: Cell | null = null;
  attachZoom(mouse);
  attachRowZoom(mouse);
  root.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) dispatch({ type: 'hover', hover: cellUnder(mouse, event) });
  });
  root.addEventListener('pointerdown', (event) => (pressed = cellUnder(mouse, event)));
  root.addEventListener('contextmenu', (event) => edit(mouse, event));
  root.addEventListener('pointerleave', () => dispatch({ type: 'hover', hover: null }));
  root.addEventListener('click', (event) => {
    const cell = pressed ?? cellUnder(mouse, event);
    pressed = null;
    if (cell !== null) choose(mouse, cell, event);
  });
}

function choose({ dispatch, scene }: Mouse, cell: Cell, { target }: MouseEvent): void {
  if (target instanceof Element && target.closest('[data-track=gradient]') !== null) {
    const loss = { ...scene()?.state.gradient.loss, at: { step: cell.step } };
    return dispatch({ type: 'gradient', change: { loss } });
  }
  if (cell.unit !== null) dispatch({ type: 'unit', unit: cell.unit });
  dispatch({ type: 'pin', step: cell.step });
}

/** A right click opens the form that changes what was clicked. */
function edit(mouse: Mouse, event: MouseEvent): void {
  const cell = cellUnder(mouse, event);
  const now = mouse.scene();
  if (cell === null || now === null) return;
  event.preventDefault();
  const unit = cell.unit ?? now.state.view.unit;
  if (cell.unit !== null) mouse.dispatch({ type: 'unit', unit: cell.unit });
  mouse.dispatch({
    type: 'editing',
    target: editTarget(now.state, { ...cell, unit }),
    at: { x: event.clientX, y: event.clientY },
  });
}

function cellUnder(mouse: Mouse, event: MouseEvent): Cell | null {
  const now = mouse.scene();
  const isLegend = event.target instanceof Element && event.target.closest('.track-legend') !== null;
  if (now === null || isLegend) return null;
  const step = stepAt(now.columns, event.clientX - mouse.root.getBoundingClientRect().left - gutterPx);
  if (step === null) return null;
  const target = event.target instanceof Element ? event.target.closest('[data-track]') : null;
  const track = mouse.heatmaps().find((candidate) => candidate.root === target);
  const order = track === undefined ? undefined : now.looks.get(track.field)?.order;
  if (track === undefined || order === undefined)
    return { step, unit: null, field: target?.getAttribute('data-track') ?? null };
  const share = shareUnder(track, now, event);
  const row = share === null ? null : Math.min(order.length - 1, Math.floor(share * order.length));
  return { step, unit: row === null ? null : (order[row] ?? null), field: track.field };
}

function shareUnder(track: HeatmapTrack, { state }: Scene, event: MouseEvent): number | null {
  return track.shareAt(event.clientY - track.root.getBoundingClientRect().top, state.view.rows ?? allRows);
}

/** Alt with the wheel over a heatmap zooms its rows, so that every unit can be pointed at. */
function attachRowZoom(mouse: Mouse): void {
  const { root, dispatch, scene, heatmaps } = mouse;
  root.addEventListener(
    'wheel',
    (event) => {
      const now = scene();
      if (now === null || !event.altKey) return;
      const target = event.target instanceof Element ? event.target.closest('[data-track]') : null;
      const track = heatmaps().find((candidate) => candidate.root === target);
      const at = track === undefined ? null : shareUnder(track, now, event);
      if (at === null) return;
      event.preventDefault();
      const units = shownLayer(now.state)?.units ?? 1;
      const factor = 2 ** (-event.deltaY / 240);
      dispatch({ type: 'rows', rows: zoomRows(now.state.view.rows ?? allRows, { at, factor, units }) });
    },
    { passive: false },
  );
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

/**
 * Tells d3 where the view is, so that the next wheel or drag goes on from there; it measures from the left of the
 * gutter.
 */
export function followZoom(root: HTMLElement, columns: ColumnScale): void {
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
