import { select, type Selection } from 'd3';
import { type Palette } from '../../theme/palette';
import { element } from '../element';
import { type ScaleTick } from './parameterScale';

/** What a chart is drawn into; its place is emptied before. */
export interface Frame {
  readonly svg: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A chart of the study page: drawn anew with each state and each change of its width. */
export interface Chart<State> {
  readonly root: HTMLElement;
  update(state: State): void;
}

/** How a chart is made. */
export interface ChartOptions<State> {
  readonly class: string;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  heightOf(widthPx: number, state: State): number;
  draw(frame: Frame, state: State): void;
}

/** Makes a chart of one SVG. */
export function createChart<State>({ class: className, label, heightOf, draw }: ChartOptions<State>): Chart<State> {
  const root = element('div', { class: `study-chart ${className}` });
  const svg = select(root).append('svg').attr('role', 'img').attr('aria-label', label);
  let latest: State | null = null;
  let drawnPx = 0;
  const redraw = (): void => {
    const widthPx = root.clientWidth;
    if (latest === null || widthPx === 0) return;
    drawnPx = widthPx;
    const heightPx = heightOf(widthPx, latest);
    svg.attr('width', widthPx).attr('height', heightPx).selectAll('*').remove();
    draw({ svg, widthPx, heightPx }, latest);
  };
  new ResizeObserver(() => {
    if (root.clientWidth !== drawnPx) redraw();
  }).observe(root);
  return {
    root,
    update: (state) => {
      latest = state;
      redraw();
    },
  };
}

/** Where the plot lies inside its frame. */
export interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A text of the chart. */
export function writeText(
  frame: Frame,
  text: string,
  at: {
    readonly x: number;
    readonly y: number;
    readonly anchor?: 'start' | 'middle' | 'end';
    readonly colour: string;
    readonly sizePx?: number;
  },
): Selection<SVGTextElement, unknown, null, undefined> {
  return frame.svg
    .append('text')
    .attr('x', at.x)
    .attr('y', at.y)
    .attr('text-anchor', at.anchor ?? 'start')
    .attr('fill', at.colour)
    .attr('font-size', at.sizePx ?? 11)
    .attr('font-family', 'sans-serif')
    .text(text);
}

/** The grid lines and labels of a vertical axis on the left, and its name along it. */
export function drawLeftAxis(
  frame: Frame,
  area: PlotArea,
  axis: { readonly ticks: readonly ScaleTick[]; readonly name: string; readonly palette: Palette },
): void {
  const { palette, name, ticks } = axis;
  for (const { at, label } of ticks) {
    const y = area.bottom + (area.top - area.bottom) * at;
    line(frame, [area.left, y, area.right, y], palette.grid).attr('stroke-opacity', isHighContrast(palette) ? 0.35 : 1);
    writeText(frame, label, { x: area.left - 8, y: y + 4, anchor: 'end', colour: palette.muted });
  }
  const middle = (area.top + area.bottom) / 2;
  writeText(frame, name, { x: 0, y: 0, anchor: 'middle', colour: palette.muted, sizePx: 12 }).attr(
    'transform',
    `translate(13,${middle}) rotate(-90)`,
  );
}

/** The line, ticks and labels of a horizontal axis under a plot, and its name below. */
export function drawBottomAxis(
  frame: Frame,
  area: PlotArea,
  axis: { readonly ticks: readonly ScaleTick[]; readonly name: string; readonly palette: Palette },
): void {
  const { palette, name, ticks } = axis;
  line(frame, [area.left, area.bottom, area.right, area.bottom], palette.grid);
  for (const { at, label } of ticks) {
    const x = area.left + (area.right - area.left) * at;
    line(frame, [x, area.bottom, x, area.bottom + 5], palette.grid);
    writeText(frame, label, { x, y: area.bottom + 17, anchor: 'middle', colour: palette.muted });
  }
  writeText(frame, name, {
    x: (area.left + area.right) / 2,
    y: area.bottom + 35,
    anchor: 'middle',
    colour: palette.muted,
    sizePx: 12,
  });
}

/** A straight line from (x1, y1) to (x2, y2). */
export function line(
  frame: Frame,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  colour: string,
): Selection<SVGLineElement, unknown, null, undefined> {
  return frame.svg.append('line').attr('x1', x1).attr('y1', y1).attr('x2', x2).attr('y2', y2).attr('stroke', colour);
}

/** High contrast themes draw the grid in the colour of text; unthinned it hides what runs along it. */
export function isHighContrast({ kind }: Palette): boolean {
  return kind.startsWith('high-contrast');
}
