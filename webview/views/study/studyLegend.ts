import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element } from '../element';

const namespace = 'http://www.w3.org/2000/svg';

/** What the marks of the history mean. */
export function studyLegend(palette: Palette): readonly HTMLElement[] {
  const blue = palette.lines['i'] ?? palette.foreground;
  const orange = palette.lines['f'] ?? palette.foreground;
  return [
    entry(say('complete'), 'circle', { cx: 8, cy: 6, r: 3.5, fill: blue }),
    entry(say('pruned'), 'circle', { cx: 8, cy: 6, r: 3.2, fill: 'none', stroke: palette.muted, 'stroke-width': 1.4 }),
    entry(say('failed'), 'path', { d: 'M4.5,2.5L11.5,9.5M4.5,9.5L11.5,2.5', stroke: orange, 'stroke-width': 1.6 }),
    entry(say('running'), 'rect', { x: 5, y: 3, width: 6, height: 6, fill: 'none', stroke: blue, 'stroke-width': 1.4 }),
    entry(say('best so far'), 'path', { d: 'M0,6H16', stroke: orange, 'stroke-width': 2 }),
  ];
}

function entry(text: string, shape: string, attributes: Readonly<Record<string, string | number>>): HTMLElement {
  const svg = document.createElementNS(namespace, 'svg');
  for (const [name, value] of Object.entries({ width: 16, height: 12, 'aria-hidden': 'true' }))
    svg.setAttribute(name, String(value));
  const mark = document.createElementNS(namespace, shape);
  for (const [name, value] of Object.entries(attributes)) mark.setAttribute(name, String(value));
  svg.append(mark);
  return element('span', { class: 'study-legend-entry', children: [svg, element('span', { text })] });
}
