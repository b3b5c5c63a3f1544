import { type EditEffect } from '../../src/trace/causes/editEffect';
import { type PredictionTrack, unpackPredictionTrack } from '../../src/trace/reading/predictionTrack';
import { formatValue, showToken } from '../views/fieldNames';
import { say } from '../theme/strings';
import { type InspectorState, shownStep } from './inspectorState';
import { predictionsAt } from './predictionsAt';

/** What the edits in force changed, in a sentence or two; empty where nothing is known yet. */
export function sayEffect(state: InspectorState): string {
  const { effect } = state;
  if (effect === null || !state.isEdited) return '';
  if (effect.kind === 'none')
    return say('The values are those of the edited reading; the model has no answer to compare.');
  return effect.kind === 'tokens' ? sayTokens(effect, state) : sayAnswer(effect);
}

function sayTokens(effect: EditEffect & { kind: 'tokens' }, { tokens }: InspectorState): string {
  const { divergence, lossBefore, lossAfter, chance } = effect;
  const mean = divergence.reduce((sum, value) => sum + value, 0) / divergence.length;
  if (mean === 0) return say('Nothing changes in what the model expects.');
  const most = divergence.indexOf(divergence.reduce((largest, value) => Math.max(largest, value), 0));
  const place = `\u201c${showToken(tokens.at(most)?.text ?? '')}\u201d`;
  const moved = say(
    'The prediction moves by {0} nats a token (KL), most after {1}, token {2} ({3}).',
    ...[formatValue(mean), place, most + 1, formatValue(divergence[most] ?? NaN)],
  );
  // One token has no next one.
  const loss =
    tokens.length < 2
      ? ''
      : say('The mean loss goes from {0} to {1}.', formatValue(lossBefore), formatValue(lossAfter));
  const compared =
    chance === null
      ? ''
      : say('Taking out one of {0} units drawn at random moves it by {1}.', chance.count, formatValue(chance.mean));
  return [moved, loss, compared].filter((text) => text !== '').join(' ');
}

/** Outputs that are told. */
const mostTold = 3;

function sayAnswer({ names, before, after, areProbabilities, chance }: EditEffect & { kind: 'answer' }): string {
  const show = (value: number): string => (areProbabilities ? `${(100 * value).toFixed(1)} %` : formatValue(value));
  const order = Array.from(before.keys()).sort((one, other) => (before[other] as number) - (before[one] as number));
  const told = order
    .slice(0, mostTold)
    .map((k) => say('{0}: {1} before, {2} now.', names[k] ?? k, show(before[k] as number), show(after[k] as number)));
  const random =
    chance === null
      ? []
      : [say('Taking out one of {0} units drawn at random changes it by {1}.', chance.count, show(chance.mean))];
  return [...told, ...random].join(' ');
}

/** What was expected after the token in sight without the edits, and now; empty where one of them is not known. */
export function sayExpectations(state: InspectorState): string {
  const { effect, predictions, tokens } = state;
  if (effect?.kind !== 'tokens' || effect.before === null || predictions === null || !state.isEdited) return '';
  const step = shownStep(state);
  if (step === null) return '';
  const before = bestOf(unpackPredictionTrack(effect.before), step);
  const now = bestOf(predictions, step);
  if (before === '' || now === '') return '';
  return say(
    'After {0}: expected {1} before, {2} now.',
    `\u201c${showToken(tokens.at(step)?.text ?? '')}\u201d`,
    before,
    now,
  );
}

function bestOf(track: PredictionTrack, step: number): string {
  return predictionsAt(track, step)
    .slice(0, mostTold)
    .map(({ name, probability }) => `${showToken(name)} ${Math.round(100 * probability)} %`)
    .join(', ');
}
