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
import { outputWidthOf } from '../initialStates';
import { activateBlock } from '../scalarActivation';

/**
 * Backward step of an LSTM (Gers et al. 2000; with peepholes Gers and Schmidhuber 2000, projection Sak et al. 2014):
 *   c(t) = f c(t-1) + i g,  m = o act(c),  h = m (or m R)
 *   dm = dh (or dh R^T),  da_o = dm act(c) o',  dc += dm o act'(c) + p_o da_o
 *   da_i = dc g i',  da_f = dc c(t-1) f',  da_g = dc i g'
 *   dc(t-1) = dc f + p_i da_i + p_f da_f,  dh(t-1) = da U^T
 * With f = 1 - i (ONNX input_forget): da_i = dc (g - c(t-1)) i', da_f = 0.
 */
export const createLstmBackward: CreateCellBackward = (kept, capacity, product) => {
  const step = createStep(kept, capacity);
  return {
    enter: (t, previous) => enterStep(step, t, previous),
    toGates: (batch) => toGates(step, batch, product),
    toPrevious: (batch) => toPrevious(step, batch, product),
  };
};

/** Everything of one step that all rows share; each row [H]. */
interface LstmStep {
  readonly kept: KeptValues;
  readonly preActivations: PreActivations | null;
  readonly i: Float64Array;
  readonly f: Float64Array;
  readonly g: Float64Array;
  readonly o: Float64Array;
  readonly c: Float64Array;
  readonly before: Float64Array;
  readonly activated: Float64Array;
  readonly slopes: readonly [GateSlope, GateSlope, GateSlope, GateSlope];
  readonly stateSlope: GateSlope;
  /** da of i, f, g = dc * factor, of o = dm * factor. */
  readonly factors: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  /** dc += dm * fromOutput */
  readonly fromOutput: Float64Array;
  /** What of dc goes on to c(t-1): f (1 - i where coupled), and 0 where c is held. */
  readonly carry: Float64Array;
  /** [B, H] where there is a projection. */
  readonly dm: Float64Array | null;
  /** [B, P] dh without what is held, where something may be. */
  readonly freeHidden: Float64Array | null;
  /** Units of h held at this step. */
  heldHidden: Uint8Array | null;
  readonly scratch: Float64Array;
}

function createStep(kept: KeptValues, capacity: number): LstmStep {
  const { weights } = kept;
  const H = weights.units;
  const row = (): Float64Array => new Float64Array(H);
  const slope = (activation: typeof weights.activation): GateSlope => createGateSlope(activation, H);
  const gate = weights.recurrentActivation;
  return {
    kept,
    preActivations: createPreActivations(kept, {
      recurrent: 4 * H,
      ...(weights.peepholes !== undefined && { complete: throughPeepholes(kept, weights.peepholes) }),
    }),
    i: row(),
    f: row(),
    g: row(),
    o: row(),
    c: row(),
    before: row(),
    activated: row(),
    slopes: [slope(gate), slope(gate), slope(weights.activation), slope(gate)],
    stateSlope: slope(weights.outputActivation ?? weights.activation),
    factors: [row(), row(), row(), row()],
    fromOutput: row(),
    carry: row(),
    dm: weights.projection === undefined ? null : new Float64Array(capacity * H),
    freeHidden: kept.edits === undefined ? null : new Float64Array(capacity * outputWidthOf(weights)),
    heldHidden: null,
    scratch: row(),
  };
}

function throughPeepholes(kept: KeptValues, p: Float32Array): CompleteSums {
  const H = kept.weights.units;
  const [before, c] = [new Float64Array(H), new Float64Array(H)];
  return (a, { t, previous }) => {
    readState(kept, 'c', { t, previous }, before);
    kept.row('c', t, c);
    for (let j = 0; j < H; j++) {
      a[j] = (a[j] as number) + (p[j] as number) * (before[j] as number);
      a[H + j] = (a[H + j] as number) + (p[H + j] as number) * (before[j] as number);
      a[3 * H + j] = (a[3 * H + j] as number) + (p[2 * H + j] as number) * (c[j] as number);
    }
  };
}

function enterStep(step: LstmStep, t: number, previous: number): void {
  const { kept, i, f, g, o, c, before, activated, slopes, stateSlope } = step;
  const { weights } = kept;
  kept.row('i', t, i);
  kept.row('f', t, f);
  kept.row('g', t, g);
  kept.row('o', t, o);
  kept.row('c', t, c);
  readState(kept, 'c', { t, previous }, before);
  activated.set(c);
  activateBlock(weights.outputActivation ?? weights.activation, activated, 0, c.length);
  stateSlope.read(stateSlope.fromInput ? c : activated);
  const a = step.preActivations?.at(t, previous) ?? null;
  [i, f, g, o].forEach((values, block) => readSlope(slopes[block] as GateSlope, values, a, block));
  computeFactors(step);
  step.preActivations?.maskClipped(step.factors);
  leaveOutHeld(step, t);
}

/** What is held hands nothing back: gates and c by their factors, h by what {@link outputGradient} takes from it. */
function leaveOutHeld(step: LstmStep, t: number): void {
  const { kept, carry, i, f, slopes } = step;
  const isCoupled = kept.weights.inputForget === true;
  for (let j = 0; j < carry.length; j++) carry[j] = isCoupled ? 1 - (i[j] as number) : (f[j] as number);
  const held = kept.edits?.heldAt(t) ?? null;
  step.heldHidden = held?.h ?? null;
  if (held === null) return;
  clearHeldGates(step.factors, slopes, [held.i, held.f, held.g, held.o]);
  const [toI, toF, toG] = step.factors;
  for (const row of [toI, toF, toG, carry]) clearMarked(row, held.c);
}

function computeFactors(step: LstmStep): void {
  const { i, g, o, before, activated, fromOutput, stateSlope } = step;
  const [toI, toF, toG, toO] = step.factors;
  const [slopeI, slopeF, slopeG, slopeO] = step.slopes.map((gate) => gate.slope) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const isCoupled = step.kept.weights.inputForget === true;
  for (let j = 0; j < i.length; j++) {
    const c = before[j] as number;
    toI[j] = ((g[j] as number) - (isCoupled ? c : 0)) * (slopeI[j] as number);
    toF[j] = isCoupled ? 0 : c * (slopeF[j] as number);
    toG[j] = (i[j] as number) * (slopeG[j] as number);
    toO[j] = (activated[j] as number) * (slopeO[j] as number);
    fromOutput[j] = (o[j] as number) * (stateSlope.slope[j] as number);
  }
}

function toGates(step: LstmStep, batch: GradientBatch, product: RowProduct): void {
  const { weights } = step.kept;
  const H = weights.units;
  const { da } = batch;
  const dc = batch.states.c as Float64Array;
  const dm = outputGradient(step, batch, product);
  const { fromOutput } = step;
  const [toI, toF, toG, toO] = step.factors;
  const peephole = weights.peepholes;
  for (let r = 0; r < batch.rows; r++) {
    const at = r * H;
    const gates = 4 * at;
    if (step.stateSlope.finish !== null) addThroughSoftmax(step, batch, { dm, at });
    for (let j = 0; j < H; j++) {
      const dmj = dm[at + j] as number;
      const dao = dmj * (toO[j] as number);
      const own =
        step.stateSlope.finish === null
          ? (dc[at + j] as number) + dmj * (fromOutput[j] as number)
          : (dc[at + j] as number);
      const dcj = peephole === undefined ? own : own + dao * (peephole[2 * H + j] as number);
      dc[at + j] = dcj;
      da[gates + j] = dcj * (toI[j] as number);
      da[gates + H + j] = dcj * (toF[j] as number);
      da[gates + 2 * H + j] = dcj * (toG[j] as number);
      da[gates + 3 * H + j] = dao;
    }
    for (let block = 0; block < 4; block++) step.slopes[block]?.finish?.(da, gates + block * H);
  }
}

/** dm: dL/d(o act(c)), which is dh unless there is a projection. */
function outputGradient(step: LstmStep, batch: GradientBatch, product: RowProduct): Float64Array {
  const { projection, units } = step.kept.weights;
  const dh = freeHiddenOf(step, batch);
  if (step.dm === null || projection === undefined) return dh;
  const P = outputWidthOf(step.kept.weights);
  const size = { rows: batch.rows, columns: units, depth: P, add: false };
  product(
    { data: dh, offset: 0, stride: P },
    { data: projection, offset: 0, stride: P },
    { data: step.dm, offset: 0, stride: units },
    size,
  );
  return step.dm;
}

/** dh, with 0 where h is held. */
function freeHiddenOf({ heldHidden, freeHidden }: LstmStep, { states: { h }, rows }: GradientBatch): Float64Array {
  if (heldHidden === null || freeHidden === null) return h;
  freeHidden.set(h);
  const P = heldHidden.length;
  for (let r = 0; r < rows; r++) clearMarked(freeHidden.subarray(r * P, (r + 1) * P), heldHidden);
  return freeHidden;
}

/** dc += J (dm o) where act is softmax over the units (a Keras layer with activation softmax). */
function addThroughSoftmax(step: LstmStep, batch: GradientBatch, { dm, at }: { dm: Float64Array; at: number }): void {
  const { scratch, o } = step;
  const dc = batch.states.c as Float64Array;
  for (let j = 0; j < o.length; j++) scratch[j] = (dm[at + j] as number) * (o[j] as number);
  step.stateSlope.finish?.(scratch, 0);
  for (let j = 0; j < o.length; j++) dc[at + j] = (dc[at + j] as number) + (scratch[j] as number);
}

function toPrevious(step: LstmStep, batch: GradientBatch, product: RowProduct): void {
  const { weights } = step.kept;
  const { da, rows } = batch;
  const dc = batch.states.c as Float64Array;
  const H = weights.units;
  const p = weights.peepholes;
  for (let r = 0; r < rows; r++) {
    const at = r * H;
    const gates = 4 * at;
    for (let j = 0; j < H; j++) {
      const carried = (dc[at + j] as number) * (step.carry[j] as number);
      const peeped =
        p === undefined
          ? 0
          : (p[j] as number) * (da[gates + j] as number) + (p[H + j] as number) * (da[gates + H + j] as number);
      dc[at + j] = carried + peeped;
    }
  }
  const P = outputWidthOf(weights);
  const recurrent = { data: weights.recurrentKernel, offset: 0, stride: 4 * H };
  const size = { rows, columns: P, depth: 4 * H, add: false };
  product({ data: da, offset: 0, stride: 4 * H }, recurrent, { data: batch.states.h, offset: 0, stride: P }, size);
}
