import { type Mistake } from '../../../src/trace/lab/trainingEvents';
import { type TrainingState } from '../../store/trainingState';
import { say } from '../../theme/strings';
import { element } from '../element';
import { type Confused } from './confusionPane';

/** The worst mistakes on the test part, the surest first; each opens in the inspector. */
export interface MistakesPane {
  readonly root: HTMLElement;
  update(state: TrainingState, only: Confused | null): void;
}

const mostShown = 50;

/** Makes the list; `onInspect` hears of the text that was chosen. */
export function createMistakesPane(onInspect: (text: string) => void): MistakesPane {
  const list = element('ol', { class: 'lab-mistakes' });
  const hint = element('p', { class: 'lab-hint' });
  const root = element('section', {
    class: 'lab-pane',
    attributes: { 'aria-label': say('Worst mistakes') },
    children: [element('h2', { text: say('Worst mistakes') }), hint, list],
  });
  let shown: unknown;
  return {
    root,
    update: ({ finished }, only) => {
      const mistakes = finished?.mistakes;
      root.hidden = mistakes === undefined;
      const key = `${JSON.stringify(only)} ${mistakes?.length ?? 0} ${finished?.seconds ?? 0}`;
      if (mistakes === undefined || key === shown) return;
      shown = key;
      const fitting = mistakes.filter(
        ({ label, answer }) => only === null || (label === only.label && answer === only.answer),
      );
      hint.textContent = sayHint(fitting.length, only);
      list.replaceChildren(...fitting.slice(0, mostShown).map((mistake) => entryOf(mistake, onInspect)));
    },
  };
}

function sayHint(count: number, only: Confused | null): string {
  if (only !== null)
    return count === 0
      ? say('None of the kept mistakes has the label "{0}" and the answer "{1}".', only.label, only.answer)
      : say(
          'Label "{0}", answer "{1}". Click one to see in the inspector where the model went wrong.',
          only.label,
          only.answer,
        );
  return count === 0
    ? say('No mistakes on the test part.')
    : say('The surest wrong answers first. Click one to see in the inspector where the model went wrong.');
}

function entryOf(
  { text, source, line, label, answer, probability }: Mistake,
  onInspect: (text: string) => void,
): HTMLElement {
  const words = element('span', { class: 'lab-mistake-text', text: text.trim() });
  const where = element('span', {
    class: 'lab-mistake-where',
    text: say(
      'is {0}, answered {1} with {2} %, {3} line {4}',
      label,
      answer,
      (100 * probability).toFixed(1),
      source,
      line,
    ),
  });
  const button = element('button', { class: 'lab-mistake', attributes: { type: 'button' }, children: [words, where] });
  button.addEventListener('click', () => onInspect(text));
  return element('li', { children: [button] });
}
