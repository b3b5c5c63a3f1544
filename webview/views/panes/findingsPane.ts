import { type Finding, type GateSaturation, type UnitCorrelation } from '../../../src/trace/reading/findings';
import { type Action, type InspectorState } from '../../store/inspectorState';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element, fitCanvas } from '../element';
import { nameOfField } from '../fieldNames';
import { type View } from '../view';

/** The pane of findings: what stands out, each with its evidence; a click shows it in the pictures. */
export function createFindingsPane(
  container: HTMLElement,
  dispatch: (action: Action) => void,
  palette: () => Palette,
): View {
  let shown: readonly unknown[] = [];
  return {
    update: (state) => {
      const { findings, findingsFailure, wantsFindings } = state.gradient;
      const key = [findings, findingsFailure, wantsFindings, state.themeVersion, state.status.kind];
      if (key.every((part, k) => part === shown[k])) return;
      shown = key;
      if (findings === null) {
        const text =
          findingsFailure?.message ??
          (state.status.kind === 'complete'
            ? say('Looking for what stands out.')
            : say('Findings are looked for when the text has been read.'));
        return container.replaceChildren(element('p', { class: 'hint', text }));
      }
      const items = findings.findings.map((finding) => findingItem(finding, dispatch));
      container.replaceChildren(
        element('h2', { text: findings.findings.length === 0 ? say('Nothing stands out') : say('What stands out') }),
        element('ul', { class: 'findings', children: items }),
        ...correlationList(findings.correlations, findings.absentFeatures, dispatch),
        ...scatters(findings.saturation, palette()),
        element('ul', {
          class: 'hint thresholds',
          attributes: { 'aria-label': say('Thresholds') },
          children: findings.thresholds.map((text) => element('li', { text })),
        }),
      );
    },
  };
}

const severityNames = { problem: 'problem', notice: 'notice', interest: 'interest' } as const;

function findingItem(finding: Finding, dispatch: (action: Action) => void): HTMLElement {
  const button = element('button', {
    class: `finding finding-${finding.severity}`,
    attributes: { type: 'button' },
    children: [
      element('span', { class: 'finding-severity', text: say(severityNames[finding.severity]) }),
      element('span', { class: 'finding-title', text: finding.title }),
      element('span', { class: 'finding-evidence', text: finding.evidence }),
    ],
  });
  button.addEventListener('click', () => dispatch({ type: 'show', ...targetOf(finding) }));
  return element('li', { children: [button] });
}

function targetOf(finding: Finding): Omit<Extract<Action, { type: 'show' }>, 'type'> {
  const unit = finding.units[0] ?? null;
  const field = finding.field ?? (finding.kind === 'follows' ? 'h' : undefined);
  return {
    layer: finding.layer,
    direction: finding.direction,
    unit,
    step: finding.step ?? finding.range?.from ?? null,
    ...(finding.range !== undefined && { range: finding.range }),
    ...(unit !== null && field !== undefined && { ribbon: `${field}:${unit}` }),
  };
}

function correlationList(
  correlations: readonly UnitCorrelation[],
  absent: readonly string[],
  dispatch: (action: Action) => void,
): readonly HTMLElement[] {
  if (correlations.length === 0) return [];
  const byFeature = new Map<string, UnitCorrelation[]>();
  for (const correlation of correlations)
    byFeature.set(correlation.feature, [...(byFeature.get(correlation.feature) ?? []), correlation]);
  const rows = [...byFeature].map(([feature, best]) =>
    element('tr', {
      children: [
        element('th', { text: say(feature), attributes: { scope: 'row' } }),
        element('td', { children: best.slice(0, 3).map((correlation) => correlationButton(correlation, dispatch)) }),
      ],
    }),
  );
  const note =
    absent.length === 0
      ? []
      : [
          element('p', {
            class: 'hint',
            text: say(
              'Constant in this text, so nothing can go along with it: {0}.',
              absent.map((feature) => say(feature)).join(', '),
            ),
          }),
        ];
  return [
    element('h2', { text: say('Units that go along with something') }),
    element('table', { class: 'correlations', children: [element('tbody', { children: rows })] }),
    ...note,
  ];
}

function correlationButton(
  { layer, direction, unit, field, correlation, feature }: UnitCorrelation,
  dispatch: (action: Action) => void,
): HTMLElement {
  const figure = correlation.toFixed(2).replace('-', '\u2212');
  const button = element('button', {
    class: 'link',
    text: `${field === 'c' ? `tanh c${unit}` : `h${unit}`} ${figure}`,
    attributes: {
      type: 'button',
      title: say('Colour the text by {0} of unit {1}: correlation with {2}', nameOfField(field), unit, say(feature)),
    },
  });
  button.addEventListener('click', () =>
    dispatch({ type: 'show', layer, direction, unit, step: null, ribbon: `${field}:${unit}` }),
  );
  return button;
}

const scatterPx = 88;

function scatters(saturation: readonly GateSaturation[], palette: Palette): readonly HTMLElement[] {
  if (saturation.length === 0) return [];
  const pictures = saturation.map((gate) => {
    const canvas = element('canvas', {
      attributes: {
        role: 'img',
        'aria-label': say('Gate {0}: share of steps under 0.1 across, over 0.9 up, a dot a unit', gate.gate),
      },
    });
    canvas.style.width = canvas.style.height = `${scatterPx}px`;
    paintScatter(canvas, gate, palette);
    return element('figure', {
      children: [
        canvas,
        element('figcaption', {
          text: say('{0}, layer {1}', gate.gate, gate.layer) + (gate.direction === 'backward' ? ' \u2190' : ''),
        }),
      ],
    });
  });
  return [
    element('h2', { text: say('Saturated gates') }),
    element('p', {
      class: 'hint',
      text: say(
        'Across: share of steps a gate is nearly shut (under 0.1). Up: nearly open (over 0.9). Both from 0 to 1, a dot a unit.',
      ),
    }),
    element('div', { class: 'scatters', children: pictures }),
  ];
}

function paintScatter(canvas: HTMLCanvasElement, { low, high, gate }: GateSaturation, palette: Palette): void {
  const context = fitCanvas(canvas, scatterPx, scatterPx);
  context.strokeStyle = palette.grid;
  context.strokeRect(0.5, 0.5, scatterPx - 1, scatterPx - 1);
  context.beginPath();
  context.moveTo(0, 0);
  context.lineTo(scatterPx, scatterPx);
  context.stroke();
  context.fillStyle = palette.lines[gate] ?? palette.foreground;
  context.globalAlpha = 0.6;
  const inner = scatterPx - 8;
  low.forEach((share, unit) => {
    context.beginPath();
    context.arc(4 + share * inner, scatterPx - 4 - (high[unit] ?? 0) * inner, 2.2, 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
}

/** Whether the findings should be asked for: their pane has been opened. */
export function wantFindings(state: InspectorState, dispatch: (action: Action) => void): void {
  if (!state.gradient.wantsFindings) dispatch({ type: 'gradient', change: { wantsFindings: true } });
}
