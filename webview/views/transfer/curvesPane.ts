import { phasesOfRun, type RunChoice, runsOf, type TransferPhase, type TransferState } from '../../store/transferState';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { createChoice } from '../controls';
import { element, setText } from '../element';
import { createLineChart, type Series } from '../charts/lineChart';
import { createLegend, type LegendKey } from './legend';
import { colourOfWay, nameOfStage, nameOfWay } from './wayNames';

/** The curves of one run: its stages one after the other, and from scratch beside them. */
export interface TransferCurvesPane {
  readonly root: HTMLElement;
  update(state: TransferState, palette: Palette): void;
}

interface Placed {
  readonly phase: TransferPhase;
  /** Epoch at which it begins on the axis. */
  readonly from: number;
}

/** Makes two charts of the validation part, and a choice of the run. While it runs, the latest is shown. */
export function createTransferCurves(): TransferCurvesPane {
  let chosen: string | null = null;
  let latest: { readonly state: TransferState; readonly palette: Palette } | null = null;
  const choice = createChoice(say('Run'), (value) => {
    chosen = value;
    draw();
  });
  const charts = createCharts();
  const draw = (): void => {
    if (latest === null) return;
    const { state, palette } = latest;
    const runs = runsOf(state);
    const run = runs.find((each) => keyOf(each) === chosen) ?? runs.at(-1);
    if (run === undefined) return;
    choice.update(
      runs.map((each) => ({ value: keyOf(each), label: nameOfRun(each) })),
      keyOf(run),
    );
    charts.update(phasesOfRun(state, run), palette);
  };
  const title = element('h2', { text: say('Curves on the validation part') });
  const hint = say('Thick: validation; thin: training. From scratch once for each learning rate.');
  const root = element('section', {
    class: 'lab-pane',
    attributes: { 'aria-label': say('Curves') },
    children: [
      element('div', { class: 'lab-pane-head', children: [title, choice.root] }),
      ...charts.roots,
      element('p', { class: 'lab-hint', text: hint }),
    ],
  });
  return {
    root,
    update: (state, palette) => {
      root.hidden = state.phases.length === 0;
      if (state.phases.length === 0) chosen = null;
      latest = { state, palette };
      if (!root.hidden) draw();
    },
  };
}

/** Loss and accuracy by epoch, their legend, and a line that names the stages. */
function createCharts(): {
  readonly roots: readonly HTMLElement[];
  update(phases: ReturnType<typeof phasesOfRun>, palette: Palette): void;
} {
  const legend = createLegend();
  const options = { xLabel: say('epoch'), heightPx: 220 };
  const loss = createLineChart({ ...options, label: say('Validation loss by epoch'), yLabel: say('loss (nats)') });
  const accuracy = createLineChart({
    ...options,
    label: say('Validation accuracy by epoch'),
    yLabel: say('right (%)'),
  });
  const readout = element('p', { class: 'lab-readout' });
  return {
    roots: [legend.root, element('div', { class: 'lab-charts', children: [loss.root, accuracy.root] }), readout],
    update: ({ transferred, scratch }, palette) => {
      const placed = place(transferred);
      const marks = placed.map(({ from }, k) => ({ x: from, label: String(k + 1) })).slice(1);
      const ends = [...placed, ...scratch.map((phase) => ({ phase, from: 0 }))].map(endOf);
      const xRange = [0, Math.max(1, ...ends)] as const;
      const series = (pick: Pick): readonly Series[] => seriesOf({ placed, scratch }, palette, pick);
      loss.update({ series: series((figures) => figures.loss), palette, xRange, marks });
      accuracy.update({ series: series((figures) => 100 * figures.accuracy), palette, xRange, marks });
      legend.update(keysOf(transferred, scratch, palette));
      setText(readout, placed.map(stageWords).join('; '));
    },
  };
}

function stageWords({ phase }: Placed, k: number): string {
  return `${k + 1}: ${nameOfWay(phase.plan.way)}, ${nameOfStage(phase.plan.stage)}`;
}

function keyOf({ seed, labels }: RunChoice): string {
  return `${seed}/${labels}`;
}

function nameOfRun({ seed, labels }: RunChoice): string {
  return labels > 0 ? say('{0} labels, seed {1}', labels, seed + 1) : say('no labels, seed {0}', seed + 1);
}

/** One after the other along the axis, by the epochs that each took. */
function place(phases: readonly TransferPhase[]): readonly Placed[] {
  let from = 0;
  return phases.map((phase) => {
    const placed = { phase, from };
    from += phase.curve.at(-1)?.epoch ?? 0;
    return placed;
  });
}

function endOf({ phase, from }: Placed): number {
  return from + (phase.curve.at(-1)?.epoch ?? 0);
}

type Pick = (figures: { readonly loss: number; readonly accuracy: number }) => number;

function seriesOf(
  { placed, scratch }: { readonly placed: readonly Placed[]; readonly scratch: readonly TransferPhase[] },
  palette: Palette,
  pick: Pick,
): readonly Series[] {
  const both = ({ phase, from }: Placed): readonly Series[] => {
    const colour = colourOfWay(phase.plan.way, palette);
    const points = (part: 'training' | 'validation') =>
      phase.curve.map((each) => [from + each.epoch, pick(each[part])] as const);
    return [
      { points: points('training'), colour, widthPx: 1, opacity: 0.5 },
      { points: points('validation'), colour, widthPx: 2.2, hasDots: phase.curve.length < 3 },
    ];
  };
  return [...scratch.map((phase) => ({ phase, from: 0 })), ...placed].flatMap(both);
}

function keysOf(
  transferred: readonly TransferPhase[],
  scratch: readonly TransferPhase[],
  palette: Palette,
): readonly LegendKey[] {
  const ways = [...new Set([...transferred, ...scratch].map(({ plan }) => plan.way))];
  return ways.map((way) => ({ name: nameOfWay(way), colour: colourOfWay(way, palette) }));
}
