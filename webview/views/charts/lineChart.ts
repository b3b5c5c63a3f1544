import { type Axis, axisBottom, line, type NumberValue, scaleLinear, select, type ScaleLinear } from 'd3';
import { type Palette } from '../../theme/palette';
import { drawChartAxes } from './chartAxes';
import { element } from '../element';

/** A curve: points by x; those that are not finite leave a gap. */
export interface Series {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly colour: string;
  readonly widthPx?: number;
  readonly opacity?: number;
  readonly dash?: string;
  readonly hasDots?: boolean;
}

/** What a line chart shows. */
export interface LineChartState {
  readonly series: readonly Series[];
  readonly palette: Palette;
  /** Range of x; by default that of the points. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** Where the reader is, and what else is marked. */
  readonly cursor?: number | null;
  readonly marks?: readonly { readonly x: number; readonly label: string }[];
}

/** What a chart is made with; labels name quantity and unit. */
export interface LineChartOptions {
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly heightPx?: number;
  /** x counts something: no ticks between whole numbers. */
  readonly isWhole?: boolean;
  /** The mouse is at x, or has left. */
  onPoint?(x: number | null): void;
  /** An arrow key moves the reader. */
  onMove?(by: number): void;
}

/** A chart of lines over one x, with axes; the mouse and the arrow keys choose an x. */
export interface LineChart {
  readonly root: HTMLElement;
  update(state: LineChartState): void;
}

interface Plot {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly widthPx: number;
  readonly heightPx: number;
}

const margin = { top: 18, right: 16, bottom: 40, left: 56 };

/** Makes a chart that fits its box's width. */
export function createLineChart(options: LineChartOptions): LineChart {
  const root = element('div', {
    class: 'line-chart',
    attributes: options.onMove === undefined ? {} : { tabindex: '0', role: 'application', 'aria-label': options.label },
  });
  const node = select(root).append('svg').attr('role', 'img').attr('aria-label', options.label).node() as SVGSVGElement;
  let latest: LineChartState | null = null;
  let plot: Plot | null = null;
  const draw = (): void => {
    if (latest !== null && root.clientWidth > 0) plot = drawChart(node, latest, options, root.clientWidth);
  };
  root.addEventListener('pointermove', (event) =>
    options.onPoint?.(plot?.x.invert(event.clientX - root.getBoundingClientRect().left) ?? null),
  );
  root.addEventListener('pointerleave', () => options.onPoint?.(null));
  root.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined || options.onMove === undefined) return;
    event.preventDefault();
    options.onMove(by);
  });
  new ResizeObserver(draw).observe(root);
  return {
    root,
    update: (state) => {
      latest = state;
      draw();
    },
  };
}

function drawChart(node: SVGSVGElement, state: LineChartState, options: LineChartOptions, widthPx: number): Plot {
  const heightPx = options.heightPx ?? 220;
  const points = state.series
    .flatMap((series) => series.points)
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const [x0, x1] = state.xRange ?? extent(points.map(([x]) => x));
  const [y0, y1] = state.yRange ?? extent(points.map(([, y]) => y));
  const x = scaleLinear()
    .domain([x0, x1])
    .range([margin.left, widthPx - margin.right]);
  const y = scaleLinear()
    .domain([y0, y1])
    .nice(5)
    .range([heightPx - margin.bottom, margin.top]);
  const plot = { x, y, widthPx, heightPx };
  select(node).attr('width', widthPx).attr('height', heightPx).selectAll('*').remove();
  drawChartAxes(
    node,
    { across: axisAcross(plot, options), y, xLabel: options.xLabel, yLabel: options.yLabel, widthPx, heightPx, margin },
    state.palette,
  );
  for (const mark of state.marks ?? []) drawMark(node, plot, mark, state.palette);
  for (const series of state.series) drawSeries(node, series, plot);
  if (state.cursor !== null && state.cursor !== undefined) drawCursor(node, plot, state.cursor, state.palette);
  return plot;
}

function axisAcross({ x, widthPx }: Plot, { isWhole }: LineChartOptions): Axis<NumberValue> {
  const wanted = Math.max(2, Math.min(10, widthPx / 90));
  const across = axisBottom(x).ticks(wanted);
  return isWhole === true
    ? across.tickValues(x.ticks(wanted).filter(Number.isInteger)).tickFormat((value) => String(value))
    : across;
}

/** Smallest and largest, apart by at least a little; 0 to 1 without values. */
function extent(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low > 1e-9 ? [low, high] : [low - 0.5, high + 0.5];
}

function drawSeries(
  node: SVGSVGElement,
  { points, colour, widthPx = 1.8, opacity = 1, dash, hasDots }: Series,
  { x, y }: Plot,
): void {
  const path = line<readonly [number, number]>()
    .defined(([, value]) => Number.isFinite(value))
    .x(([at]) => x(at))
    .y(([, value]) => y(value));
  const svg = select(node);
  svg
    .append('path')
    .attr('d', path(points))
    .attr('fill', 'none')
    .attr('stroke', colour)
    .attr('stroke-width', widthPx)
    .attr('stroke-opacity', opacity)
    .attr('stroke-dasharray', dash ?? null)
    .attr('stroke-linejoin', 'round');
  if (hasDots !== true || points.length > 60) return;
  for (const [at, value] of points)
    if (Number.isFinite(value))
      svg.append('circle').attr('cx', x(at)).attr('cy', y(value)).attr('r', 2.6).attr('fill', colour);
}

function drawMark(
  node: SVGSVGElement,
  { x, heightPx, widthPx }: Plot,
  mark: { readonly x: number; readonly label: string },
  palette: Palette,
): void {
  const left = x(mark.x);
  const svg = select(node);
  svg
    .append('line')
    .attr('x1', left)
    .attr('x2', left)
    .attr('y1', margin.top)
    .attr('y2', heightPx - margin.bottom)
    .attr('stroke', palette.muted)
    .attr('stroke-dasharray', '2 3');
  const anchor = left > widthPx - 60 ? 'end' : left < margin.left + 30 ? 'start' : 'middle';
  svg
    .append('text')
    .attr('x', left)
    .attr('y', margin.top - 5)
    .attr('text-anchor', anchor)
    .attr('font-size', 11)
    .attr('font-family', 'sans-serif')
    .attr('fill', palette.muted)
    .text(mark.label);
}

function drawCursor(node: SVGSVGElement, { x, heightPx }: Plot, at: number, palette: Palette): void {
  select(node)
    .append('line')
    .attr('x1', x(at))
    .attr('x2', x(at))
    .attr('y1', margin.top)
    .attr('y2', heightPx - margin.bottom)
    .attr('stroke', palette.foreground)
    .attr('stroke-opacity', 0.6);
}
