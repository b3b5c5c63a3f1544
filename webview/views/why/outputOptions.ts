import { type InspectorState } from '../../store/inspectorState';
import { predictionsAt } from '../../store/predictionsAt';
import { say } from '../../theme/strings';
import { type ChoiceOption } from '../controls';
import { showToken } from '../fieldNames';

/** Labels of a classifier up to so many are all listed. */
const mostLabels = 200;

/** The outputs that can be explained, or set against the one explained; `own` is the answer, or its runner-up. */
export function outputOptions(state: InspectorState, side: 'target' | 'against'): readonly ChoiceOption[] {
  const { quantity } = state.why.unedited ?? state.why.shown?.report ?? {};
  const chosen = side === 'target' ? quantity?.target : quantity?.against;
  const isOwn = state.why[side] === null && chosen !== undefined && chosen !== null;
  const usual =
    side === 'target' ? say('the answer') : state.model?.task === 'regress' ? say('nothing') : say('the runner-up');
  return [
    { value: 'own', label: isOwn ? `${usual}: ${showToken(chosen.name)}` : usual },
    ...namedOutputs(state).map(({ index, name }) => ({ value: String(index), label: showToken(name) })),
  ];
}

function namedOutputs({ model, predictions, why }: InspectorState): readonly { index: number; name: string }[] {
  const labels = model?.task === 'classify' ? (model.labels ?? []) : [];
  if (labels.length > 0) return labels.slice(0, mostLabels).map((name, index) => ({ index, name }));
  const last = predictions === null ? [] : predictionsAt(predictions, predictions.steps - 1);
  const likely = last.filter(({ index }) => index >= 0).map(({ index, name }) => ({ index, name }));
  const kept = [why.target, why.against]
    .filter((index): index is number => index !== null && !likely.some((each) => each.index === index))
    .map((index) => ({ index, name: predictions?.names[index] ?? String(index) }));
  return [...likely, ...kept];
}
