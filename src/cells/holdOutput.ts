import { type CellWeights } from './cellWeights';

/** A unit of h at a value. */
export interface HeldOutput {
  readonly unit: number;
  readonly value: number;
}

/**
 * Weights with which a cell reads on as if some units of the h before each step were at values, whatever they are: what
 * they add to every sum, value times row of the recurrent kernel, is in the bias, and their rows are zero. Null where
 * no bias can say it: a GRU whose reset gate multiplies h before the product.
 */
export function holdOutput(weights: CellWeights, held: readonly HeldOutput[]): CellWeights | null {
  if (weights.cell === 'gru' && weights.resetAfter !== true && held.some(({ value }) => value !== 0)) return null;
  const width = weights.bias.length;
  const recurrentKernel = weights.recurrentKernel.slice();
  const bias = Float64Array.from(weights.recurrentBias ?? weights.bias);
  for (const { unit, value } of held) {
    const row = recurrentKernel.subarray(unit * width, (unit + 1) * width);
    if (value !== 0) row.forEach((weight, k) => (bias[k] = (bias[k] as number) + value * weight));
    row.fill(0);
  }
  const folded = Float32Array.from(bias);
  return { ...weights, recurrentKernel, ...(weights.recurrentBias ? { recurrentBias: folded } : { bias: folded }) };
}
