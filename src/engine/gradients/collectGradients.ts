import { InspectorError } from '../../base/errors';
import { type GradientNorms, type LossChoice } from '../../trace/reading/gradients';
import { type TraceFile } from '../../trace/files/traceFile';
import { collectOutput, mostNumbers, tokensForFile } from '../questions/collectTrace';
import { computeGradients, toFloat32Arrays } from './gradients';
import { sourceOfReading } from './gradientsReading';
import { type GradientSource } from './gradientsSource';
import { type Pace, runPaced } from '../forward/pace';
import { type Reading } from '../forward/reading';

/** What is to be written of the gradients of a loss. */
export interface GradientFileOrder {
  readonly loss: LossChoice;
  /** The first step; 0 for all. */
  readonly from: number;
  readonly format: 'npz' | 'json';
}

/**
 * The gradients of a loss from a step on with its value as a file, and their norms; refuses what no file could hold.
 */
export async function collectGradients(
  reading: Reading,
  { loss, from, format }: GradientFileOrder,
  pace: Pace,
): Promise<{ readonly file: TraceFile; readonly norms: GradientNorms }> {
  const source = sourceOfReading(reading);
  checkSize(source, from, format);
  await reading.compute(pace);
  const result = await runPaced(computeGradients(source, { loss, from, keepsArrays: true }), pace);
  const { norms } = result;
  const output = await collectOutput(reading, pace);
  const file = {
    ...tokensForFile(reading, from),
    arrays: Object.fromEntries(await runPaced(toFloat32Arrays(result, from), pace)),
    ...(output && { output }),
    loss: norms.lossValue,
    about: {
      model: reading.model.name,
      loss: norms.lossName,
      lossSteps: norms.lossSteps.map(String),
      notes: [...reading.notes, ...norms.notes],
    },
  };
  return { file, norms };
}

function checkSize({ layers }: GradientSource, from: number, format: 'npz' | 'json'): void {
  const numbers = layers.reduce(
    (sum, { steps, weights }) => sum + (steps - from) * (3 * weights.units + weights.inputWidth + weights.bias.length),
    0,
  );
  if (numbers <= mostNumbers[format]) return;
  throw new InspectorError(
    'input-too-long',
    `The gradients have ${Math.round(numbers / 1e6)} million numbers; a .${format} file takes at most ${mostNumbers[format] / 1e6} million: give a shorter text, or a later first step${format === 'json' && numbers <= mostNumbers.npz ? ', or write .npz' : ''}.`,
  );
}
