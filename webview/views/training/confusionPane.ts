import { type LiveRegion } from '../../access/liveRegion';
import { layoutConfusion, paintConfusion } from '../../paint/paintConfusion';
import { createColourTable } from '../../scales/colourTable';
import { classFigures, type TrainingState } from '../../store/trainingState';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element, fitCanvas, setText } from '../element';

/** A cell of the matrix: a label and the answer given instead. */
export interface Confused {
  readonly label: string;
  readonly answer: string;
}

/** The confusion matrix on the test part, and the figures of each class. */
export interface ConfusionPane {
  readonly root: HTMLElement;
  update(state: TrainingState, palette: Palette): void;
}

interface Shown {
  readonly confusion: readonly (readonly number[])[];
  readonly labels: readonly string[];
  readonly palette: Palette;
}

/** Makes the pane; `onChoose` hears of the cell that was chosen, null when the choice is taken back. */
export function createConfusionPane(live: LiveRegion, onChoose: (cell: Confused | null) => void): ConfusionPane {
  const canvas = element('canvas', { attributes: { 'aria-hidden': 'true' } });
  const grid = element('div', { class: 'lab-confusion', attributes: { tabindex: '0', role: 'application', 'aria-label': say('Confusion matrix. Arrow keys move over the cells, Enter shows the mistakes of one.') }, children: [canvas] });
  const readout = element('p', { class: 'lab-readout' });
  const figures = element('div', { class: 'lab-scroll', attributes: { tabindex: '0', role: 'region', 'aria-label': say('Figures of each class') } });
  const root = element('section', { class: 'lab-pane', attributes: { 'aria-label': say('Confusion matrix') }, children: [element('h2', { text: say('Confusion matrix, test part') }), element('p', { class: 'lab-hint', text: say('Rows: the label. Columns: the answer. Colour: share of the row.') }), grid, readout, figures] });
  let shown: Shown | null = null;
  let chosen: { row: number; column: number } | null = null;
  const draw = (): void => {
    if (shown === null || grid.clientWidth === 0) return;
    const layout = layoutConfusion(shown.labels, Math.min(720, grid.clientWidth));
    canvas.style.width = `${layout.widthPx}px`;
    canvas.style.height = `${layout.heightPx}px`;
    const table = createColourTable(shown.palette.sequential, shown.palette.nan);
    paintConfusion(fitCanvas(canvas, layout.widthPx, layout.heightPx), { ...shown, table, chosen }, layout);
    setText(readout, sayCell(shown, chosen));
  };
  const choose = (cell: { row: number; column: number } | null): void => {
    chosen = cell;
    draw();
  };
  const tell = (): void => onChoose(chosen === null || shown === null || chosen.row === chosen.column ? null : { label: shown.labels[chosen.row] ?? '', answer: shown.labels[chosen.column] ?? '' });
  grid.addEventListener('click', (event) => {
    if (shown === null) return;
    const { cellPx, leftPx, topPx } = layoutConfusion(shown.labels, Math.min(720, grid.clientWidth));
    const box = canvas.getBoundingClientRect();
    const cell = { row: Math.floor((event.clientY - box.top - topPx) / cellPx), column: Math.floor((event.clientX - box.left - leftPx) / cellPx) };
    const isInside = shown.confusion[cell.row]?.[cell.column] !== undefined;
    choose(isInside ? cell : null);
    tell();
  });
  grid.addEventListener('keydown', (event) => {
    if (shown === null) return;
    const next = moved(event.key, chosen, shown.labels.length);
    if (event.key === 'Enter') return tell();
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
    if (next === null) tell();
    live.say(readout.textContent);
  });
  new ResizeObserver(draw).observe(grid);
  return {
    root,
    update: ({ finished }, palette) => {
      root.hidden = finished?.confusion === undefined;
      if (finished?.confusion === undefined) return;
      if (finished.confusion !== shown?.confusion) {
        chosen = null;
        figures.replaceChildren(figuresTable(finished.confusion, finished.labels));
      }
      shown = { confusion: finished.confusion, labels: finished.labels, palette };
      draw();
    },
  };
}

/** Where a key leads; null: no cell; undefined: not a key of ours. */
function moved(key: string, from: { row: number; column: number } | null, size: number): { row: number; column: number } | null | undefined {
  if (key === 'Escape') return null;
  const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (by === undefined) return undefined;
  if (from === null) return { row: 0, column: 0 };
  const within = (value: number): number => Math.max(0, Math.min(size - 1, value));
  return { row: within(from.row + (by[0] ?? 0)), column: within(from.column + (by[1] ?? 0)) };
}

function sayCell({ confusion, labels }: Shown, chosen: { row: number; column: number } | null): string {
  if (chosen === null) return say('Choose a cell to see its mistakes.');
  const row = confusion[chosen.row] ?? [];
  const count = row[chosen.column] ?? 0;
  const sum = row.reduce((total, each) => total + each, 0);
  const share = sum === 0 ? '0' : ((100 * count) / sum).toFixed(1);
  return say('{0} answered as {1}: {2} of {3} ({4} %).', labels[chosen.row] ?? '', labels[chosen.column] ?? '', count, sum, share);
}

function figuresTable(confusion: readonly (readonly number[])[], labels: readonly string[]): HTMLElement {
  const rows = classFigures(confusion, labels);
  const percent = (share: number): string => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '\u2013');
  const counted = rows.filter(({ f1 }) => Number.isFinite(f1));
  const macro = counted.reduce((sum, { f1 }) => sum + f1, 0) / Math.max(1, counted.length);
  const cells = (texts: readonly string[]): HTMLElement[] => texts.map((text) => element('td', { class: 'lab-number', text }));
  const body = rows.map(({ label, count, precision, recall, f1 }) => element('tr', { children: [element('th', { text: label, attributes: { scope: 'row' } }), ...cells([String(count), percent(precision), percent(recall), percent(f1)])] }));
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const last = element('tr', { class: 'lab-total', children: [element('th', { text: say('mean over classes (macro)'), attributes: { scope: 'row' } }), ...cells([String(total), '', '', percent(macro)])] });
  const head = element('tr', { children: [say('class'), say('examples'), say('precision'), say('recall'), 'F1'].map((text, k) => element('th', { class: k === 0 ? '' : 'lab-number', text, attributes: { scope: 'col' } })) });
  return element('table', { class: 'lab-table', children: [element('thead', { children: [head] }), element('tbody', { children: [...body, last] })] });
}
