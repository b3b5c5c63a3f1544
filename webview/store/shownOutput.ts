import { type ModelSummary, type Prediction } from '../../src/protocol/summaries';
import { isShownAsProbability } from '../../src/trace/reading/outputKind';
import { type PredictionTrack } from '../../src/trace/reading/predictionTrack';
import { say } from '../theme/strings';
import { formatValue } from '../views/fieldNames';

/** The ends of the axis on which outputs are drawn. */
export interface OutputRange {
  readonly low: number;
  readonly high: number;
}

/** Whether a model's outputs are drawn and written as probabilities. */
export function showsProbabilities(model: ModelSummary | null): boolean {
  return isShownAsProbability(model?.outputKind);
}

/** An output as it is written: a probability in percent, a number as it is. */
export function showOutput(model: ModelSummary | null, value: number): string {
  if (!showsProbabilities(model)) return formatValue(value);
  return value > 0 && value < 0.005 ? '<1 %' : `${(100 * value).toFixed(0)} %`;
}

/** What a regression's output is called: the name that its settings give, else "output 0". */
export function nameOfNumber(model: ModelSummary | null, { name, index }: Prediction): string {
  return model?.labels?.[index] === undefined ? say('output {0}', name) : name;
}

const ranges = new WeakMap<PredictionTrack, OutputRange>();

/** From 0 to 1 for probabilities; for numbers from the smallest to the largest in the track, never empty. */
export function rangeOfOutputs(model: ModelSummary | null, track: PredictionTrack): OutputRange {
  if (showsProbabilities(model)) return { low: 0, high: 1 };
  const range = ranges.get(track) ?? extremesOf(track.probabilities);
  ranges.set(track, range);
  return range;
}

function extremesOf(values: Float32Array): OutputRange {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low < high) return { low, high };
  return low === high ? { low: low - 0.5, high: high + 0.5 } : { low: 0, high: 1 };
}

/** Where a value lies on the axis, in [0, 1]; NaN stays NaN. */
export function placeInRange({ low, high }: OutputRange, value: number): number {
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}
