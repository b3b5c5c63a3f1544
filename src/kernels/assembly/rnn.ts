// Simple (Elman 1990) network: h[t] = act(x[t] W + h[t-1] U + b).

import { activate, derivative } from './activations';
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

/** Reads T steps. On entry z holds x W + b; on exit `gates` holds h. */
export function rnnForward(s: Sequence): void {
  const row = s.row;
  for (let t = s.begin; t < s.end; t++) {
    addRecurrent(s, t, 1);
    const h = stepOf(s.gates, s, t, row);
    activate(s.activation, stepOf(s.z, s, t, s.zRow), h, s.batch * row);
    memory.copy(stateRows(s, t), h, s.batch * row);
    emitStates(s, t);
  }
}

/** Step t for some columns (see lstmColumns). */
export function rnnColumns(s: Sequence, t: usize, from: usize, bytes: usize): void {
  const z = stepOf(s.z, s, t, s.zRow) + from,
    h = stepOf(s.gates, s, t, s.row) + from;
  multiplySingle(
    stepOf(s.hIn, s, t, s.row),
    s.units,
    s.recurrent + from * s.units,
    bytes >> 2,
    z,
    inputOf(s, t) + from,
    (t & 1) !== 0,
  );
  activate(s.activation, z, h, bytes);
  memory.copy(stateRows(s, t) + from, h, bytes);
}

/** Backward through T steps: writes dz, turns dh into that of the initial state. */
export function rnnBackward(s: Sequence): void {
  const row = s.row;
  for (let t = s.end; t-- > s.begin;) {
    addOutputGradient(s, t);
    const h = stepOf(s.gates, s, t, row);
    const dz = stepOf(s.dz, s, t, row);
    for (let j: usize = 0; j < s.batch * row; j += 16) {
      v128.store(dz + j, f32x4.mul(v128.load(s.dh + j), derivative(s.activation, v128.load(h + j))));
    }
    multiplyStep(s, t, dz, row, row >> 2, s.transposed, row >> 2, s.dh, row, s.zeros, 0);
    if (s.mask !== 0) multiplyInto(s.dh, s.mask, s.batch * row);
  }
}
