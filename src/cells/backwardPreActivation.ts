import { type Activation, type CellWeights } from './cellWeights';
import { type KeptValues, outputWidthOf, readState } from './backwardCell';
import { slopeNeedsInput } from './scalarActivation';

/** The sums before the gates' activations, computed again for one step at a time. */
export interface PreActivations {
  /** [G H] at step t, before clipping; `previous` is the step read before it or -1. */
  at(t: number, previous: number): Float64Array;
  /** Sets the factors of gates whose sum was clipped to 0: the clip's derivative. One row of H a gate. */
  maskClipped(factors: readonly Float64Array[]): void;
}

/** Null where the outputs kept in a trace determine every derivative, which is the usual case. */
export function createPreActivations(kept: KeptValues): PreActivations | null {
  const { weights } = kept;
  const needed: readonly Activation[] = [weights.activation, weights.recurrentActivation];
  if (weights.clip === undefined && !needed.some(slopeNeedsInput)) return null;
  if (kept.input === undefined)
    throw new Error('This cell clips or has an activation like GELU: its input must be at hand.');
  const a = new Float64Array(weights.bias.length);
  const x = new Float64Array(weights.inputWidth);
  const h = new Float64Array(outputWidthOf(weights));
  const readInput = kept.input;
  return {
    at: (t, previous) => {
      readInput(t, x);
      readState(kept, 'h', previous, h);
      sumInto(a, weights, { x, h });
      if (weights.cell === 'gru') addCandidate(a, kept, { t, h });
      if (weights.peepholes !== undefined) addPeepholes(a, kept, { t, previous });
      return a;
    },
    maskClipped: (factors) => {
      const { clip, units } = weights;
      if (clip === undefined) return;
      factors.forEach((row, block) => {
        for (let j = 0; j < units; j++) if (Math.abs(a[block * units + j] as number) > clip) row[j] = 0;
      });
    },
  };
}

/** a = b + x W + h U; a GRU's candidate gets only b + x W. */
function sumInto(a: Float64Array, weights: CellWeights, { x, h }: { x: Float64Array; h: Float64Array }): void {
  const width = a.length;
  const recurrentWidth = weights.cell === 'gru' ? 2 * weights.units : width;
  a.set(weights.bias);
  addRows(a, x, weights.kernel, { width, from: 0, count: width });
  addRows(a, h, weights.recurrentKernel, { width, from: 0, count: recurrentWidth });
  const { recurrentBias } = weights;
  if (recurrentBias !== undefined)
    for (let k = 0; k < recurrentWidth; k++) a[k] = (a[k] as number) + (recurrentBias[k] as number);
}

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

/** U_n h + b_n of a GRU whose reset gate comes after the product; [H] into `into`. */
export function candidateProduct(weights: CellWeights, h: Float64Array, into: Float64Array): void {
  const H = weights.units;
  if (weights.recurrentBias === undefined) into.fill(0);
  else for (let j = 0; j < H; j++) into[j] = weights.recurrentBias[2 * H + j] as number;
  addRows(into, h, weights.recurrentKernel, { width: 3 * H, from: 2 * H, count: H });
}

function addCandidate(a: Float64Array, kept: KeptValues, { t, h }: { t: number; h: Float64Array }): void {
  const { weights } = kept;
  const H = weights.units;
  const r = new Float64Array(H);
  const inner = new Float64Array(H);
  kept.row('r', t, r);
  if (weights.resetAfter === true) {
    candidateProduct(weights, h, inner);
    for (let j = 0; j < H; j++) a[2 * H + j] = (a[2 * H + j] as number) + (r[j] as number) * (inner[j] as number);
    return;
  }
  for (let j = 0; j < H; j++) r[j] = (r[j] as number) * (h[j] as number);
  addRows(inner, r, weights.recurrentKernel, { width: 3 * H, from: 2 * H, count: H });
  for (let j = 0; j < H; j++) a[2 * H + j] = (a[2 * H + j] as number) + (inner[j] as number);
}

function addPeepholes(a: Float64Array, kept: KeptValues, { t, previous }: { t: number; previous: number }): void {
  const { weights } = kept;
  const H = weights.units;
  const p = weights.peepholes as Float32Array;
  const before = new Float64Array(H);
  const c = new Float64Array(H);
  readState(kept, 'c', previous, before);
  kept.row('c', t, c);
  for (let j = 0; j < H; j++) {
    a[j] = (a[j] as number) + (p[j] as number) * (before[j] as number);
    a[H + j] = (a[H + j] as number) + (p[H + j] as number) * (before[j] as number);
    a[3 * H + j] = (a[3 * H + j] as number) + (p[2 * H + j] as number) * (c[j] as number);
  }
}
