import { axisBottom, axisLeft, scaleLinear, select, type ScaleLinear, type Selection } from 'd3';
import { type BiasHistogram } from '../../../src/trace/reading/modelOverview';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element } from '../element';
import { formatValue } from '../fieldNames';
import { nameOfGate } from './gateNames';

const margin = { top: 10, right: 16, bottom: 36, left: 44 };
const heightPx = 150;
const mostPx = 620;

/**
 * The bias of the gate that keeps, as it was trained: how many units have which, and what it means where the gate is a
 * sigmoid.
 */
export function createBiasHistogram(
  histogram: BiasHistogram,
  isSigmoid: boolean,
): { readonly root: HTMLElement; draw(palette: Palette): void } {
  const { gate, mean, min, max } = histogram;
  const name = nameOfGate(gate);
  const title = element('h3', { class: 'gate-title', text: say('Bias of the {0}, as trained', name) });
  const range = say('Mean {0}, from {1} to {2}.', formatValue(mean), formatValue(min), formatValue(max));
  const kept = say(
    'Where nothing else speaks, a gate with the mean bias keeps {0} of the state at each step.',
    formatValue(1 / (1 + Math.exp(-mean))),
  );
  const sentence = element('p', { class: 'cell-line', text: isSigmoid ? `${range} ${kept}` : range });
  const box = element('div', { class: 'bias-plot' });
  const root = element('div', { class: 'bias-histogram', children: [title, sentence, box] });
  return {
    root,
    draw: (palette) => box.replaceChildren(drawBars(histogram, Math.min(mostPx, root.clientWidth), palette)),
  };
}

function drawBars(histogram: BiasHistogram, widthPx: number, palette: Palette): SVGSVGElement {
  const { gate, low, step, counts, mean } = histogram;
  const svg = select(document.createElementNS('http://www.w3.org/2000/svg', 'svg'))
    .attr('width', widthPx)
    .attr('height', heightPx)
    .attr('role', 'img')
    .attr('aria-label', say('How many units have which bias'));
  const x = scaleLinear([low, low + step * counts.length], [margin.left, widthPx - margin.right]);
  const y = scaleLinear([0, Math.max(1, ...counts)], [heightPx - margin.bottom, margin.top]);
  counts.forEach((count, k) => {
    const left = x(low + k * step);
    svg
      .append('rect')
      .attr('x', left + 0.5)
      .attr('y', y(count))
      .attr('width', Math.max(1, x(low + (k + 1) * step) - left - 1))
      .attr('height', y(0) - y(count))
      .attr('fill', palette.lines[gate] ?? palette.foreground);
  });
  svg
    .append('line')
    .attr('x1', x(mean))
    .attr('x2', x(mean))
    .attr('y1', margin.top - 4)
    .attr('y2', y(0))
    .attr('stroke', palette.foreground)
    .attr('stroke-width', 1.5)
    .attr('stroke-dasharray', '4 3');
  drawAxes(svg, { x, y, widthPx, palette });
  return svg.node() as SVGSVGElement;
}

interface Axes {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly widthPx: number;
  readonly palette: Palette;
}

function drawAxes(svg: Selection<SVGSVGElement, unknown, null, undefined>, { x, y, widthPx, palette }: Axes): void {
  const ticks = Math.max(2, Math.floor(widthPx / 80));
  const bottom = svg
    .append('g')
    .attr('class', 'axis')
    .attr('transform', `translate(0,${y(0)})`);
  bottom.call(axisBottom(x).ticks(ticks).tickSizeOuter(0));
  const left = svg.append('g').attr('class', 'axis').attr('transform', `translate(${margin.left},0)`);
  left.call(axisLeft(y).tickValues(y.ticks(4).filter(Number.isInteger)).tickFormat(String).tickSizeOuter(0));
  svg.selectAll('.axis text').attr('fill', palette.muted);
  svg.selectAll('.axis line, .axis path').attr('stroke', palette.grid);
  const label = (text: string, transform: string): void => {
    svg
      .append('text')
      .attr('fill', palette.muted)
      .attr('font-size', 12)
      .attr('transform', transform)
      .attr('text-anchor', 'middle')
      .text(text);
  };
  const middle = (margin.left + widthPx - margin.right) / 2;
  label(say('bias; the dashed line is the mean'), `translate(${middle},${heightPx - 4})`);
  label(say('units'), `translate(11,${(y(0) + margin.top) / 2}) rotate(-90)`);
}
