import { type LiveRegion } from '../../access/liveRegion';
import {
  type ConfusionLayout,
  layoutConfusion,
  paintColumnNames,
  paintConfusion,
  paintRowNames,
} from '../../paint/paintConfusion';
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

interface Place {
  readonly row: number;
  readonly column: number;
}

interface Shown {
  readonly confusion: readonly (readonly number[])[];
  readonly labels: readonly string[];
  readonly palette: Palette;
}

/** Makes the pane; `onChoose` hears of the cell that was chosen, null when the choice is taken back. */
export function createConfusionPane(live: LiveRegion, onChoose: (cell: Confused | null) => void): ConfusionPane {
  return new Pane(live, onChoose);
}

class Pane implements ConfusionPane {
  readonly root: HTMLElement;
  private shown: Shown | null = null;
  private chosen: Place | null = null;
  private readonly cells = createCanvas('cells');
  private readonly rows = createCanvas('rows');
  private readonly columns = createCanvas('columns');
  private readonly grid = element('div', {
    class: 'lab-confusion',
    attributes: {
      tabindex: '0',
      role: 'application',
      'aria-label': say('Confusion matrix. Arrow keys move over the cells, Enter shows the mistakes of one.'),
    },
  });
  private readonly readout = element('p', { class: 'lab-readout' });
  private readonly figures = element('div', {
    class: 'lab-scroll',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Figures of each class') },
  });

  constructor(
    private readonly live: LiveRegion,
    private readonly onChoose: (cell: Confused | null) => void,
  ) {
    this.grid.append(element('div', { class: 'lab-confusion-corner' }), this.columns, this.rows, this.cells);
    this.root = element('section', {
      class: 'lab-pane',
      attributes: { 'aria-label': say('Confusion matrix') },
      children: [
        element('h2', { text: say('Confusion matrix, test part') }),
        element('p', {
          class: 'lab-hint',
          text: say('Rows: the label. Columns: the answer. Colour: share of the row.'),
        }),
        this.grid,
        this.readout,
        this.figures,
      ],
    });
    this.grid.addEventListener('click', (event) => this.pick(event));
    this.grid.addEventListener('keydown', (event) => this.hear(event));
    new ResizeObserver(() => this.draw()).observe(this.grid);
  }

  update({ finished }: TrainingState, palette: Palette): void {
    this.root.hidden = finished?.confusion === undefined;
    if (finished?.confusion === undefined) return;
    if (finished.confusion !== this.shown?.confusion) {
      this.chosen = null;
      this.figures.replaceChildren(figuresTable(finished.confusion, finished.labels));
    }
    this.shown = { confusion: finished.confusion, labels: finished.labels, palette };
    this.draw();
  }

  private get layout(): ConfusionLayout {
    const labels = this.shown?.labels ?? [];
    // A few classes need no more room than this; many take all that there is.
    const mostPx = labels.length > 60 ? Infinity : 720;
    return layoutConfusion(labels, Math.min(mostPx, this.grid.clientWidth));
  }

  private draw(): void {
    const { shown, chosen, layout } = this;
    if (shown === null || this.grid.clientWidth === 0) return;
    const { sizePx, leftPx, topPx } = layout;
    const picture = { ...shown, table: createColourTable(shown.palette.sequential, shown.palette.nan), chosen };
    paintConfusion(sized(this.cells, sizePx, sizePx), picture, layout);
    paintRowNames(sized(this.rows, leftPx, sizePx), picture, layout);
    paintColumnNames(sized(this.columns, sizePx, topPx), picture, layout);
    this.grid.style.gridTemplate = `${topPx}px ${sizePx}px / ${leftPx}px ${sizePx}px`;
    setText(this.readout, sayCell(shown, chosen));
  }

  private choose(cell: Place | null): void {
    this.chosen = cell;
    this.draw();
  }

  private tell(): void {
    const { chosen, shown } = this;
    this.onChoose(
      chosen === null || shown === null || chosen.row === chosen.column
        ? null
        : { label: shown.labels[chosen.row] ?? '', answer: shown.labels[chosen.column] ?? '' },
    );
  }

  private pick({ clientX, clientY }: MouseEvent): void {
    if (this.shown === null) return;
    const { cellPx } = this.layout;
    const box = this.cells.getBoundingClientRect();
    const cell = { row: Math.floor((clientY - box.top) / cellPx), column: Math.floor((clientX - box.left) / cellPx) };
    this.choose(this.shown.confusion[cell.row]?.[cell.column] === undefined ? null : cell);
    this.tell();
  }

  private hear(event: KeyboardEvent): void {
    if (this.shown === null) return;
    if (event.key === 'Enter') return this.tell();
    const next = moved(event.key, this.chosen, this.shown.labels.length);
    if (next === undefined) return;
    event.preventDefault();
    this.choose(next);
    if (next === null) this.tell();
    else this.reveal(next);
    this.live.say(this.readout.textContent);
  }

  /** Scrolls so that a cell lies beside the names and not beneath them. */
  private reveal({ row, column }: Place): void {
    const { cellPx, leftPx, topPx } = this.layout;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.grid;
    const within = (from: number, roomPx: number, at: number): number =>
      Math.min(at * cellPx, Math.max(from, (at + 1) * cellPx - roomPx));
    this.grid.scrollTo({
      left: within(scrollLeft, clientWidth - leftPx, column),
      top: within(scrollTop, clientHeight - topPx, row),
    });
  }
}

function createCanvas(name: string): HTMLCanvasElement {
  return element('canvas', { class: `lab-confusion-${name}`, attributes: { 'aria-hidden': 'true' } });
}

function sized(canvas: HTMLCanvasElement, widthPx: number, heightPx: number): CanvasRenderingContext2D {
  canvas.style.width = `${widthPx}px`;
  canvas.style.height = `${heightPx}px`;
  return fitCanvas(canvas, widthPx, heightPx);
}

/** Where a key leads; null: no cell; undefined: not a key of ours. */
function moved(key: string, from: Place | null, size: number): Place | null | undefined {
  if (key === 'Escape') return null;
  const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (by === undefined) return undefined;
  if (from === null) return { row: 0, column: 0 };
  const within = (value: number): number => Math.max(0, Math.min(size - 1, value));
  return { row: within(from.row + (by[0] ?? 0)), column: within(from.column + (by[1] ?? 0)) };
}

function sayCell({ confusion, labels }: Shown, chosen: Place | null): string {
  if (chosen === null) return say('Choose a cell to see its mistakes.');
  const row = confusion[chosen.row] ?? [];
  const count = row[chosen.column] ?? 0;
  const sum = row.reduce((total, each) => total + each, 0);
  const share = sum === 0 ? '0' : ((100 * count) / sum).toFixed(1);
  return say(
    '{0} answered as {1}: {2} of {3} ({4} %).',
    labels[chosen.row] ?? '',
    labels[chosen.column] ?? '',
    count,
    sum,
    share,
  );
}

function figuresTable(confusion: readonly (readonly number[])[], labels: readonly string[]): HTMLElement {
  const rows = classFigures(confusion, labels);
  const percent = (share: number): string => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '\u2013');
  const counted = rows.filter(({ f1 }) => Number.isFinite(f1));
  const macro = counted.reduce((sum, { f1 }) => sum + f1, 0) / Math.max(1, counted.length);
  const cells = (texts: readonly string[]): HTMLElement[] =>
    texts.map((text) => element('td', { class: 'lab-number', text }));
  const body = rows.map(({ label, count, precision, recall, f1 }) =>
    element('tr', {
      children: [
        element('th', { text: label, attributes: { scope: 'row' } }),
        ...cells([String(count), percent(precision), percent(recall), percent(f1)]),
      ],
    }),
  );
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const last = element('tr', {
    class: 'lab-total',
    children: [
      element('th', { text: say('mean over classes (macro)'), attributes: { scope: 'row' } }),
      ...cells([String(total), '', '', percent(macro)]),
    ],
  });
  const head = element('tr', {
    children: [say('class'), say('examples'), say('precision'), say('recall'), 'F1'].map((text, k) =>
      element('th', { class: k === 0 ? '' : 'lab-number', text, attributes: { scope: 'col' } }),
    ),
  });
  return element('table', {
    class: 'lab-table',
    children: [element('thead', { children: [head] }), element('tbody', { children: [...body, last] })],
  });
}
