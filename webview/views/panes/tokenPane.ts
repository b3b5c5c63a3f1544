import { type FieldStatistics } from '../../../src/protocol/summaries';
import { stepStatistics } from '../../store/columnStatistics';
import { isChanged } from '../../../src/trace/reading/staleMarks';
import { type InspectorState, shownLayer, shownStep } from '../../store/inspectorState';
import { predictionsAt } from '../../store/predictionsAt';
import { nameOfNumber, placeInRange, rangeOfOutputs, showsProbabilities } from '../../store/shownOutput';
import { type TraceBlocks } from '../../store/traceBlocks';
import { inputsAt } from '../../store/inputColumns';
import { say } from '../../theme/strings';
import { element } from '../element';
import { formatValue, nameOfField, showToken } from '../fieldNames';
import { pinLetters } from '../tracks/markers';
import { type View } from '../view';

/** The pane about tokens: the one under the mouse or the cursor, and beside it every pinned one. */
export function createTokenPane(container: HTMLElement, blocks: TraceBlocks): View {
  let shown = '';
  return {
    update: (state) => {
      const steps = stepsToCompare(state);
      const key = [
        steps.map(({ step }) => `${step}${isChanged(state.staleMarks, step) ? '!' : ''}`).join(),
        state.dataVersion,
        state.view.layer,
        state.view.direction,
        state.predictions === null,
        state.inspection,
        state.inputs.size,
        state.view.column,
      ].join('|');
      if (key === shown) return;
      shown = key;
      container.replaceChildren(
        ...(steps.length === 0
          ? [emptyHint(state)]
          : [
              heading(state, steps),
              ...inputTable(state, steps),
              statisticsTable(state, blocks, steps),
              ...predictionLists(state, steps),
            ]),
      );
    },
  };
}

interface ComparedStep {
  readonly step: number;
  /** A pin's letter, or nothing for the token under the mouse or the cursor. */
  readonly letter: string;
}

function stepsToCompare(state: InspectorState): readonly ComparedStep[] {
  const pins = state.view.pins.map((step, k) => ({ step, letter: pinLetters[k] ?? '' }));
  const current = shownStep(state);
  return current === null || pins.some(({ step }) => step === current)
    ? pins
    : [{ step: current, letter: '' }, ...pins];
}

function emptyHint(state: InspectorState): HTMLElement {
  const text =
    state.tokens.length === 0
      ? say('Nothing has been read yet.')
      : state.columns !== null
        ? say('Point at a row to see its values. Click to pin it; pin several to compare them.')
        : say('Point at a token to see its values. Click to pin it; pin several to compare them.');
  return element('p', { class: 'hint', text });
}

function heading(state: InspectorState, steps: readonly ComparedStep[]): HTMLElement {
  const cards = steps.map(({ step, letter }) => {
    const surprise = state.predictions?.surprise[step];
    return element('div', {
      class: 'token-card',
      children: [
        element('span', { class: 'token-letter', text: letter === '' ? '\u25b8' : letter }),
        tokenBox(state, step),
        element('span', {
          class: 'token-step',
          text: state.columns === null ? say('step {0}', step) : say('row {0}', step),
        }),
        element('span', {
          class: 'token-surprise',
          text: surprise === undefined || Number.isNaN(surprise) ? '' : say('surprise {0} nats', formatValue(surprise)),
        }),
      ],
    });
  });
  return element('div', { class: 'token-cards', children: cards });
}

const mostInputs = 12;

/** What the rows hold, column by column, the one that is drawn first. */
function inputTable(state: InspectorState, steps: readonly ComparedStep[]): readonly HTMLElement[] {
  const all = steps.map(({ step }) => inputsAt(state, step));
  const [first = []] = all;
  if (first.length === 0) return [];
  const rows = first.slice(0, mostInputs).map(({ name }, k) =>
    element('tr', {
      children: [
        element('th', { class: 'input-name', text: name, attributes: { scope: 'row', title: name } }),
        ...all.map((inputs) => element('td', { text: formatValue(inputs[k]?.value ?? NaN) })),
      ],
    }),
  );
  const head = element('tr', {
    children: [
      element('th', { text: say('input'), attributes: { scope: 'col' } }),
      ...steps.map(({ step, letter }) =>
        element('th', { text: letter === '' ? String(step) : letter, attributes: { scope: 'col' } }),
      ),
    ],
  });
  const table = element('table', {
    class: 'statistics inputs',
    children: [element('thead', { children: [head] }), element('tbody', { children: rows })],
  });
  const left = (state.columns?.length ?? 0) - rows.length;
  return left > 0
    ? [table, element('p', { class: 'hint', text: say('and {0} more columns; choose one above to see it', left) })]
    : [table];
}

function tokenBox(state: InspectorState, step: number): HTMLElement {
  const text = showToken(state.tokens.at(step)?.text ?? '');
  if (!isChanged(state.staleMarks, step)) return element('span', { class: 'token-text', text });
  return element('span', {
    class: 'token-text is-changed',
    text,
    attributes: { title: say('changed since it was read') },
  });
}

function statisticsTable(state: InspectorState, blocks: TraceBlocks, steps: readonly ComparedStep[]): HTMLElement {
  const shape = shownLayer(state);
  const all = shape === undefined ? [] : steps.map(({ step }) => stepStatistics(blocks, shape, step));
  const fields = all.find((statistics) => statistics !== null) ?? [];
  if (fields.length === 0) return element('p', { class: 'hint', text: say('Its values have not arrived yet.') });
  const head = element('tr', {
    children: [
      element('th', { text: say('mean \u00b1 spread'), attributes: { scope: 'col' } }),
      ...steps.map(({ step, letter }) =>
        element('th', { text: letter === '' ? String(step) : letter, attributes: { scope: 'col' } }),
      ),
    ],
  });
  const rows = fields.map(({ field }, k) =>
    element('tr', {
      children: [
        element('th', {
          attributes: { scope: 'row' },
          children: [
            element('span', { class: 'letter', text: field }),
            element('span', { class: 'name', text: nameOfField(field as 'h') }),
          ],
        }),
        ...all.map((statistics) => statisticsCell(statistics?.[k])),
      ],
    }),
  );
  return element('table', {
    class: 'statistics',
    children: [element('thead', { children: [head] }), element('tbody', { children: rows })],
  });
}

function statisticsCell(statistics: FieldStatistics | undefined): HTMLElement {
  if (statistics === undefined) return element('td', { text: '\u2026' });
  const extremes = say(
    'lowest: unit {0} at {1}; highest: unit {2} at {3}',
    statistics.lowest[0]?.unit ?? '',
    formatValue(statistics.minimum),
    statistics.highest[0]?.unit ?? '',
    formatValue(statistics.maximum),
  );
  return element('td', {
    attributes: { title: extremes },
    children: [
      element('span', { class: 'mean', text: formatValue(statistics.mean) }),
      element('span', { class: 'spread', text: `\u00b1 ${formatValue(statistics.deviation)}` }),
    ],
  });
}

function predictionLists(state: InspectorState, steps: readonly ComparedStep[]): readonly HTMLElement[] {
  const track = state.predictions;
  if (track === null || steps.length === 0) return [];
  const step = steps[0]?.step ?? 0;
  const title =
    state.model?.task === 'next-token' ? say('Expected after step {0}', step) : say('Answer after step {0}', step);
  const { model } = state;
  const range = rangeOfOutputs(model, track);
  const isNumber = !showsProbabilities(model);
  const items = predictionsAt(track, step).map((prediction) => {
    const { name, probability } = prediction;
    const bar = element('span', { class: 'bar' });
    bar.style.width = `${placeInRange(range, probability) * 100}%`;
    return element('li', {
      children: [
        element('span', {
          class: 'prediction-name',
          text: isNumber && model?.task !== 'next-token' ? nameOfNumber(model, prediction) : showToken(name),
        }),
        element('span', { class: 'bar-box', children: [bar] }),
        element('span', {
          class: 'prediction-value',
          text: isNumber ? formatValue(probability) : `${(probability * 100).toFixed(1)} %`,
        }),
      ],
    });
  });
  return items.length === 0
    ? []
    : [element('h2', { text: title }), element('ol', { class: 'predictions', children: items })];
}
