import { say } from '../theme/strings';
import { showToken } from '../views/fieldNames';
import { type InspectorState, shownStep } from './inspectorState';

/** What the folded dock says: the token and the unit in sight, or what to do. */
export function describeShown(state: InspectorState): string {
  const step = shownStep(state);
  const { unit } = state.view;
  if (step === null) return unit === null ? say('Point at a token; click to pin it.') : say('unit {0}', unit);
  const place = say('step {0}, {1}', step, showToken(state.tokens.at(step)?.text ?? ''));
  return unit === null ? place : `${place} \u2022 ${say('unit {0}', unit)}`;
}
