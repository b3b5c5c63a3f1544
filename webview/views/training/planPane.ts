import { type DataSummary, type TrainingPlan } from '../../../src/trace/lab/trainingEvents';
import { say } from '../../theme/strings';
import { element } from '../element';

/** What is trained on what: data, balance of the classes, sizes, settings. */
export interface PlanPane {
  readonly root: HTMLElement;
  update(plan: TrainingPlan | null): void;
}

/** Classes named one by one up to this many; of more the smallest and largest. */
const mostBars = 20;

/** Makes the pane; it is empty until the lab file and its data are read. */
export function createPlanPane(): PlanPane {
  const body = element('div');
  const root = element('section', {
    class: 'lab-pane',
    attributes: { 'aria-label': say('Data and settings') },
    children: [body],
  });
  let shown: TrainingPlan | null = null;
  return {
    root,
    update: (plan) => {
      root.hidden = plan === null;
      if (plan === null || plan === shown) return;
      shown = plan;
      body.replaceChildren(...dataOf(plan), ...remarksOf(plan), ...settingsOf(plan));
    },
  };
}

function dataOf({ data, sizes, task, parameters }: TrainingPlan): readonly Node[] {
  const [training, validation, test] = sizes.map((size) => size.toLocaleString());
  const parts =
    task === 'classify'
      ? say('{0} training, {1} validation and {2} test examples.', training ?? 0, validation ?? 0, test ?? 0)
      : say('{0} training, {1} validation and {2} test tokens.', training ?? 0, validation ?? 0, test ?? 0);
  return [
    element('h2', { text: say('Data') }),
    element('p', { text: `${parts} ${say('{0} weights.', parameters.toLocaleString())}` }),
    ...(data === undefined ? [] : [element('p', { text: sayLengths(data) }), balanceOf(data)]),
  ];
}

function sayLengths({ lengths, duplicates }: DataSummary): string {
  const [least = 0, low = 0, middle = 0, high = 0, most = 0] = lengths;
  const repeats = duplicates === 0 ? say('No duplicates.') : say('{0} duplicates were left out.', duplicates);
  return `${say('Characters an example: {0} to {1}, half of them from {2} to {3}, median {4}.', least, most, low, high, middle)} ${repeats}`;
}

/** A bar a class, as long as its share of the largest. */
function balanceOf({ classes, count }: DataSummary): HTMLElement {
  const most = Math.max(1, ...classes.map((each) => each.count));
  const sorted = [...classes].sort((a, b) => b.count - a.count);
  const rows = sorted.slice(0, mostBars).map(({ label, count: members }) => {
    const bar = element('span', { class: 'lab-bar' });
    bar.style.width = `${(100 * members) / most}%`;
    const share = `${members.toLocaleString()} (${((100 * members) / count).toFixed(1)} %)`;
    return element('tr', {
      children: [
        element('th', { text: label, attributes: { scope: 'row' } }),
        element('td', { class: 'lab-bar-cell', attributes: { 'aria-hidden': 'true' }, children: [bar] }),
        element('td', { class: 'lab-number', text: share }),
      ],
    });
  });
  const rest = sorted.length - rows.length;
  const more =
    rest > 0
      ? [
          element('p', {
            text: say(
              'and {0} more classes, the smallest "{1}" with {2}.',
              rest,
              sorted.at(-1)?.label ?? '',
              sorted.at(-1)?.count ?? 0,
            ),
          }),
        ]
      : [];
  const table = element('table', {
    class: 'lab-table',
    attributes: { 'aria-label': say('Examples of each class') },
    children: [element('tbody', { children: rows })],
  });
  return element('div', { children: [table, ...more] });
}

function remarksOf({ remarks }: TrainingPlan): readonly Node[] {
  if (remarks.length === 0) return [];
  const items = remarks.slice(0, 20).map((text) => element('li', { text }));
  if (remarks.length > 20) items.push(element('li', { text: say('and {0} more remarks.', remarks.length - 20) }));
  return [element('h2', { text: say('Remarks') }), element('ul', { class: 'lab-remarks', children: items })];
}

function settingsOf({ settings }: TrainingPlan): readonly Node[] {
  const rows = Object.entries(settings).map(([name, value]) =>
    element('tr', {
      children: [element('th', { text: name, attributes: { scope: 'row' } }), element('td', { text: String(value) })],
    }),
  );
  return [
    element('h2', { text: say('Settings') }),
    element('table', {
      class: 'lab-table lab-settings',
      attributes: { 'aria-label': say('Settings') },
      children: [element('tbody', { children: rows })],
    }),
  ];
}
