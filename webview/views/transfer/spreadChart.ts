import {
  area,
  axisBottom,
  line,
  scaleLinear,
  scaleLog,
  select,
  type ScaleContinuousNumeric,
  type ScaleLinear,
} from 'd3';
import { type Palette } from '../../theme/palette';
import { drawChartAxes } from '../charts/chartAxes';
import { element } from '../element';

/** Means over seeds at several sizes, with their spread. */
export interface SpreadSeries {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly {
    readonly x: number;
    readonly mean: number;
    readonly deviation: number;
    readonly each: readonly number[];
  }[];
}

/** A value that does not depend on the size. */
export interface LevelLine {
  readonly name: string;
  readonly colour: string;
  readonly y: number;
}

/** What the chart shows. */
export interface SpreadState {
  readonly series: readonly SpreadSeries[];
  readonly levels: readonly LevelLine[];
  readonly palette: Palette;
}

/** Labels name quantity and unit. */
export interface SpreadOptions {
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
}

const margin = { top: 12, right: 18, bottom: 42, left: 52 };

/** Makes a chart of means over a logarithmic axis of sizes: bands of one standard deviation, a dot a seed. */
export function createSpreadChart(options: SpreadOptions): {
  readonly root: HTMLElement;
  update(state: SpreadState): void;
} {
  const root = element('div', { class: 'line-chart' });
  const node = select(root).append('svg').attr('role', 'img').attr('aria-label', options.label).node() as SVGSVGElement;
  let latest: SpreadState | null = null;
  const draw = (): void => {
    if (latest !== null && root.clientWidth > 0) drawChart(node, latest, options, root.clientWidth);
  };
  new ResizeObserver(draw).observe(root);
  return {
    root,
    update: (state) => {
      latest = state;
      draw();
    },
  };
}

interface Axes {
  readonly x: ScaleContinuousNumeric<number, number>;
  readonly y: ScaleLinear<number, number>;
}

function drawChart(
  node: SVGSVGElement,
  { series, levels, palette }: SpreadState,
  options: SpreadOptions,
  widthPx: number,
): void {
  const heightPx = Math.max(240, Math.min(340, widthPx * 0.5));
  const points = series.flatMap((each) => each.points);
  const sizes = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const values = [...points.flatMap((point) => [...bandOf(point), ...point.each]), ...levels.map(({ y }) => y)];
  const x = scaleLog()
    .domain([(sizes[0] ?? 1) / 1.25, (sizes.at(-1) ?? 10) * 1.25])
    .range([margin.left, widthPx - margin.right]);
  const y = scaleLinear()
    .domain([Math.min(...values), Math.max(...values)])
    .nice(5)
    .range([heightPx - margin.bottom, margin.top]);
  const axes = { x, y };
  select(node).attr('width', widthPx).attr('height', heightPx).selectAll('*').remove();
  const across = axisBottom(x)
    .tickValues(sizes)
    .tickFormat((size) => Number(size).toLocaleString());
  drawChartAxes(
    node,
    { across, y, xLabel: options.xLabel, yLabel: options.yLabel, widthPx, heightPx, margin },
    palette,
  );
  for (const level of levels)
    select(node)
      .append('line')
      .attr('x1', margin.left)
      .attr('x2', widthPx - margin.right)
      .attr('y1', y(level.y))
      .attr('y2', y(level.y))
      .attr('stroke', level.colour)
      .attr('stroke-width', 2)
      .attr('stroke-dasharray', '2 4');
  for (const each of series) drawSeries(node, each, axes);
}

/** One standard deviation about the mean, within 0 and 100 %. */
function bandOf({ mean, deviation }: SpreadSeries['points'][number]): readonly [number, number] {
  return [Math.max(0, mean - deviation), Math.min(100, mean + deviation)];
}

function drawSeries(node: SVGSVGElement, { points, colour }: SpreadSeries, { x, y }: Axes): void {
  const svg = select(node);
  const band = area<SpreadSeries['points'][number]>()
    .x((point) => x(point.x))
    .y0((point) => y(bandOf(point)[0]))
    .y1((point) => y(bandOf(point)[1]));
  const path = line<SpreadSeries['points'][number]>()
    .x((point) => x(point.x))
    .y(({ mean }) => y(mean));
  svg
    .append('path')
    .attr('d', band([...points]))
    .attr('fill', colour)
    .attr('fill-opacity', 0.13);
  svg
    .append('path')
    .attr('d', path([...points]))
    .attr('fill', 'none')
    .attr('stroke', colour)
    .attr('stroke-width', 2.2)
    .attr('stroke-linejoin', 'round');
  for (const point of points) {
    for (const value of point.each)
      svg
        .append('circle')
        .attr('cx', x(point.x))
        .attr('cy', y(value))
        .attr('r', 2.2)
        .attr('fill', colour)
        .attr('fill-opacity', 0.55);
    svg.append('circle').attr('cx', x(point.x)).attr('cy', y(point.mean)).attr('r', 4).attr('fill', colour);
  }
}
