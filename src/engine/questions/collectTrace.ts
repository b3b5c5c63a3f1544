import { InspectorError } from '../../base/errors';
import { outputKindOf } from '../../network/outputKind';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace } from '../forward/pace';
import { type Reading } from '../forward/reading';
import { type SequenceNode } from '../../network/sequenceNode';
import { arrayKey, type NumericArray } from '../../trace/reading/trace';
import { type TraceFile } from '../../trace/files/traceFile';

/** Most numbers that one file may hold: 1.6 GB as .npz; JSON takes up to ten times the room. */
export const mostNumbers = { npz: 400e6, json: 30e6 } as const;

/** Rows that are computed between two breaths. */
const rowsAtOnce = 1024;

/** Every gate and state, what enters each layer (`x`), and the model's answers; refuses what no file could hold. */
export async function collectTrace(reading: Reading, format: 'npz' | 'json', pace: Pace): Promise<TraceFile> {
  checkSize(reading, format);
  const arrays: Record<string, NumericArray> = {};
  for (const direction of reading.directions) {
    for (const [field, array] of await collectFields(direction, pace)) arrays[arrayKey(direction.shape, field)] = array;
    arrays[arrayKey(direction.shape, 'x')] = await collectRows(direction.input, pace);
  }
  const { output: last, overTime } = reading.chain;
  const outputOverTime = overTime && (await collectRows(overTime, pace));
  const output = last !== null && last === overTime ? outputOverTime : await collectOutput(reading, pace);
  return {
    ...tokensForFile(reading, 0),
    arrays,
    ...(output && { output }),
    ...(outputOverTime && { outputOverTime }),
    about: {
      model: reading.model.name,
      path: reading.path,
      outputKind: outputKindOf(reading.model),
      notes: reading.notes,
    },
  };
}

/** The tokens as they were given, and from a step on which of them each step covers. */
export function tokensForFile({ input, spans }: Reading, from: number): Pick<TraceFile, 'tokens' | 'stepTokens'> {
  if (spans === null) return { tokens: from === 0 ? input.tokens : input.tokens.slice(from) };
  const stepTokens = new Int32Array(2 * (spans.from.length - from));
  for (let t = from; t < spans.from.length; t++)
    stepTokens.set([spans.from[t] as number, spans.to[t] as number], 2 * (t - from));
  return { tokens: input.tokens, stepTokens };
}

/** All fields in one pass, so that what no longer fits the cache is computed again only once. */
async function collectFields(
  direction: DirectionReading,
  pace: Pace,
): Promise<readonly (readonly [string, NumericArray])[]> {
  const { steps, fieldNames } = direction;
  const arrays = fieldNames.map(
    (field) =>
      [
        field,
        { data: new Float32Array(steps * direction.widthOf(field)), shape: [steps, direction.widthOf(field)] },
      ] as const,
  );
  for (let from = 0; from < steps; from += rowsAtOnce) {
    const to = Math.min(from + rowsAtOnce, steps);
    direction.fields(fieldNames, from, to).forEach((values, k) => {
      const [field, { data }] = arrays[k] as (typeof arrays)[number];
      data.set(values, from * direction.widthOf(field));
    });
    await pace.breathe();
  }
  return arrays;
}

/** {@link Reading.output} in slices. */
export async function collectOutput(
  { chain: { output, overTime } }: Reading,
  pace: Pace,
): Promise<NumericArray | null> {
  if (!output) return null;
  const { data, shape } = await collectRows(output, pace);
  return { data, shape: output.steps === 1 && output !== overTime ? [output.width] : shape };
}

/** All rows of a sequence, [steps, width]. */
export async function collectRows(
  { steps, width, rows }: Pick<SequenceNode, 'steps' | 'width' | 'rows'>,
  pace: Pace,
): Promise<NumericArray> {
  const data = new Float32Array(steps * width);
  for (let from = 0; from < steps; from += rowsAtOnce) {
    const to = Math.min(from + rowsAtOnce, steps);
    data.set(rows(from, to), from * width);
    await pace.breathe();
  }
  return { data, shape: [steps, width] };
}

function checkSize(reading: Reading, format: 'npz' | 'json'): void {
  const layers = reading.directions.reduce(
    (sum, direction) =>
      sum +
      direction.steps *
        (direction.input.width + direction.fieldNames.reduce((width, field) => width + direction.widthOf(field), 0)),
    0,
  );
  const { output, overTime } = reading.chain;
  const numbers =
    layers + (output?.steps ?? 0) * (output?.width ?? 0) + (overTime?.steps ?? 0) * (overTime?.width ?? 0);
  if (numbers <= mostNumbers[format]) return;
  const other =
    format === 'json' && numbers <= mostNumbers.npz
      ? 'write .npz instead, or give a shorter text'
      : 'give a shorter text';
  throw new InspectorError(
    'input-too-long',
    `The trace has ${Math.round(numbers / 1e6)} million numbers; a .${format} file takes at most ${mostNumbers[format] / 1e6} million: ${other}.`,
  );
}
