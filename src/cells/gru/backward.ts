import {
  clearHeldGates,
  clearMarked,
  createGateSlope,
  type CreateCellBackward,
  type GateSlope,
  type GradientBatch,
  type KeptValues,
  readState,
  readSlope,
} from '../backwardCell';
import { type CompleteSums, createPreActivations, type PreActivations } from '../backwardPreActivation';
import { type RowProduct } from '../backwardProduct';
import { addThroughReset, candidateProduct } from './candidate';

/**
 * Backward step of a GRU (Cho et al. 2014): h = z h(t-1) + (1 - z) n
 *   dz = dh (h(t-1) - n),  dn = dh (1 - z),  da_n = dn n'
 * Reset before the product, n = act(x W + b + (r h(t-1)) U_n):
 *   q = da_n U_n^T,  dr = q h(t-1),  dh(t-1) = dh z + q r + (da_z, da_r) U^T
 * Reset after it (cuDNN, PyTorch, Keras reset_after), n = act(x W + b + r (h(t-1) U_n + b_r)):
 *   dr = da_n (h(t-1) U_n + b_r),  dh(t-1) = dh z + (da_z, da_r, da_n r) U^T
 */
export const createGruBackward: CreateCellBackward = (kept, capacity, product) => {
  const step = createStep(kept, capacity);
  return {
    enter: (t, previous) => enterStep(step, t, previous),
    toGates: (batch) => toGates(step, batch, product),
    toPrevious: (batch) => toPrevious(step, batch, product),
  };
};

interface GruStep {
  readonly kept: KeptValues;
  readonly preActivations: PreActivations | null;
  readonly z: Float64Array;
  readonly r: Float64Array;
  readonly n: Float64Array;
  readonly before: Float64Array;
  /** z, and 0 where h is held. */
  readonly carry: Float64Array;
  /** h(t-1) U_n + b_r, with the reset gate after the product. */
  readonly inner: Float64Array;
  readonly slopes: readonly [GateSlope, GateSlope, GateSlope];
  /** da_z = dh * factor, da_r = (da_n or q) * factor, da_n = dh * factor */
  readonly factors: readonly [Float64Array, Float64Array, Float64Array];
  /** [B, H]: q, or da_n r. */
  readonly through: Float64Array;
}

function createStep(kept: KeptValues, capacity: number): GruStep {
  const { weights } = kept;
  const H = weights.units;
  const row = (): Float64Array => new Float64Array(H);
  const gate = weights.recurrentActivation;
  return {
    kept,
    preActivations: createPreActivations(kept, { recurrent: 2 * H, complete: throughReset(kept) }),
    z: row(),
    r: row(),
    n: row(),
    before: row(),
    carry: row(),
    inner: row(),
    slopes: [createGateSlope(gate, H), createGateSlope(gate, H), createGateSlope(weights.activation, H)],
    factors: [row(), row(), row()],
    through: new Float64Array(capacity * H),
  };
}

function throughReset(kept: KeptValues): CompleteSums {
  const H = kept.weights.units;
  const [r, scratch] = [new Float64Array(H), new Float64Array(H)];
  return (a, { t, h }) => {
    kept.row('r', t, r);
    addThroughReset(a.subarray(2 * H), kept.weights, { h, r, scratch });
  };
}

function enterStep(step: GruStep, t: number, previous: number): void {
  const { kept, z, r, n, before, inner, slopes } = step;
  kept.row('z', t, z);
  kept.row('r', t, r);
  kept.row('n', t, n);
  readState(kept, 'h', { t, previous }, before);
  const isAfter = kept.weights.resetAfter === true;
  if (isAfter) candidateProduct(kept.weights, before, inner);
  const a = step.preActivations?.at(t, previous) ?? null;
  [z, r, n].forEach((values, block) => readSlope(slopes[block] as GateSlope, values, a, block));
  const [toZ, toR, toN] = step.factors;
  for (let j = 0; j < z.length; j++) {
    toZ[j] = ((before[j] as number) - (n[j] as number)) * (slopes[0].slope[j] as number);
    toR[j] = ((isAfter ? inner : before)[j] as number) * (slopes[1].slope[j] as number);
    toN[j] = (1 - (z[j] as number)) * (slopes[2].slope[j] as number);
  }
  step.preActivations?.maskClipped(step.factors);
  step.carry.set(z);
  const held = kept.edits?.heldAt(t);
  if (!held) return;
  clearHeldGates(step.factors, slopes, [held.z, held.r, held.n]);
  for (const row of [toZ, toN, step.carry]) clearMarked(row, held.h);
}

function toGates(step: GruStep, batch: GradientBatch, product: RowProduct): void {
  const { weights } = step.kept;
  const H = weights.units;
  const { states, da, rows } = batch;
  const dh = states.h;
  const [toZ, toR, toN] = step.factors;
  for (let row = 0; row < rows; row++) {
    const gates = 3 * row * H;
    for (let j = 0; j < H; j++) {
      da[gates + j] = (dh[row * H + j] as number) * (toZ[j] as number);
      da[gates + 2 * H + j] = (dh[row * H + j] as number) * (toN[j] as number);
    }
    step.slopes[0].finish?.(da, gates);
    step.slopes[2].finish?.(da, gates + 2 * H);
  }
  const isAfter = weights.resetAfter === true;
  if (!isAfter) throughCandidate(step, batch, product);
  for (let row = 0; row < rows; row++) {
    const gates = 3 * row * H;
    for (let j = 0; j < H; j++) {
      const source = isAfter ? (da[gates + 2 * H + j] as number) : (step.through[row * H + j] as number);
      da[gates + H + j] = source * (toR[j] as number);
    }
    step.slopes[1].finish?.(da, gates + H);
  }
}

/** through = da_n U_n^T */
function throughCandidate(step: GruStep, { da, rows }: GradientBatch, product: RowProduct): void {
  const H = step.kept.weights.units;
  const candidate = { data: step.kept.weights.recurrentKernel, offset: 2 * H, stride: 3 * H };
  const size = { rows, columns: H, depth: H, add: false };
  product({ data: da, offset: 2 * H, stride: 3 * H }, candidate, { data: step.through, offset: 0, stride: H }, size);
}

function toPrevious(step: GruStep, batch: GradientBatch, product: RowProduct): void {
  const { weights } = step.kept;
  const H = weights.units;
  const { states, da, rows } = batch;
  const dh = states.h;
  const { through, carry, r } = step;
  const isAfter = weights.resetAfter === true;
  for (let row = 0; row < rows; row++) {
    for (let j = 0, at = row * H; j < H; j++, at++) {
      const direct = (dh[at] as number) * (carry[j] as number);
      if (isAfter) through[at] = (da[3 * row * H + 2 * H + j] as number) * (r[j] as number);
      dh[at] = isAfter ? direct : direct + (through[at] as number) * (r[j] as number);
    }
  }
  const to = { data: dh, offset: 0, stride: H };
  const gates = { data: weights.recurrentKernel, offset: 0, stride: 3 * H };
  product({ data: da, offset: 0, stride: 3 * H }, gates, to, { rows, columns: H, depth: 2 * H, add: true });
  if (!isAfter) return;
  const candidate = { data: weights.recurrentKernel, offset: 2 * H, stride: 3 * H };
  product({ data: through, offset: 0, stride: H }, candidate, to, { rows, columns: H, depth: H, add: true });
}
