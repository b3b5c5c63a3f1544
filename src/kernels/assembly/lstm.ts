// LSTM (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000): c[t] = f c[t-1] + i g, h[t] = o act(c[t]).

import { SIGMOID, TANH, activate, derivative } from './activations';
import { multiplySingle } from './matrixProduct';
import {
  Sequence,
  addOutputGradient,
  addRecurrent,
  emitStates,
  inputOf,
  multiplyInto,
  multiplyStep,
  stateRows,
  stepOf,
} from './sequence';

/** Reads T steps. On entry z holds x W + b; on exit `gates` the activated gates i f g o. */
export function lstmForward(s: Sequence): void {
  const row = s.row;
  for (let t = s.begin; t < s.end; t++) {
    addRecurrent(s, t, 4);
    const z = stepOf(s.z, s, t, s.zRow);
    const gates = stepOf(s.gates, s, t, s.gatesRow);
    const before = stepOf(s.c, s, t, row),
      c = stepOf(s.c, s, t + 1, row);
    const h = stateRows(s, t);
    for (let b: usize = 0; b < s.batch; b++) {
      lstmStates(s, row, z + b * s.zRow, gates + b * s.gatesRow, before + b * row, c + b * row, h + b * row);
    }
    emitStates(s, t);
  }
}

/**
 * Step t of a single sequence for the columns of `bytes` bytes from byte `from` on, both multiples of a panel's: what
 * each of two threads does. All of h of the step before must be there.
 */
export function lstmColumns(s: Sequence, t: usize, from: usize, bytes: usize): void {
  const row = s.row;
  const z = stepOf(s.z, s, t, s.zRow),
    input = inputOf(s, t),
    before = stepOf(s.hIn, s, t, row);
  // Gates and panels are walked back and forth on alternate steps, as by one thread (see multiplyStep).
  const isBackward = (t & 1) !== 0;
  for (let gate: usize = 0; gate < 4; gate++) {
    const at = from + row * (isBackward ? 3 - gate : gate);
    multiplySingle(before, s.units, s.recurrent + at * s.units, bytes >> 2, z + at, input + at, isBackward);
  }
  const c = stepOf(s.c, s, t, row) + from;
  lstmStates(s, bytes, z + from, stepOf(s.gates, s, t, s.gatesRow) + from, c, c + row, stateRows(s, t) + from);
}

/** `bytes` bytes of a row of states, from the pre-activations z, of which a gate's lie a row behind another's. */
function lstmStates(s: Sequence, bytes: usize, z: usize, i: usize, before: usize, c: usize, h: usize): void {
  const row = s.row;
  const f = i + s.gateStride,
    g = f + s.gateStride,
    o = g + s.gateStride;
  activate(s.recurrentActivation, z, i, bytes);
  activate(s.recurrentActivation, z + row, f, bytes);
  activate(s.activation, z + row * 2, g, bytes);
  activate(s.recurrentActivation, z + row * 3, o, bytes);
  for (let j: usize = 0; j < bytes; j += 16) {
    const kept = f32x4.mul(v128.load(f + j), v128.load(before + j));
    v128.store(c + j, f32x4.add(kept, f32x4.mul(v128.load(i + j), v128.load(g + j))));
  }
  activate(s.activation, c, h, bytes);
  multiplyInto(h, o, bytes);
}

/** Backward through T steps over the kept values: writes dz, turns dh and dc into those of the initial state. */
export function lstmBackward(s: Sequence): void {
  const row = s.row;
  const isUsual = s.activation === TANH && s.recurrentActivation === SIGMOID;
  for (let t = s.end; t-- > s.begin;) {
    addOutputGradient(s, t);
    const gates = stepOf(s.gates, s, t, s.gatesRow);
    const c = stepOf(s.c, s, t + 1, row);
    const dz = stepOf(s.dz, s, t, row * 4);
    for (let b: usize = 0; b < s.batch; b++) {
      activate(s.activation, c + b * row, s.scratch, row);
      const at = b * row;
      const before = c - s.stepRows * row + at;
      const total = s.dcOut === 0 ? s.scratch + row : stepOf(s.dcOut, s, t, row) + at;
      if (isUsual)
        lstmGradients(
          TANH,
          SIGMOID,
          row,
          gates + b * s.gatesRow,
          s.gateStride,
          before,
          s.scratch,
          s.dh + at,
          s.dc + at,
          total,
          dz + at * 4,
        );
      else
        lstmGradients(
          s.activation,
          s.recurrentActivation,
          row,
          gates + b * s.gatesRow,
          s.gateStride,
          before,
          s.scratch,
          s.dh + at,
          s.dc + at,
          total,
          dz + at * 4,
        );
    }
    multiplyStep(s, t, dz, row * 4, row, s.transposed, row >> 2, s.dh, row, s.zeros, 0);
    if (s.mask !== 0) multiplyInto(s.dh, s.mask, s.batch * row);
  }
}

/** One row: `activated` is act(c). Inlined twice, once with the usual activations known to the compiler. */
// @ts-ignore: decorator
@inline
function lstmGradients(
  activation: i32,
  recurrent: i32,
  row: usize,
  gates: usize,
  gateStride: usize,
  before: usize,
  activated: usize,
  dh: usize,
  dc: usize,
  total: usize,
  dz: usize,
): void {
  for (let j: usize = 0; j < row; j += 16) {
    const i = v128.load(gates + j);
    const f = v128.load(gates + gateStride + j);
    const g = v128.load(gates + gateStride * 2 + j);
    const o = v128.load(gates + gateStride * 3 + j);
    const a = v128.load(activated + j);
    const dhj = v128.load(dh + j);
    const dcj = f32x4.add(v128.load(dc + j), f32x4.mul(f32x4.mul(dhj, o), derivative(activation, a)));
    v128.store(dz + j, f32x4.mul(f32x4.mul(dcj, g), derivative(recurrent, i)));
    v128.store(dz + row + j, f32x4.mul(f32x4.mul(dcj, v128.load(before + j)), derivative(recurrent, f)));
    v128.store(dz + row * 2 + j, f32x4.mul(f32x4.mul(dcj, i), derivative(activation, g)));
    v128.store(dz + row * 3 + j, f32x4.mul(f32x4.mul(dhj, a), derivative(recurrent, o)));
    v128.store(total + j, dcj);
    v128.store(dc + j, f32x4.mul(dcj, f));
  }
}
