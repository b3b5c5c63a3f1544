import { describeField, euclideanNorm } from '../../analysis/statistics';
import { InspectorError } from '../../base/errors';
import { outputKindOf } from '../../network/outputKind';
import { type StepSummary } from '../../trace/reading/stepSummary';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace } from '../forward/pace';
import { predictionsAt, trackSurprise } from './predictions';
import { type Reading } from '../forward/reading';

/** Everything a hover tells of one step of the text. */
export async function summarizeStep(reading: Reading, step: number, pace: Pace): Promise<StepSummary> {
  const token = reading.tokens[step];
  if (!token)
    throw new InspectorError('out-of-range', `There is no step ${step} in this text of ${reading.steps} steps.`);
  const ofText = reading.directions.filter(({ steps }) => steps === reading.steps);
  for (const direction of ofText) await reading.prepare(direction, [step, step + 1], pace);
  const layers = ofText.map((direction) => summarizeLayer(direction, step));
  const [surprise] = await trackSurprise(reading, [step, step + 1], pace);
  const predictions = predictionsAt(reading, step);
  return {
    step,
    token,
    layers,
    outputKind: outputKindOf(reading.model),
    ...(surprise !== undefined && !Number.isNaN(surprise) && { surprise }),
    ...(predictions && { predictions }),
  };
}

function summarizeLayer(direction: DirectionReading, step: number): StepSummary['layers'][number] {
  const names = direction.fieldNames;
  const values = direction.fields(names, step, step + 1);
  const normOf = (field: string): number | undefined => {
    const found = values[names.findIndex((name) => name === field)];
    return found && euclideanNorm(found);
  };
  const normC = normOf('c');
  return {
    shape: direction.shape,
    fields: names.map((name, k) => describeField(name, values[k] as Float32Array)),
    normH: normOf('h') ?? 0,
    ...(normC !== undefined && { normC }),
  };
}
