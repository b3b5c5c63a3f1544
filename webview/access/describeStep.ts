import { type Prediction } from '../../src/protocol/summaries';
import { isChanged } from '../../src/trace/reading/staleMarks';
import { type InspectorState, shownLayer } from '../store/inspectorState';
import { stepStatistics } from '../store/columnStatistics';
import { predictionsAt } from '../store/predictionsAt';
import { nameOfNumber, showsProbabilities } from '../store/shownOutput';
import { type TraceBlocks } from '../store/traceBlocks';
import { inputsAt } from '../store/inputColumns';
import { say } from '../theme/strings';

const spokenNames: Readonly<Record<string, string>> = {
  ' ': 'space',
  '\n': 'line end',
  '\r\n': 'line end',
  '\t': 'tab',
};

/**
 * What is spoken of a token: its text and place, the mean of every gate and state, the chosen unit, what is expected
 * next.
 */
export function describeStep(state: InspectorState, blocks: TraceBlocks, step: number): string {
  const token = state.tokens.at(step);
  const shape = shownLayer(state);
  if (token === undefined || shape === undefined) return '';
  const parts = [...placeOf(state, step, token.text)];
  if (isChanged(state.staleMarks, step)) parts.push(say('Changed since it was read.'));
  const statistics = stepStatistics(blocks, shape, step);
  if (statistics === null) parts.push(say('Its values have not arrived yet.'));
  else parts.push(...statistics.map(({ field, mean }) => say('{0} mean {1}.', field, spoken(mean))));
  if (state.view.unit !== null && statistics !== null) {
    const values = statistics.map(
      ({ field }) => `${field} ${spoken(blocks.column(shape, field as 'h', step)?.[state.view.unit ?? 0] ?? NaN)}`,
    );
    parts.push(say('Unit {0}: {1}.', state.view.unit, values.join(', ')));
  }
  const surprise = state.predictions?.surprise[step];
  if (surprise !== undefined && !Number.isNaN(surprise)) parts.push(say('Surprise {0} nats.', spoken(surprise)));
  const best = state.predictions === null ? undefined : predictionsAt(state.predictions, step)[0];
  if (best !== undefined) parts.push(sayBest(state, best));
  return parts.join(' ');
}

function sayBest({ model }: InspectorState, best: Prediction): string {
  const name = say(spokenNames[best.name] ?? best.name);
  if (!showsProbabilities(model))
    return say('Largest output: {0}, {1}.', nameOfNumber(model, { ...best, name }), spoken(best.probability));
  const percent = Math.round(best.probability * 100);
  return model?.task === 'next-token'
    ? say('Expected next: {0}, {1} percent.', name, percent)
    : say('Answer: {0}, {1} percent.', name, percent);
}

function placeOf(state: InspectorState, step: number, text: string): readonly string[] {
  if (state.columns === null)
    return [say('Token {0} of {1}, {2}.', step + 1, state.tokens.length, say(spokenNames[text] ?? text))];
  const [input] = inputsAt(state, step);
  return [
    say('Row {0} of {1}, {2}.', step + 1, state.tokens.length, text),
    ...(input === undefined ? [] : [`${input.name} ${spoken(input.value)}.`]),
  ];
}

function spoken(value: number): string {
  return Number.isNaN(value) ? 'not a number' : value.toFixed(2);
}
