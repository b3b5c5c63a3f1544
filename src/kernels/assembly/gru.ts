// GRU (Cho et al. 2014): h[t] = z h[t-1] + (1 - z) n. The candidate is n = act(x W_n + (r h[t-1]) U_n), or, with
// resetAfter (cuDNN, PyTorch), n = act(x W_n + r q), q = h[t-1] U_n + b. The fourth block of a row of gates keeps r
// h[t-1] or q.

import { activate, derivative } from './activations';
import { panelBytes } from './layout';
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

/**
 * Reads T steps. On entry the first three blocks of z hold x W + b; on exit `gates` z r n, and the fourth block of z q
 * or r h.
 */
export function gruForward(s: Sequence): void {
  for (let t = s.begin; t < s.end; t++) {
    const pre = stepOf(s.z, s, t, s.zRow);
    const gates = stepOf(s.gates, s, t, s.gatesRow);
    const input = inputOf(s, t) + s.row * 2;
    const h = stepOf(s.hIn, s, t, s.row);
    addRecurrent(s, t, 2);
    for (let b: usize = 0; b < s.batch; b++) {
      activate(s.recurrentActivation, pre + b * s.zRow, gates + b * s.gatesRow, s.row);
      activate(s.recurrentActivation, pre + b * s.zRow + s.row, gates + b * s.gatesRow + s.gateStride, s.row);
    }
    if (s.resetAfter) candidateAfter(s, t, input, pre + s.row * 2, gates + s.gateStride);
    else candidateBefore(s, t, input, pre + s.row * 2, gates + s.gateStride);
    const next = stateRows(s, t);
    for (let b: usize = 0; b < s.batch; b++) {
      const at = b * s.row;
      newState(s, s.row, pre + b * s.zRow + s.row * 2, gates + b * s.gatesRow, h + at, next + at);
    }
    emitStates(s, t);
  }
}

/** Step t for some columns (see lstmColumns), where the reset gate multiplies after the product. */
export function gruColumns(s: Sequence, t: usize, from: usize, bytes: usize): void {
  const row = s.row,
    width = bytes >> 2;
  const pre = stepOf(s.z, s, t, s.zRow) + from,
    input = inputOf(s, t) + from,
    h = stepOf(s.hIn, s, t, row);
  const gates = stepOf(s.gates, s, t, s.gatesRow) + from;
  const n = pre + row * 2,
    q = n + row,
    r = gates + s.gateStride;
  const isBackward = (t & 1) !== 0;
  const panels = s.recurrent + from * s.units,
    ofCandidate = panels + panelBytes(s.units, row >> 1);
  if (isBackward) multiplySingle(h, s.units, ofCandidate, width, q, s.recurrentBias + from, true);
  for (let gate: usize = 0; gate < 2; gate++) {
    const at = row * (isBackward ? 1 - gate : gate);
    multiplySingle(h, s.units, panels + at * s.units, width, pre + at, input + at, isBackward);
  }
  if (!isBackward) multiplySingle(h, s.units, ofCandidate, width, q, s.recurrentBias + from, false);
  activate(s.recurrentActivation, pre, gates, bytes);
  activate(s.recurrentActivation, pre + row, r, bytes);
  for (let j: usize = 0; j < bytes; j += 16) {
    v128.store(n + j, f32x4.add(v128.load(input + row * 2 + j), f32x4.mul(v128.load(r + j), v128.load(q + j))));
  }
  newState(s, bytes, n, gates, h + from, stateRows(s, t) + from);
}

/** n = input + r q, q = h U_n + b, before its activation; q stands behind n. */
function candidateAfter(s: Sequence, t: usize, input: usize, n: usize, r: usize): void {
  const row = s.row;
  multiplyCandidate(s, t, stepOf(s.hIn, s, t, row), row, n + row, s.recurrentBias, 0);
  for (let b: usize = 0; b < s.batch; b++) {
    for (let j: usize = 0; j < row; j += 16) {
      const product = f32x4.mul(v128.load(r + j), v128.load(n + row + j));
      v128.store(n + j, f32x4.add(v128.load(input + j), product));
    }
    n += s.zRow;
    input += s.zRow;
    r += s.gatesRow;
  }
}

/** n = input + (r h) U_n, before its activation; r h stands behind n. */
function candidateBefore(s: Sequence, t: usize, input: usize, n: usize, r: usize): void {
  const row = s.row;
  const h = stepOf(s.hIn, s, t, row);
  for (let b: usize = 0; b < s.batch; b++) {
    const product = n + b * s.zRow + row;
    for (let j: usize = 0; j < row; j += 16) {
      v128.store(product + j, f32x4.mul(v128.load(r + b * s.gatesRow + j), v128.load(h + b * row + j)));
    }
  }
  multiplyCandidate(s, t, n + row, s.zRow, n, input, s.zRow);
}

/** c = init + a U_n. */
function multiplyCandidate(
  s: Sequence,
  t: usize,
  a: usize,
  aStride: usize,
  c: usize,
  init: usize,
  initStride: usize,
): void {
  const width = s.row >> 2;
  multiplyStep(
    s,
    t,
    a,
    aStride,
    s.units,
    s.recurrent + panelBytes(s.units, width * 2),
    width,
    c,
    s.zRow,
    init,
    initStride,
  );
}

function newState(s: Sequence, bytes: usize, candidate: usize, gates: usize, before: usize, h: usize): void {
  const n = gates + s.gateStride * 2;
  activate(s.activation, candidate, n, bytes);
  const one = f32x4.splat(1);
  for (let j: usize = 0; j < bytes; j += 16) {
    const z = v128.load(gates + j);
    const fresh = f32x4.mul(f32x4.sub(one, z), v128.load(n + j));
    v128.store(h + j, f32x4.add(f32x4.mul(z, v128.load(before + j)), fresh));
  }
}

/** Backward through T steps over the kept values: writes dz, turns dh into that of the initial state. */
export function gruBackward(s: Sequence): void {
  const row = s.row;
  const width = row >> 2;
  for (let t = s.end; t-- > s.begin;) {
    addOutputGradient(s, t);
    const gates = stepOf(s.gates, s, t, s.gatesRow);
    const h = stepOf(s.hIn, s, t, row);
    const dz = stepOf(s.dz, s, t, row * 4);
    const extra = dz + row * 3;
    for (let b: usize = 0; b < s.batch; b++)
      gateGradients(s, gates + b * s.gatesRow, h + b * row, s.dh + b * row, dz + b * row * 4);
    if (s.resetAfter) {
      for (let b: usize = 0; b < s.batch; b++) resetGradientsAfter(s, gates + b * s.gatesRow, dz + b * row * 4);
      multiplyStep(s, t, extra, row * 4, width, s.transposedCandidate, width, s.dh, row, s.dh, row);
    } else {
      multiplyStep(s, t, dz + row * 2, row * 4, width, s.transposedCandidate, width, extra, row * 4, s.zeros, 0);
      for (let b: usize = 0; b < s.batch; b++)
        resetGradientsBefore(s, gates + b * s.gatesRow, h + b * row, s.dh + b * row, dz + b * row * 4);
    }
    multiplyStep(s, t, dz, row * 4, width * 2, s.transposed, width, s.dh, row, s.dh, row);
    if (s.mask !== 0) multiplyInto(s.dh, s.mask, s.batch * row);
  }
}

/** dz of z and n; dh becomes its direct part z dh. */
function gateGradients(s: Sequence, gates: usize, before: usize, dh: usize, dz: usize): void {
  const row = s.row;
  const one = f32x4.splat(1);
  for (let j: usize = 0; j < row; j += 16) {
    const z = v128.load(gates + j);
    const n = v128.load(gates + s.gateStride * 2 + j);
    const dhj = v128.load(dh + j);
    const dzj = f32x4.mul(dhj, f32x4.sub(v128.load(before + j), n));
    v128.store(dz + j, f32x4.mul(dzj, derivative(s.recurrentActivation, z)));
    v128.store(dz + row * 2 + j, f32x4.mul(f32x4.mul(dhj, f32x4.sub(one, z)), derivative(s.activation, n)));
    v128.store(dh + j, f32x4.mul(dhj, z));
  }
}

/** dz of r, and of q in the fourth block. */
function resetGradientsAfter(s: Sequence, gates: usize, dz: usize): void {
  const row = s.row;
  for (let j: usize = 0; j < row; j += 16) {
    const r = v128.load(gates + s.gateStride + j);
    const dn = v128.load(dz + row * 2 + j);
    const dr = f32x4.mul(dn, v128.load(gates + s.gateStride * 3 + j));
    v128.store(dz + row + j, f32x4.mul(dr, derivative(s.recurrentActivation, r)));
    v128.store(dz + row * 3 + j, f32x4.mul(dn, r));
  }
}

/** dz of r from dL/d(r h) in the fourth block, whose other factor goes to dh. */
function resetGradientsBefore(s: Sequence, gates: usize, before: usize, dh: usize, dz: usize): void {
  const row = s.row;
  for (let j: usize = 0; j < row; j += 16) {
    const r = v128.load(gates + s.gateStride + j);
    const dProduct = v128.load(dz + row * 3 + j);
    const dr = f32x4.mul(dProduct, v128.load(before + j));
    v128.store(dz + row + j, f32x4.mul(dr, derivative(s.recurrentActivation, r)));
    v128.store(dh + j, f32x4.add(v128.load(dh + j), f32x4.mul(dProduct, r)));
  }
}
