import { InspectorError } from '../../base/errors';
import { type ReadInput } from '../forward/readInput';

/**
 * A text made of some tokens of another, each at most once, in this order. Throws an InspectorError where none is left
 * or a step is none of the text.
 */
export function pickTokens(input: ReadInput, steps: readonly number[]): ReadInput {
  const { tokens, ids, values } = input;
  if (steps.length === 0)
    throw new InspectorError('empty-input', 'No token is left to read; put one back into the text.');
  if (new Set(steps).size < steps.length || steps.some((step) => tokens[step] === undefined))
    throw new InspectorError('out-of-range', `The text has tokens 0 to ${tokens.length - 1}; name each at most once.`);
  return {
    tokens: steps.map((step) => tokens[step] as ReadInput['tokens'][number]),
    ...(ids !== undefined && { ids: Int32Array.from(steps, (step) => ids[step] as number) }),
    ...(values !== undefined && { values: { ...values, data: pickRows(values, steps) } }),
    notes: input.notes,
  };
}

function pickRows({ data, width }: NonNullable<ReadInput['values']>, steps: readonly number[]): Float32Array {
  const picked = new Float32Array(steps.length * width);
  steps.forEach((step, k) => picked.set(data.subarray(step * width, (step + 1) * width), k * width));
  return picked;
}
