import { type LossChoice } from '../../../src/trace/reading/gradients';
import { type InspectorState } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { type ChoiceOption } from '../controls';
import { showToken } from '../fieldNames';

type Target = Pick<LossChoice, 'target' | 'label'>;

/**
 * What a loss can be taken of: the model's own (or the text's) answer first, then classes, outputs or the chosen unit.
 */
export function targetOptions(state: InspectorState): readonly ChoiceOption[] {
  const others = otherTargets(state);
  const chosen = targetKey(state.gradient.loss);
  const isListed = chosen === 'own' || others.some(({ value }) => value === chosen);
  return [
    { value: 'own', label: ownName(state) },
    ...others,
    ...(isListed ? [] : [{ value: chosen, label: nameOfKey(state, chosen) }]),
  ];
}

/** The option that stands for a loss. */
export function targetKey({ target, label }: Target): string {
  if (label !== undefined) return `label ${label}`;
  return target === undefined ? 'own' : `target ${target}`;
}

/** The inverse of {@link targetKey}. */
export function targetOfKey(key: string): Target {
  const [kind, number] = key.split(' ');
  if (kind === 'label') return { label: number === '1' ? 1 : 0 };
  return kind === 'target' ? { target: Number(number) } : {};
}

function ownName({ model }: InspectorState): string {
  if (model?.task === 'next-token') return say('the token that follows');
  if (model?.task === 'classify') return say('its own answer');
  return model?.task === 'regress' ? say('the first output') : say('the sum over all units');
}

function otherTargets(state: InspectorState): readonly ChoiceOption[] {
  const { model, predictions } = state;
  if (model === null || model.task === 'states') return unitTarget(state);
  if (model.task !== 'classify') return expectedTargets(state);
  const labels = model.labels ?? [];
  // A single sigmoid unit has two answers.
  const isBinary = predictions?.top === 1;
  return labels.map((label, k) => ({ value: `${isBinary ? 'label' : 'target'} ${k}`, label }));
}

/** The chosen unit, where it is one of the last layer, whose states stand for the output. */
function unitTarget({ model, view }: InspectorState): readonly ChoiceOption[] {
  const last = model?.layers.at(-1)?.layer;
  if (view.unit === null || view.layer !== last || view.direction !== 'forward') return [];
  return [{ value: `target ${view.unit}`, label: say('unit {0}', view.unit) }];
}

/** The outputs that the model holds most likely at the loss step (its largest ones, for a regression). */
function expectedTargets({ model, predictions, gradient }: InspectorState): readonly ChoiceOption[] {
  if (predictions === null) return [];
  const { at } = gradient.loss;
  const step = typeof at === 'string' ? (gradient.norms?.lossSteps.at(-1) ?? predictions.steps - 1) : at.step;
  const outputs = [...predictions.indices.subarray(step * predictions.top, (step + 1) * predictions.top)];
  return outputs
    .filter((index) => index >= 0)
    .map((index) => ({
      value: `target ${index}`,
      label: nameOfOutput(model, predictions.names[index] ?? String(index)),
    }));
}

function nameOfKey({ model, predictions }: InspectorState, key: string): string {
  const { target = 0 } = targetOfKey(key);
  if (model?.task === 'states') return say('unit {0}', target);
  return nameOfOutput(model, predictions?.names[target] ?? String(target));
}

function nameOfOutput(model: InspectorState['model'], name: string): string {
  return model?.task === 'next-token' ? say('token {0}', showToken(name)) : say('output {0}', name);
}
