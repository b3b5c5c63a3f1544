import { writeCsv } from '../../../src/trace/files/csv';
import { type DecayComparison, type DecayFit } from '../../../src/trace/reading/decay';
import { type Reach } from '../../../src/trace/reading/gradients';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element } from '../element';
import { formatValue } from '../fieldNames';
import { type CurveKind, curvesOf, type DrawnCurve } from './decayCurves';

const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * The table under the chart, which is its legend too: a row a curve with its slope, half-life and value at the chosen
 * lag.
 */
export function decayTable(
  comparison: DecayComparison,
  kinds: readonly CurveKind[],
  palette: Palette,
  lag: number | null,
): HTMLElement {
  const curves = curvesOf(comparison, kinds, palette);
  const last = Math.max(0, ...curves.map(({ curve }) => curve.fit.lastLag));
  const at = lag ?? last;
  const names = [
    say('curve'),
    say('log10 a step'),
    say('half-life, steps'),
    say('reaches, steps'),
    say('straightness r\u00b2'),
    say('at lag {0}', at),
    say('parameters'),
  ];
  const head = element('tr', {
    children: names.map((name) => element('th', { text: name, attributes: { scope: 'col' } })),
  });
  return element('table', {
    class: 'statistics decay-table',
    children: [
      element('thead', { children: [head] }),
      element('tbody', { children: curves.map((drawn) => rowOf(drawn, at)) }),
    ],
  });
}

function rowOf(drawn: DrawnCurve, lag: number): HTMLElement {
  const { entry, kind, curve } = drawn;
  const what = kind === 'direct' ? say('direct path along c') : `dL/d${kind}`;
  const name = element('th', {
    attributes: { scope: 'row' },
    children: [
      swatch(drawn),
      element('span', {
        children: [element('span', { text: entry.name }), element('span', { class: 'spread', text: what })],
      }),
    ],
  });
  const cells = [
    slopeText(curve.fit),
    halfLifeText(curve.fit),
    reachText(curve.reach),
    curve.fit.r2 === null ? '\u2013' : curve.fit.r2.toFixed(3),
    valueText(curve.mean[lag] ?? NaN, curve.deviation[lag] ?? NaN),
    entry.parameters.toLocaleString('en-US'),
  ];
  return element('tr', { children: [name, ...cells.map((text) => element('td', { text }))] });
}

/** A short piece of a curve, as it is drawn. */
export function swatch({ colour, dash, widthPx }: Pick<DrawnCurve, 'colour' | 'dash' | 'widthPx'>): SVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('width', '30');
  svg.setAttribute('height', '10');
  svg.setAttribute('aria-hidden', 'true');
  const stroke = document.createElementNS(svgNamespace, 'line');
  for (const [name, value] of Object.entries({
    x1: 0,
    x2: 30,
    y1: 5,
    y2: 5,
    stroke: colour,
    'stroke-width': widthPx,
    'stroke-dasharray': dash,
  }))
    stroke.setAttribute(name, String(value));
  svg.append(stroke);
  return svg;
}

function slopeText({ slope }: DecayFit): string {
  return slope === null ? '\u2013' : formatValue(slope);
}

function halfLifeText({ halfLife }: DecayFit): string {
  return halfLife === null ? say('does not halve') : halfLife.toFixed(halfLife < 10 ? 2 : 1);
}

function reachText({ steps, isWhole }: Reach): string {
  return isWhole ? say('{0} or more', steps) : String(steps);
}

function valueText(mean: number, deviation: number): string {
  if (mean === -Infinity) return say('exact 0');
  if (Number.isNaN(mean)) return '\u2013';
  return deviation > 0
    ? `${mean.toFixed(2)} \u00b1 ${deviation.toFixed(2)}`.replaceAll('-', '\u2212')
    : mean.toFixed(2).replace('-', '\u2212');
}

/** The curves as a table for a spreadsheet: a row a lag, mean, deviation, smallest and largest of every curve. */
export function decayCsv(comparison: DecayComparison): string {
  const curves = comparison.entries.flatMap((entry) =>
    (['h', 'c', 'direct'] as const).flatMap((kind) =>
      entry[kind] === undefined ? [] : [{ name: `${entry.name} ${kind}`, curve: entry[kind] }],
    ),
  );
  const head = [
    'lag',
    ...curves.flatMap(({ name }) => ['mean', 'deviation', 'minimum', 'maximum'].map((what) => `${name} log10 ${what}`)),
  ];
  const lags = Math.max(0, ...curves.map(({ curve }) => curve.mean.length));
  const rows = Array.from({ length: lags }, (_, lag) => [
    lag,
    ...curves.flatMap(({ curve }) =>
      [curve.mean[lag], curve.deviation[lag], curve.minimum[lag], curve.maximum[lag]].map((value) => value ?? ''),
    ),
  ]);
  return writeCsv([head, ...rows]);
}
