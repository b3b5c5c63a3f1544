import { area, axisBottom, line, scaleLinear, select, type ScaleLinear } from 'd3';
import { type DecayComparison } from '../../../src/trace/reading/decay';
import { type ChangedEntry } from '../../store/decayEarlier';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { drawChartAxes } from '../charts/chartAxes';
import { element } from '../element';
import { wrap } from '../export/wrapText';
import {
  type CurveKind,
  curvesOf,
  type DrawnCurve,
  earlierCurves,
  rangeOfCurves,
  settingsLines,
  type ValueRange,
} from './decayCurves';
import { swatch } from './decayTable';

/** What the chart shows. */
export interface ChartState {
  readonly comparison: DecayComparison;
  readonly kinds: readonly CurveKind[];
  readonly palette: Palette;
  readonly lag: number | null;
  /** Networks that a setting changed, drawn pale as they were before; empty: none. */
  readonly changed: readonly ChangedEntry[];
  /** The values in sight while a slider moves; null: what the curves need. */
  readonly range: ValueRange | null;
}

/** The chart of decay curves; the mouse and the arrow keys choose a lag. */
export interface DecayChart {
  readonly root: HTMLElement;
  update(state: ChartState): void;
  /** The values in sight. */
  range(): ValueRange | null;
  /** The picture with its settings written in it, as a standalone SVG. */
  toSvg(): string;
}

const margin = { top: 12, right: 20, bottom: 44, left: 62 };

/** Makes the chart. `onLag` hears of the lag chosen, null when the mouse leaves. */
export function createDecayChart(onLag: (lag: number | null) => void): DecayChart {
  const root = element('div', {
    class: 'decay-chart',
    attributes: {
      tabindex: '0',
      role: 'application',
      'aria-label': say('Decay curves. Left and right arrows move over the lags.'),
    },
  });
  const legend = element('div', { class: 'decay-legend' });
  root.append(legend);
  let named: readonly unknown[] = [];
  const svg = select(root)
    .append('svg')
    .attr('role', 'img')
    .attr('aria-label', say('log10 of the gradient norm at each lag, relative to lag 0'))
    .attr('xmlns', 'http://www.w3.org/2000/svg');
  let latest: ChartState | null = null;
  let x: ScaleLinear<number, number> = scaleLinear();
  const draw = (): void => {
    if (latest === null) return;
    x = drawChart(svg.node() as SVGSVGElement, latest, root.clientWidth);
  };
  const lastLag = (): number => Math.max(0, ...(latest?.comparison.entries.map(({ h }) => h.mean.length - 1) ?? [0]));
  root.addEventListener('pointermove', (event) => {
    const lag = Math.round(x.invert(event.clientX - root.getBoundingClientRect().left));
    onLag(lag >= 0 && lag <= lastLag() ? lag : null);
  });
  root.addEventListener('pointerleave', () => onLag(null));
  root.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onLag(Math.max(0, Math.min(lastLag(), (latest?.lag ?? -by) + by * (event.shiftKey ? 10 : 1))));
  });
  new ResizeObserver(draw).observe(root);
  return {
    root,
    update: (state) => {
      latest = state;
      if (named[0] !== state.comparison || named[1] !== state.palette.kind)
        legend.replaceChildren(...networkNames(state));
      named = [state.comparison, state.palette.kind];
      draw();
    },
    range: () => (latest === null ? null : rangeOf(latest)),
    toSvg: () => (latest === null ? '' : standalone(latest)),
  };
}

/** Each network by its colour: the table tells more, but lies under the controls in a narrow panel. */
function networkNames({ comparison, palette }: ChartState): readonly HTMLElement[] {
  return curvesOf(comparison, ['h'], palette).map((drawn) =>
    element('span', { children: [swatch(drawn), element('span', { text: drawn.entry.name })] }),
  );
}

function drawChart(node: SVGSVGElement, state: ChartState, widthPx: number): ScaleLinear<number, number> {
  const heightPx = Math.max(260, Math.min(460, widthPx * 0.55));
  const curves = curvesOf(state.comparison, state.kinds, state.palette);
  const earlier = earlierCurves(state.changed, state.comparison, state.palette);
  const range = rangeOf(state);
  const lags = Math.max(1, ...curves.map(({ curve }) => curve.mean.length - 1));
  const x = scaleLinear()
    .domain([0, lags])
    .range([margin.left, widthPx - margin.right]);
  const y = scaleLinear()
    .domain([range.low, range.high])
    .nice()
    .range([heightPx - margin.bottom, margin.top]);
  const svg = select(node).attr('width', widthPx).attr('height', heightPx);
  svg.selectAll('*').remove();
  const across = axisBottom(x).ticks(Math.max(3, widthPx / 110));
  drawChartAxes(
    node,
    {
      across,
      y,
      yTicks: 6,
      xLabel: say('lag: steps back from the loss'),
      yLabel: say('log10 (norm at lag / norm at 0)'),
      widthPx,
      heightPx,
      margin,
    },
    state.palette,
  );
  const plot = clippedTo(node, {
    width: widthPx - margin.left - margin.right,
    height: heightPx - margin.bottom - margin.top,
  });
  for (const drawn of [...earlier, ...curves]) drawCurve(plot, drawn, x, y);
  if (state.lag !== null) drawLag(node, state, { curves, x, y });
  return x;
}

function rangeOf({ comparison, kinds, palette, changed, range }: ChartState): ValueRange {
  return (
    range ?? rangeOfCurves([...earlierCurves(changed, comparison, palette), ...curvesOf(comparison, kinds, palette)])
  );
}

/** A group that shows nothing outside the plot: a curve may leave a range that stays while a slider moves. */
function clippedTo(node: SVGSVGElement, { width, height }: { width: number; height: number }): SVGGElement {
  const svg = select(node);
  svg
    .append('clipPath')
    .attr('id', 'decay-plot')
    .append('rect')
    .attr('x', margin.left)
    .attr('y', margin.top)
    .attr('width', Math.max(0, width))
    .attr('height', Math.max(0, height));
  return svg.append('g').attr('clip-path', 'url(#decay-plot)').node() as SVGGElement;
}

function drawCurve(
  node: SVGGElement,
  { curve, colour, dash, widthPx, isEarlier }: DrawnCurve,
  x: ScaleLinear<number, number>,
  y: ScaleLinear<number, number>,
): void {
  const values = [...curve.mean];
  const isDrawn = (value: number): boolean => Number.isFinite(value);
  const [floor = -1, ceiling = 0] = y.domain();
  const spread = (lag: number): number => (Number.isFinite(curve.deviation[lag]) ? (curve.deviation[lag] ?? 0) : 0);
  const band = area<number>()
    .defined(isDrawn)
    .x((_, lag) => x(lag))
    .y0((value, lag) => y(Math.max(floor, value - spread(lag))))
    .y1((value, lag) => y(Math.min(ceiling, value + spread(lag))));
  const path = line<number>()
    .defined(isDrawn)
    .x((_, lag) => x(lag))
    .y((value) => y(value));
  const svg = select(node);
  if (isEarlier !== true && curve.deviation.some((deviation) => deviation > 0))
    svg.append('path').attr('d', band(values)).attr('fill', colour).attr('fill-opacity', 0.14);
  svg
    .append('path')
    .attr('d', path(values))
    .attr('fill', 'none')
    .attr('stroke', colour)
    .attr('stroke-width', widthPx)
    .attr('stroke-dasharray', dash)
    .attr('stroke-opacity', isEarlier === true ? 0.35 : 1)
    .attr('stroke-linejoin', 'round');
}

function drawLag(
  node: SVGSVGElement,
  { lag, palette }: ChartState,
  { curves, x, y }: { curves: readonly DrawnCurve[]; x: ScaleLinear<number, number>; y: ScaleLinear<number, number> },
): void {
  const at = lag ?? 0;
  const svg = select(node);
  const [bottom = 0, top = 0] = y.range();
  svg
    .append('line')
    .attr('x1', x(at))
    .attr('x2', x(at))
    .attr('y1', top)
    .attr('y2', bottom)
    .attr('stroke', palette.foreground)
    .attr('stroke-opacity', 0.5);
  for (const { curve, colour } of curves) {
    const value = curve.mean[at] ?? NaN;
    if (Number.isFinite(value))
      svg
        .append('circle')
        .attr('cx', x(at))
        .attr('cy', y(value))
        .attr('r', 3.5)
        .attr('fill', colour)
        .attr('stroke', palette.background);
  }
}

const exportWidthPx = 960;
const linePx = 16;

/** The chart once more, on its own, with a legend and every deciding setting under it. */
function standalone(state: ChartState): string {
  const node = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  node.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  drawChart(node, { ...state, lag: null }, exportWidthPx);
  const { palette, comparison, kinds } = state;
  const height = Number(node.getAttribute('height'));
  const curves = curvesOf(comparison, kinds, palette);
  const lines = settingsLines(comparison).flatMap((text) => wrap(text, 150));
  node.setAttribute('height', String(height + (curves.length + lines.length + 1) * linePx));
  const svg = select(node);
  svg.insert('rect', ':first-child').attr('width', '100%').attr('height', '100%').attr('fill', palette.background);
  const write = (text: string, left: number, top: number, colour: string): void => {
    svg
      .append('text')
      .attr('x', left)
      .attr('y', top)
      .attr('fill', colour)
      .attr('font-size', 12)
      .attr('font-family', 'sans-serif')
      .text(text);
  };
  curves.forEach(({ entry, kind, colour, dash, widthPx }, k) => {
    const top = height + (k + 1) * linePx;
    svg
      .append('line')
      .attr('x1', margin.left)
      .attr('x2', margin.left + 32)
      .attr('y1', top - 4)
      .attr('y2', top - 4)
      .attr('stroke', colour)
      .attr('stroke-width', widthPx)
      .attr('stroke-dasharray', dash);
    write(
      `${entry.name}, ${kind === 'direct' ? say('direct path along c') : kind}`,
      margin.left + 42,
      top,
      palette.foreground,
    );
  });
  lines.forEach((text, k) => write(text, margin.left, height + (curves.length + k + 1.5) * linePx, palette.muted));
  return new XMLSerializer().serializeToString(node);
}
