import { type Field, fieldsOf } from '../trace/reading/cellKind';
import { outputWidthOf } from './backwardCell';
import { addRows, candidateProduct } from './backwardPreActivation';
import { type CellWeights } from './cellWeights';
import { activateBlock } from './scalarActivation';

/**
 * Called with the sums before the gates, the cell state and the hidden state of step t as they come about; may add to them.
 * What is added to a GRU's `a` reaches the candidate whole, also where its sum is not complete yet.
 */
export type ForwardProbe = (what: 'a' | 'c' | 'h', t: number, values: Float64Array) => void;

export interface ScalarForwardOptions {
  readonly steps: number;
  /** Writes x(t), D numbers. */
  readonly input: (t: number, into: Float64Array) => void;
  readonly reversed?: boolean;
  /** 0 where a step is padding: the state passes through. */
  readonly mask?: Uint8Array;
  readonly probe?: ForwardProbe;
}

/** Every field of a layer and direction in float64, in text order, each [T, H] (`h` [T, P]). */
export type ScalarFields = Partial<Record<Field, Float64Array>>;

/**
 * The forward pass of one cell in float64, a plain loop: the reference against which gradients are checked, and the source of the
 * decay curves of untrained cells, whose float32 gates would round away small derivatives.
 */
export function* scalarForward(weights: CellWeights, options: ScalarForwardOptions): Generator<number, ScalarFields> {
  const { steps: T, reversed } = options;
  const { units: H } = weights;
  const fields: ScalarFields = {};
  for (const field of fieldsOf(weights.cell))
    fields[field] = new Float64Array(T * (field === 'h' ? outputWidthOf(weights) : H));
  const state = createState(weights);
  for (let done = 0; done < T; done++) {
    const t = reversed === true ? T - 1 - done : done;
    if (options.mask?.[t] !== 0) {
      options.input(t, state.x);
      steps[weights.cell](weights, state, (what, values) => options.probe?.(what, t, values));
    }
    for (const [field, values] of Object.entries(state.values(weights))) {
      if (values !== undefined) fields[field as Field]?.set(values, t * values.length);
    }
    yield done + 1;
  }
  return fields;
}

interface ForwardState {
  readonly x: Float64Array;
  readonly h: Float64Array;
  readonly c: Float64Array;
  /** [G H] gates before, then after their activation. */
  readonly a: Float64Array;
  readonly m: Float64Array;
  readonly values: (weights: CellWeights) => ScalarFields;
}

function createState(weights: CellWeights): ForwardState {
  const H = weights.units;
  const a = new Float64Array(weights.bias.length);
  const h = new Float64Array(outputWidthOf(weights));
  const c = new Float64Array(weights.cell === 'lstm' ? H : 0);
  if (weights.initialH !== undefined) h.set(weights.initialH);
  if (weights.initialC !== undefined) c.set(weights.initialC);
  const block = (k: number): Float64Array => a.subarray(k * H, (k + 1) * H);
  const values = ({ cell }: CellWeights): ScalarFields => {
    if (cell === 'lstm') return { i: block(0), f: block(1), g: block(2), o: block(3), c, h };
    return cell === 'gru' ? { z: block(0), r: block(1), n: block(2), h } : { h };
  };
  return { x: new Float64Array(weights.inputWidth), h, c, a, m: new Float64Array(H), values };
}

type Step = (
  weights: CellWeights,
  state: ForwardState,
  probe: (what: 'a' | 'c' | 'h', values: Float64Array) => void,
) => void;

const steps: Readonly<Record<CellWeights['cell'], Step>> = { lstm: stepLstm, gru: stepGru, rnn: stepRnn };

function clipBlock(a: Float64Array, clip: number | undefined): void {
  if (clip === undefined) return;
  for (let k = 0; k < a.length; k++) a[k] = Math.min(clip, Math.max(-clip, a[k] as number));
}

function sumBefore(
  { bias, kernel, recurrentKernel }: CellWeights,
  { a, x, h }: ForwardState,
  recurrentCount: number,
): void {
  a.set(bias);
  addRows(a, x, kernel, { width: a.length, from: 0, count: a.length });
  addRows(a, h, recurrentKernel, { width: a.length, from: 0, count: recurrentCount });
}

function stepLstm(weights: CellWeights, state: ForwardState, probe: Parameters<Step>[2]): void {
  const { a, c, h, m } = state;
  const H = weights.units;
  const p = weights.peepholes;
  sumBefore(weights, state, 4 * H);
  for (let j = 0; j < H && p !== undefined; j++) {
    a[j] = (a[j] as number) + (p[j] as number) * (c[j] as number);
    a[H + j] = (a[H + j] as number) + (p[H + j] as number) * (c[j] as number);
  }
  probe('a', a);
  const outputSums = a.slice(3 * H);
  clipBlock(a, weights.clip);
  activateBlock(weights.recurrentActivation, a, 0, H);
  activateBlock(weights.recurrentActivation, a, H, H);
  activateBlock(weights.activation, a, 2 * H, H);
  for (let j = 0; j < H; j++) {
    if (weights.inputForget === true) a[H + j] = 1 - (a[j] as number);
    c[j] = (a[H + j] as number) * (c[j] as number) + (a[j] as number) * (a[2 * H + j] as number);
  }
  probe('c', c);
  for (let j = 0; j < H; j++)
    a[3 * H + j] = (outputSums[j] as number) + (p === undefined ? 0 : (p[2 * H + j] as number) * (c[j] as number));
  const output = a.subarray(3 * H);
  clipBlock(output, weights.clip);
  activateBlock(weights.recurrentActivation, a, 3 * H, H);
  m.set(c);
  activateBlock(weights.outputActivation ?? weights.activation, m, 0, H);
  for (let j = 0; j < H; j++) m[j] = (m[j] as number) * (output[j] as number);
  if (weights.projection === undefined) h.set(m);
  else addRows(h.fill(0), m, weights.projection, { width: h.length, from: 0, count: h.length });
  probe('h', h);
}

function stepGru(weights: CellWeights, state: ForwardState, probe: Parameters<Step>[2]): void {
  const { a, h, m } = state;
  const H = weights.units;
  sumBefore(weights, state, 2 * H);
  for (let k = 0; k < 2 * H && weights.recurrentBias !== undefined; k++)
    a[k] = (a[k] as number) + (weights.recurrentBias[k] as number);
  probe('a', a);
  const gates = a.slice(0, 2 * H);
  clipBlock(gates, weights.clip);
  activateBlock(weights.recurrentActivation, gates, 0, H);
  activateBlock(weights.recurrentActivation, gates, H, H);
  const candidate = a.subarray(2 * H);
  if (weights.resetAfter === true) {
    candidateProduct(weights, h, m);
    for (let j = 0; j < H; j++) candidate[j] = (candidate[j] as number) + (gates[H + j] as number) * (m[j] as number);
  } else {
    for (let j = 0; j < H; j++) m[j] = (gates[H + j] as number) * (h[j] as number);
    addRows(candidate, m, weights.recurrentKernel, { width: 3 * H, from: 2 * H, count: H });
  }
  clipBlock(a, weights.clip);
  activateBlock(weights.recurrentActivation, a, 0, H);
  activateBlock(weights.recurrentActivation, a, H, H);
  activateBlock(weights.activation, a, 2 * H, H);
  for (let j = 0; j < H; j++)
    h[j] = (a[j] as number) * (h[j] as number) + (1 - (a[j] as number)) * (a[2 * H + j] as number);
  probe('h', h);
}

function stepRnn(weights: CellWeights, state: ForwardState, probe: Parameters<Step>[2]): void {
  sumBefore(weights, state, weights.units);
  probe('a', state.a);
  clipBlock(state.a, weights.clip);
  activateBlock(weights.activation, state.a, 0, weights.units);
  state.h.set(state.a);
  probe('h', state.h);
}
