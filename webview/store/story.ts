import { say } from '../theme/strings';
import { showToken } from '../views/fieldNames';
import { type InspectorState, shownStep } from './inspectorState';
import { predictionsAt } from './predictionsAt';
import { nameOfNumber, showOutput } from './shownOutput';

/**
 * One line on what the model makes of the text: what it expects after the token under the mouse (else the last in
 * sight), the answer of a classifier, or the number of a regression. Empty where the model has no head, or nothing is
 * known yet.
 */
export function storyOf(state: InspectorState, lastInSight: number): string {
  const { predictions, tokens, model } = state;
  if (predictions === null || predictions.steps === 0 || model === null) return '';
  const whole = predictions.steps - 1;
  const step = shownStep(state) ?? (model.task === 'next-token' ? Math.min(whole, lastInSight) : whole);
  const [first, second] = predictionsAt(predictions, Math.min(step, predictions.steps - 1));
  if (first === undefined) return '';
  switch (model.task) {
    case 'next-token': {
      const guesses = [first, second].filter((each) => each !== undefined);
      const expected = guesses
        .map(({ name, probability }) => `${quote(name)} ${showOutput(model, probability)}`)
        .join(', ');
      const before = quote(contextOf(state, step));
      const came = tokens.at(step + 1);
      if (came === undefined) return say('After {0} it expects {1}.', before, expected);
      const surprise = predictions.surprise[step + 1] ?? NaN;
      const next = quote(came.text);
      return Number.isNaN(surprise)
        ? say('After {0} it expects {1}; {2} comes.', before, expected, next)
        : say('After {0} it expects {1}; {2} comes ({3} nats).', before, expected, next, surprise.toFixed(1));
    }
    case 'classify': {
      const answer = `${first.name} ${showOutput(model, first.probability)}`;
      const isWhole = step >= tokens.length - 1 || predictions.steps === 1;
      return isWhole
        ? say('Answer: {0}', answer)
        : say('After {0} the answer is {1}', quote(contextOf(state, step)), answer);
    }
    case 'regress':
      return numbersAt(state, step);
    case 'states':
      return '';
  }
}

/** Characters of context that are quoted. */
const shownContext = 12;

/** The end of the text up to a step: for a model of words its last word, for one of characters the last few. */
function contextOf({ tokens, model }: InspectorState, step: number): string {
  let text = '';
  for (let at = step; at >= 0 && text.length < shownContext; at--) {
    text = (tokens.at(at)?.text ?? '') + text;
    if (model?.input !== 'characters') break;
  }
  return text;
}

function quote(text: string): string {
  const shown = [...text].map(showToken).join('');
  return `\u201c${shown}\u201d`;
}

/** Numbers told in one line; of more outputs the track keeps the largest only. */
const toldNumbers = 3;

function numbersAt({ predictions, model }: InspectorState, step: number): string {
  if (predictions === null) return '';
  return [...predictionsAt(predictions, Math.min(step, predictions.steps - 1))]
    .sort((a, b) => a.index - b.index)
    .slice(0, toldNumbers)
    .map((each) => `${nameOfNumber(model, each)}: ${showOutput(model, each.probability)}`)
    .join(', ');
}
