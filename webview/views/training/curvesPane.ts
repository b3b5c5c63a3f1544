import { type ValidatedEvent } from '../../../src/trace/lab/trainingEvents';
import { type LiveRegion } from '../../access/liveRegion';
import { type TrainingState } from '../../store/trainingState';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element, setText } from '../element';
import { createLineChart, type LineChart, type Series } from '../charts/lineChart';

/** The curves of loss and accuracy. */
export interface CurvesPane {
  readonly root: HTMLElement;
  update(state: TrainingState, palette: Palette): void;
}

/** Makes the two charts with their legend, and a line that says the figures under the mouse or the last ones. */
export function createCurvesPane(live: LiveRegion): CurvesPane {
  let latest: { readonly state: TrainingState; readonly palette: Palette } | null = null;
  let chosen: number | null = null;
  const readout = element('p', { class: 'lab-readout' });
  const choose = (at: number | null): void => {
    if (at === chosen) return;
    chosen = at;
    draw();
  };
  const options = {
    xLabel: say('epoch'),
    onPoint: (x: number | null) => choose(x === null ? null : nearest(latest?.state.validations ?? [], x)),
    onMove: (by: number) => {
      const last = (latest?.state.validations.length ?? 0) - 1;
      if (last < 0) return;
      choose(Math.max(0, Math.min(last, (chosen ?? last) + by)));
      live.say(readout.textContent);
    },
  };
  const loss = createLineChart({
    ...options,
    label: say('Loss by epoch. Left and right arrows move over the validations.'),
    yLabel: say('loss (nats)'),
  });
  const accuracy = createLineChart({
    ...options,
    label: say('Accuracy by epoch. Left and right arrows move over the validations.'),
    yLabel: say('right (%)'),
  });
  const legend = element('div', {
    class: 'lab-legend',
    attributes: { 'aria-hidden': 'true' },
    children: [key('training', say('training')), key('validation', say('validation'))],
  });
  const draw = (): void => {
    if (latest === null) return;
    const { state, palette } = latest;
    colourKeys(legend, palette);
    drawCharts({ loss, accuracy }, state, palette, chosen);
    setText(readout, sayFigures(state, chosen));
  };
  const charts = element('div', { class: 'lab-charts', children: [loss.root, accuracy.root] });
  return {
    root: element('section', {
      class: 'lab-pane',
      attributes: { 'aria-label': say('Curves') },
      children: [
        element('div', { class: 'lab-pane-head', children: [element('h2', { text: say('Curves') }), legend] }),
        charts,
        readout,
      ],
    }),
    update: (state, palette) => {
      latest = { state, palette };
      draw();
    },
  };
}

function key(name: string, text: string): HTMLElement {
  return element('span', {
    class: 'lab-key',
    children: [element('span', { class: `lab-swatch lab-swatch-${name}` }), element('span', { text })],
  });
}

function colourKeys(legend: HTMLElement, palette: Palette): void {
  const { training, validation } = coloursOf(palette);
  for (const [name, colour] of [
    ['training', training],
    ['validation', validation],
  ] as const) {
    legend.querySelector<HTMLElement>(`.lab-swatch-${name}`)?.style.setProperty('background', colour);
  }
}

function coloursOf({ lines, foreground }: Palette): { readonly training: string; readonly validation: string } {
  return { training: lines['i'] ?? foreground, validation: lines['f'] ?? foreground };
}

function drawCharts(
  { loss, accuracy }: { readonly loss: LineChart; readonly accuracy: LineChart },
  state: TrainingState,
  palette: Palette,
  chosen: number | null,
): void {
  const { training, validation } = coloursOf(palette);
  const { validations, steps, plan } = state;
  const best = validations.findLast(({ isBest }) => isBest);
  const epochs = plan === null ? 1 : Math.max(plan.steps / plan.stepsPerEpoch, validations.at(-1)?.epoch ?? 0);
  const shared = {
    palette,
    xRange: [0, epochs] as const,
    cursor: chosen === null ? null : (validations[chosen]?.epoch ?? null),
    marks: best === undefined ? [] : [{ x: best.epoch, label: say('best') }],
  };
  const series = (
    pick: (figures: { readonly loss: number; readonly accuracy: number }) => number,
  ): readonly Series[] => [
    { points: steps.map((step) => [step.epoch, pick(step)] as const), colour: training, widthPx: 1, opacity: 0.45 },
    { points: validations.map((each) => [each.epoch, pick(each.training)] as const), colour: training, hasDots: true },
    {
      points: validations.map((each) => [each.epoch, pick(each.validation)] as const),
      colour: validation,
      hasDots: true,
    },
  ];
  loss.update({ ...shared, series: series((figures) => figures.loss) });
  accuracy.update({ ...shared, series: series((figures) => 100 * figures.accuracy) });
}

function nearest(validations: readonly ValidatedEvent[], epoch: number): number | null {
  let best: number | null = null;
  validations.forEach((each, at) => {
    if (best === null || Math.abs(each.epoch - epoch) < Math.abs((validations[best]?.epoch ?? 0) - epoch)) best = at;
  });
  return best;
}

function sayFigures({ validations, steps }: TrainingState, chosen: number | null): string {
  const shown = chosen === null ? validations.at(-1) : validations[chosen];
  if (shown === undefined)
    return steps.length === 0
      ? say('The curves begin with the first steps.')
      : say('The first validation comes with the end of the first epoch.');
  const { epoch, training, validation, isBest } = shown;
  const figures = say(
    'Epoch {0}: training loss {1}, {2} % right; validation loss {3}, {4} % right.',
    epoch.toFixed(1),
    training.loss.toFixed(3),
    (100 * training.accuracy).toFixed(1),
    validation.loss.toFixed(3),
    (100 * validation.accuracy).toFixed(1),
  );
  return isBest ? `${figures} ${say('Best so far.')}` : figures;
}
