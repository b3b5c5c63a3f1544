import { type EvaluationFigures } from '../../../src/trace/lab/trainingEvents';
import { type TrainingState } from '../../store/trainingState';
import { say } from '../../theme/strings';
import { createButton } from '../controls';
import { element } from '../element';

/**
 * What came of a language model: it has no labels, so how well it foretells text takes the place of a confusion matrix.
 */
export interface LanguagePane {
  readonly root: HTMLElement;
  update(state: TrainingState): void;
}

/** Makes the pane; `onInspect` hears of the text that is to be read by the finished model. */
export function createLanguagePane(onInspect: (text: string) => void): LanguagePane {
  const table = element('div', {
    class: 'lab-scroll',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Figures of each part') },
  });
  const hint = element('p', {
    class: 'lab-hint',
    text: say(
      'Perplexity is e to the loss: among so many tokens, all equally likely, the model still wavers. A language model has no labels, and so no confusion matrix.',
    ),
  });
  const text = element('input', {
    class: 'lab-text',
    attributes: { type: 'text', 'aria-label': say('Text to inspect'), value: '' },
  });
  const inspect = createButton(say('Inspect This Text'), () => {
    if (text.value.trim() !== '') onInspect(text.value);
  });
  const root = element('section', {
    class: 'lab-pane',
    attributes: { 'aria-label': say('How well it foretells') },
    children: [
      element('h2', { text: say('How well it foretells the next token') }),
      hint,
      table,
      element('div', { class: 'lab-controls', children: [text, inspect] }),
    ],
  });
  let shown: TrainingState['finished'] = null;
  return {
    root,
    update: ({ plan, finished }) => {
      root.hidden = plan?.task !== 'next-token' || finished === null;
      if (root.hidden || finished === null || finished === shown) return;
      shown = finished;
      if (text.value === '') text.value = (plan?.sample ?? '').trim().replace(/\s+/g, ' ');
      const parts =
        finished.testParts.length > 1 ? finished.testParts.map(({ name, figures }) => rowOf(name, figures)) : [];
      table.replaceChildren(
        tableOf([
          rowOf(say('validation, best'), finished.best.validation),
          rowOf(say('test'), finished.test),
          ...parts,
        ]),
      );
    },
  };
}

function rowOf(name: string, { loss, accuracy, count }: EvaluationFigures): HTMLElement {
  const cells = [
    count.toLocaleString(),
    loss.toFixed(3),
    (loss / Math.LN2).toFixed(3),
    Math.exp(loss).toFixed(2),
    `${(100 * accuracy).toFixed(1)} %`,
  ];
  return element('tr', {
    children: [
      element('th', { text: name, attributes: { scope: 'row' } }),
      ...cells.map((cell) => element('td', { class: 'lab-number', text: cell })),
    ],
  });
}

function tableOf(rows: readonly HTMLElement[]): HTMLElement {
  const heads = [say('part'), say('tokens'), say('nats a token'), say('bits a token'), say('perplexity'), say('right')];
  const head = element('tr', {
    children: heads.map((name, k) =>
      element('th', { class: k === 0 ? '' : 'lab-number', text: name, attributes: { scope: 'col' } }),
    ),
  });
  return element('table', {
    class: 'lab-table',
    children: [element('thead', { children: [head] }), element('tbody', { children: rows })],
  });
}
