import { writeCsv } from '../../../src/trace/files/csv';
import { type TransferRow } from '../../../src/trace/lab/transferEvents';
import { tabulate } from '../../../src/trace/lab/transferTable';
import { type TransferState } from '../../store/transferState';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element } from '../element';
import { createLegend } from './legend';
import { createSpreadChart, type SpreadSeries } from './spreadChart';
import { colourOfWay, nameOfWay } from './wayNames';

/** The learning curve over sizes, and the table of all figures; both grow while it runs. */
export interface FiguresPane {
  readonly root: HTMLElement;
  update(state: TransferState, palette: Palette): void;
}

/** Makes the pane. A learning curve needs two sizes at least; with one the table says all. */
export function createFiguresPane(): FiguresPane {
  const legend = createLegend();
  const chart = createSpreadChart({
    label: say('Test accuracy by number of labelled examples; mean and standard deviation over seeds'),
    xLabel: say('labelled examples'),
    yLabel: say('right on test (%)'),
  });
  const curve = element('div', {
    children: [
      legend.root,
      chart.root,
      element('p', {
        class: 'lab-hint',
        text: say('Lines: mean over seeds; bands: one standard deviation; small dots: seeds; dotted: without labels.'),
      }),
    ],
  });
  const table = element('div', {
    class: 'lab-scroll',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Figures') },
  });
  const root = element('section', {
    class: 'lab-pane',
    attributes: { 'aria-label': say('Results') },
    children: [element('h2', { text: say('Results on the test part') }), curve, table],
  });
  return {
    root,
    update: (state, palette) => {
      root.hidden = state.results.length === 0;
      if (root.hidden) return;
      const rows = rowsOf(state);
      const series = seriesOf(rows, palette);
      const levels = rows
        .filter(({ labels }) => labels === 0)
        .map(({ way, mean }) => ({ name: nameOfWay(way), colour: colourOfWay(way, palette), y: 100 * mean }));
      curve.hidden = !series.some(({ points }) => points.length > 1);
      if (!curve.hidden) {
        chart.update({ series, levels, palette });
        legend.update(
          [...series, ...levels.map((level) => ({ ...level, isDashed: true }))].map(({ name, colour, ...rest }) => ({
            name,
            colour,
            isDashed: 'isDashed' in rest,
          })),
        );
      }
      table.replaceChildren(tableOf(rows));
    },
  };
}

/** The table as it stands: final, or of the results so far. */
export function rowsOf({ finished, results, started }: TransferState): readonly TransferRow[] {
  return finished?.table ?? tabulate(results, started?.task ?? 'classify');
}

function seriesOf(rows: readonly TransferRow[], palette: Palette): readonly SpreadSeries[] {
  const ways = [...new Set(rows.filter(({ labels }) => labels > 0).map(({ way }) => way))];
  return ways.map((way) => ({
    name: nameOfWay(way),
    colour: colourOfWay(way, palette),
    points: rows
      .filter((row) => row.way === way && row.labels > 0)
      .map(({ labels, mean, deviation, each }) => ({
        x: labels,
        mean: 100 * mean,
        deviation: 100 * deviation,
        each: each.map((value) => 100 * value),
      })),
  }));
}

function tableOf(rows: readonly TransferRow[]): HTMLElement {
  const heads = [say('labels'), say('model'), say('right on test'), say('loss (nats)'), say('better than scratch')];
  const head = element('tr', {
    children: heads.map((text, k) =>
      element('th', { text, attributes: { scope: 'col' }, ...(k === 1 ? {} : { class: 'lab-number' }) }),
    ),
  });
  const body = rows.map(({ way, labels, mean, deviation, seeds, loss, wins }) =>
    element('tr', {
      children: [
        element('td', { class: 'lab-number', text: labels === 0 ? say('none') : labels.toLocaleString() }),
        element('th', { text: nameOfWay(way), attributes: { scope: 'row' } }),
        element('td', {
          class: 'lab-number',
          text:
            seeds > 1
              ? `${(100 * mean).toFixed(1)} \u00b1 ${(100 * deviation).toFixed(1)} %`
              : `${(100 * mean).toFixed(1)} %`,
        }),
        element('td', { class: 'lab-number', text: loss.toFixed(3) }),
        element('td', {
          class: 'lab-number',
          text: wins === undefined || seeds < 2 ? '' : say('{0} of {1} seeds', wins, seeds),
        }),
      ],
    }),
  );
  return element('table', {
    class: 'lab-table',
    attributes: { 'aria-label': say('Figures') },
    children: [element('thead', { children: [head] }), element('tbody', { children: body })],
  });
}

/** The figures as CSV: a row for each size, way and seed. */
export function figuresCsv({ results }: TransferState): string {
  const head =
    'labels,way,seed,examples,test_accuracy,test_loss,validation_accuracy,validation_loss,epoch,learning_rate'.split(
      ',',
    );
  const rows = results.map(({ way, labels, examples, seed, test, validation, epoch, learningRate }) => [
    labels,
    way,
    seed,
    examples,
    test.accuracy,
    test.loss,
    validation.accuracy,
    validation.loss,
    epoch ?? '',
    learningRate ?? '',
  ]);
  return writeCsv([head, ...rows]);
}
