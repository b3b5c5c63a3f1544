import { type CellWeights } from './cellWeights';

/** into[k] += sum over j of vector[j] * matrix[j, from + k], k < count, matrix [J, width]. */
export function addRows(
  into: Float64Array,
  vector: Float64Array,
  matrix: Float32Array,
  block: { readonly width: number; readonly from: number; readonly count: number },
): void {
  for (let j = 0; j < vector.length; j++) {
    const x = vector[j] as number;
    if (x === 0) continue;
    const at = j * block.width + block.from;
    for (let k = 0; k < block.count; k++) into[k] = (into[k] as number) + x * (matrix[at + k] as number);
  }
}

/**
 * What the sums before the gates are made of: x(t) [D] and h(t - 1) [P], which reaches the first `recurrent` of them
 * directly.
 */
export interface SumSources {
  readonly x: Float64Array;
  readonly h: Float64Array;
  readonly recurrent: number;
}

/** a = b + x W + h U, [G H]. */
export function sumGates(a: Float64Array, weights: CellWeights, { x, h, recurrent }: SumSources): void {
  const width = a.length;
  a.set(weights.bias);
  addRows(a, x, weights.kernel, { width, from: 0, count: width });
  addRows(a, h, weights.recurrentKernel, { width, from: 0, count: recurrent });
  const { recurrentBias } = weights;
  if (recurrentBias !== undefined)
    for (let k = 0; k < recurrent; k++) a[k] = (a[k] as number) + (recurrentBias[k] as number);
}
