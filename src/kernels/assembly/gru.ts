// GRU (Cho et al. 2014): h[t] = z h[t-1] + (1 - z) n. The candidate is n = act(x W_n + (r h[t-1]) U_n), or, with resetAfter
// (cuDNN, PyTorch), n = act(x W_n + r q), q = h[t-1] U_n + b. The fourth block of a row of gates keeps r h[t-1] or q.

import { activate, derivative } from './activations';
import { panelBytes } from './layout';
import { multiply } from './matrixProduct';
import { Sequence, addOutputGradient, addRecurrent, emitStates, multiplyInto, stepOf } from './sequence';

/** Reads T steps. On entry the first three blocks of `gates` hold x W + b; on exit z r n and q or r h. */
export function gruForward(s: Sequence): void {
  const row = s.row;
  for (let t = s.begin; t < s.end; t++) {
    const gates = stepOf(s.gates, s, t, s.gatesRow);
    const h = stepOf(s.hIn, s, t, row);
    addRecurrent(s, t, 0, 2);
    for (let b: usize = 0; b < s.batch; b++) {
      activate(s.recurrentActivation, gates + b * s.gatesRow, row);
      activate(s.recurrentActivation, gates + b * s.gatesRow + s.gateStride, row);
    }
    if (s.resetAfter) {
      multiplyCandidate(s, h, row, gates + s.gateStride * 3, s.recurrentBias, 0);
      for (let b: usize = 0; b < s.batch; b++) addProduct(s, gates + b * s.gatesRow);
    } else {
      const n = gates + s.gateStride * 2;
      for (let b: usize = 0; b < s.batch; b++) resetState(s, gates + b * s.gatesRow, h + b * row);
      multiplyCandidate(s, gates + s.gateStride * 3, s.gatesRow, n, n, s.gatesRow);
    }
    for (let b: usize = 0; b < s.batch; b++) newState(s, gates + b * s.gatesRow, h + b * row, s.h + b * row);
    emitStates(s, t);
  }
}

/** c = init + a U_n. */
function multiplyCandidate(s: Sequence, a: usize, aStride: usize, c: usize, init: usize, initStride: usize): void {
  const width = s.row >> 2;
  const panels = s.recurrent + panelBytes(s.units, width) * 2;
  multiply(a, aStride, s.batch, s.units, panels, width, c, s.gatesRow, init, initStride);
}

/** n += r q. */
function addProduct(s: Sequence, gates: usize): void {
  const r = gates + s.gateStride, n = r + s.gateStride, q = n + s.gateStride;
  for (let j: usize = 0; j < s.row; j += 16) {
    v128.store(n + j, f32x4.add(v128.load(n + j), f32x4.mul(v128.load(r + j), v128.load(q + j))));
  }
}

/** The fourth block = r h. */
function resetState(s: Sequence, gates: usize, h: usize): void {
  const r = gates + s.gateStride, product = r + s.gateStride * 2;
  for (let j: usize = 0; j < s.row; j += 16) {
    v128.store(product + j, f32x4.mul(v128.load(r + j), v128.load(h + j)));
  }
}

function newState(s: Sequence, gates: usize, before: usize, h: usize): void {
  const row = s.row;
  const n = gates + s.gateStride * 2;
  activate(s.activation, n, row);
  const one = f32x4.splat(1);
  for (let j: usize = 0; j < row; j += 16) {
    const z = v128.load(gates + j);
    const candidate = f32x4.mul(f32x4.sub(one, z), v128.load(n + j));
    v128.store(h + j, f32x4.add(f32x4.mul(z, v128.load(before + j)), candidate));
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
    for (let b: usize = 0; b < s.batch; b++) gateGradients(s, gates + b * s.gatesRow, h + b * row, s.dh + b * row, dz + b * row * 4);
    if (s.resetAfter) {
      for (let b: usize = 0; b < s.batch; b++) resetGradientsAfter(s, gates + b * s.gatesRow, dz + b * row * 4);
      multiply(extra, row * 4, s.batch, width, s.transposedCandidate, width, s.dh, row, s.dh, row);
    } else {
      multiply(dz + row * 2, row * 4, s.batch, width, s.transposedCandidate, width, extra, row * 4, s.zeros, 0);
      for (let b: usize = 0; b < s.batch; b++) resetGradientsBefore(s, gates + b * s.gatesRow, h + b * row, s.dh + b * row, dz + b * row * 4);
    }
    multiply(dz, row * 4, s.batch, width * 2, s.transposed, width, s.dh, row, s.dh, row);
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
