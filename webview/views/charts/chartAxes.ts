import { type Axis, axisLeft, type NumberValue, type ScaleLinear, select } from 'd3';
import { type Palette } from '../../theme/palette';

/** Where the plot lies inside its chart, in CSS pixels. */
export interface ChartMargin {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** The axes of a chart; labels name quantity and unit. */
export interface ChartAxes {
  /** The axis below, with its ticks chosen. */
  readonly across: Axis<NumberValue>;
  readonly y: ScaleLinear<number, number>;
  /** Ticks wanted upwards; by default 5. */
  readonly yTicks?: number;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly margin: ChartMargin;
}

/** Draws the axis below, the one on the left with its grid, and the names of both. */
export function drawChartAxes(node: SVGSVGElement, axes: ChartAxes, palette: Palette): void {
  const { across, y, yTicks = 5, xLabel, yLabel, widthPx, heightPx, margin } = axes;
  const svg = select(node);
  const below = svg
    .append('g')
    .attr('transform', `translate(0,${heightPx - margin.bottom})`)
    .call(across.tickSizeOuter(0));
  const up = svg
    .append('g')
    .attr('transform', `translate(${margin.left},0)`)
    .call(
      axisLeft(y)
        .ticks(yTicks)
        .tickSizeOuter(0)
        .tickSizeInner(-(widthPx - margin.left - margin.right)),
    );
  for (const group of [below, up]) {
    group.attr('font-size', 11).attr('font-family', 'sans-serif');
    group.selectAll('text').attr('fill', palette.muted);
    group.selectAll('line, path').attr('stroke', palette.grid);
  }
  // High contrast themes draw the grid in the colour of text; unthinned it hides curves that run along it.
  if (palette.kind.startsWith('high-contrast')) up.selectAll('.tick line').attr('stroke-opacity', 0.35);
  const label = (text: string) =>
    svg
      .append('text')
      .attr('fill', palette.muted)
      .attr('font-size', 12)
      .attr('font-family', 'sans-serif')
      .attr('text-anchor', 'middle')
      .text(text);
  label(xLabel)
    .attr('x', (margin.left + widthPx - margin.right) / 2)
    .attr('y', heightPx - 6);
  label(yLabel).attr('transform', `translate(13,${(margin.top + heightPx - margin.bottom) / 2}) rotate(-90)`);
}
