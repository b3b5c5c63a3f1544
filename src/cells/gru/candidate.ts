import { addRows } from '../cellSums';
import { type CellWeights } from '../cellWeights';

/** U_n h + b_n of a GRU whose reset gate comes after the product; [H] into `into`. */
export function candidateProduct(weights: CellWeights, h: Float64Array, into: Float64Array): void {
  const H = weights.units;
  if (weights.recurrentBias === undefined) into.fill(0);
  else for (let j = 0; j < H; j++) into[j] = weights.recurrentBias[2 * H + j] as number;
  addRows(into, h, weights.recurrentKernel, { width: 3 * H, from: 2 * H, count: H });
}

/**
 * Adds to the candidate's sum what comes through the reset gate: (r h) U_n, or r (h U_n + b_n) with the reset after the
 * product.
 */
export function addThroughReset(
  n: Float64Array,
  weights: CellWeights,
  { h, r, scratch }: { readonly h: Float64Array; readonly r: Float64Array; readonly scratch: Float64Array },
): void {
  const H = weights.units;
  if (weights.resetAfter === true) {
    candidateProduct(weights, h, scratch);
    for (let j = 0; j < H; j++) n[j] = (n[j] as number) + (r[j] as number) * (scratch[j] as number);
    return;
  }
  for (let j = 0; j < H; j++) scratch[j] = (r[j] as number) * (h[j] as number);
  addRows(n, scratch, weights.recurrentKernel, { width: 3 * H, from: 2 * H, count: H });
}
