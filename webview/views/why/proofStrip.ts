import { type MethodShares } from '../../../src/trace/reading/shares';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element } from '../element';
import { shareMethodNames } from '../../../src/trace/reading/shares';
import { formatValue } from '../fieldNames';

const [widthPx, heightPx] = [150, 62];
const padPx = 2;

/** What taking out and keeping the words in a method's order does, beside twenty random orders of the same text. */
export function createProofStrip(method: MethodShares, palette: Palette): HTMLElement {
  const { proof, verdict, notes } = method;
  return element('section', {
    class: 'proof',
    attributes: { 'aria-label': say('Proof of {0}', shareMethodNames[method.method]) },
    children: [
      element('h2', { text: shareMethodNames[method.method] }),
      element('p', {
        class: `proof-verdict${proof.isNoBetterThanChance ? ' is-warning' : ''}`,
        text: verdict,
        ...(proof.isNoBetterThanChance && { attributes: { role: 'note' } }),
      }),
      ...notes.map((text) => element('p', { class: 'hint', text })),
      curvesOf(proof, palette),
      tableOf(proof),
    ],
  });
}

function curvesOf(proof: MethodShares['proof'], palette: Palette): HTMLElement {
  const { curves, random } = proof;
  return element('div', {
    class: 'proof-curves',
    children: [
      curve(
        say('words taken out, first those it names first'),
        { ...curves, own: curves.deletion, chance: random.deletion },
        palette,
      ),
      curve(say('those words alone'), { ...curves, own: curves.insertion, chance: random.insertion }, palette),
    ],
  });
}

interface Curves {
  readonly n: readonly number[];
  readonly own: readonly (number | null)[];
  readonly chance: readonly (number | null)[];
}

function curve(label: string, { n, own, chance }: Curves, palette: Palette): HTMLElement {
  const known = [...own, ...chance].filter((value): value is number => value !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(...known, Math.min(0, ...known) + 1e-9)];
  const most = n.at(-1) ?? 1;
  const pathOf = (values: readonly (number | null)[]): string =>
    values
      .flatMap((value, k) => {
        if (value === null) return [];
        const x = padPx + ((n[k] ?? 0) / most) * (widthPx - 2 * padPx);
        const y = heightPx - padPx - ((value - low) / (high - low)) * (heightPx - 2 * padPx);
        return [`${x.toFixed(1)},${y.toFixed(1)}`];
      })
      .join(' ');
  const svg = makeSvg('svg', {
    viewBox: `0 0 ${widthPx} ${heightPx}`,
    role: 'img',
    'aria-label': label,
    class: 'proof-curve',
  });
  svg.append(
    makeSvg('polyline', { points: pathOf(chance), fill: 'none', stroke: palette.muted, 'stroke-dasharray': '3 3' }),
    makeSvg('polyline', { points: pathOf(own), fill: 'none', stroke: palette.foreground, 'stroke-width': '1.6' }),
  );
  return element('figure', { children: [svg, element('figcaption', { text: label })] });
}

function makeSvg(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function tableOf(proof: MethodShares['proof']): HTMLElement {
  const { fractions, random } = proof;
  const head = ['', ...fractions.map((fraction) => `${100 * fraction} %`), say('mean')];
  const row = (name: string, values: readonly number[], area: number): HTMLElement =>
    element('tr', {
      children: [
        element('th', { text: name, attributes: { scope: 'row' } }),
        ...[...values, area].map((value) => element('td', { text: formatValue(value) })),
      ],
    });
  return element('table', {
    class: 'statistics proof-table',
    children: [
      element('thead', {
        children: [
          element('tr', { children: head.map((text) => element('th', { text, attributes: { scope: 'col' } })) }),
        ],
      }),
      element('tbody', {
        children: [
          row(say('taken out, {0} falls by', proof.scoreName), proof.comprehensiveness, proof.comprehensivenessArea),
          row(say('random words'), random.comprehensiveness, random.comprehensivenessArea),
          row(say('kept alone, it falls by'), proof.sufficiency, proof.sufficiencyArea),
          row(say('random words'), random.sufficiency, random.sufficiencyArea),
        ],
      }),
    ],
  });
}
