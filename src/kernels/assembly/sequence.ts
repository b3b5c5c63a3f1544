// What the three cells read and write over a batched sequence. The fields are 32-bit words that TypeScript fills in
// this order (src/kernels/sequencePlan.ts). Rows are padded; everything over time is time-major: [T, B, ...].

import { multiply, multiplySingle } from './matrixProduct';


@unmanaged
export class Sequence {
  steps: usize; // T
  batch: usize; // B
  units: usize; // H, the depth of the recurrent product
  row: usize; // bytes of a padded row of H
  activation: i32;
  recurrentActivation: i32;
  resetAfter: i32; // GRU: the reset gate multiplies after the recurrent product
  gates: usize; // blocks of [T, B] rows: 4 (LSTM i f g o; GRU z r n and q or r h) or 1 (RNN)
  gateStride: usize; // from a block to the next: a row ([T, B, 4, row], training) or a plane ([4, T, row], reading)
  gatesRow: usize; // from one sequence of the batch to the next within a block
  z: usize; // [T, B] rows of x W + b, gate after gate; each step's become its pre-activations. In training `gates` itself
  zRow: usize; // from one row of z to the next: that of all gates, or 0 where ids bring the input and a single row is enough
  ids: usize; // [T] int32, batch 1: x W + b of step t is row ids[t] of `table`; or 0
  table: usize; // [tokens + 1, G row]: the last row is for ids outside
  tableRow: usize;
  tokens: usize;
  c: usize; // LSTM [T + 1, B, row], the initial state first
  hIn: usize; // [T + 1, B, row]: what enters each step's recurrent product, masked; the initial state first
  h: usize; // [B, row]: the last h, not masked
  mask: usize; // recurrent dropout [B, row], or 0
  recurrent: usize; // packed panels of the recurrent kernel [H, G row]; GRU: of z r [H, 2 rows], then of n [H, row]
  recurrentBias: usize; // GRU with resetAfter: [row]
  y: usize; // h for the outside [B, T, H], not padded, or 0
  dh: usize; // [B, row]: dL/dh of the last step from outside; afterwards that of the initial state
  dc: usize; // LSTM: likewise
  dy: usize; // dL/dy [B, T, H], not padded, or 0
  dz: usize; // [T, B, G, row]: dL/d pre-activations; GRU: those of z r n and of q (resetAfter) or r h
  transposed: usize; // packed panels of the transposed recurrent kernel [G rows, H], GRU z r [2 rows, H]
  transposedCandidate: usize; // GRU: of n's [row, H]
  zeros: usize; // one row of zeros
  scratch: usize; // two rows
  dhOut: usize; // total dL/dh of every step [T, B, row], or 0
  dcOut: usize; // LSTM: total dL/dc of every step [T, B, row], or 0
  begin: usize; // the steps [begin, end) that this call runs
  end: usize;
  stepRows: usize; // from a step to the next in arrays over time, in rows: the whole batch, where this call runs a part of it
}

/** The rows of x W + b of step t: those of z, or of the token table. */
export function inputOf(s: Sequence, t: usize): usize {
  if (s.ids === 0) return stepOf(s.z, s, t, s.zRow);
  const id = load<u32>(s.ids + t * 4);
  return s.table + min(id, s.tokens) * s.tableRow;
}

/** z = x W + b + hIn U of step t, for the first `count` gates. */
export function addRecurrent(s: Sequence, t: usize, count: usize): void {
  const h = stepOf(s.hIn, s, t, s.row);
  multiplyStep(
    s,
    t,
    h,
    s.row,
    s.units,
    s.recurrent,
    count * (s.row >> 2),
    stepOf(s.z, s, t, s.zRow),
    s.zRow,
    inputOf(s, t),
    s.zRow,
  );
}

/**
 * c = init + a b for the rows of a batch (see `multiply`). For a single sequence the panels are walked back and forth
 * on alternate steps, so that those read last are still in the cache.
 */
export function multiplyStep(
  s: Sequence,
  t: usize,
  a: usize,
  aStride: usize,
  depth: usize,
  b: usize,
  columns: usize,
  c: usize,
  cStride: usize,
  init: usize,
  initStride: usize,
): void {
  if (s.batch === 1) multiplySingle(a, depth, b, columns, c, init, (t & 1) !== 0);
  else multiply(a, aStride, s.batch, depth, b, columns, c, cStride, init, initStride);
}

/** The address of a step's rows in an array [T, B, bytes]. */
// @ts-ignore: decorator
@inline
export function stepOf(array: usize, s: Sequence, t: usize, bytes: usize): usize {
  return array + t * s.stepRows * bytes;
}

/** Where the new h [B, row] of step t is to be written: what enters the next step, where nothing masks it. */
export function stateRows(s: Sequence, t: usize): usize {
  return s.mask === 0 ? stepOf(s.hIn, s, t + 1, s.row) : s.h;
}

/** Hands the new h on: masked to the next step, to the outside, and the last to `h`. */
export function emitStates(s: Sequence, t: usize): void {
  const h = stateRows(s, t);
  const bytes = s.batch * s.row;
  if (s.mask !== 0) {
    const next = stepOf(s.hIn, s, t + 1, s.row);
    memory.copy(next, h, bytes);
    multiplyInto(next, s.mask, bytes);
  } else if (t === s.steps - 1) {
    memory.copy(s.h, h, bytes);
  }
  if (s.y === 0) return;
  for (let b: usize = 0; b < s.batch; b++) {
    memory.copy(s.y + (b * s.steps + t) * s.units * 4, h + b * s.row, s.units * 4);
  }
}

/** dh += dL/dy of step t, which makes it the total derivative. */
export function addOutputGradient(s: Sequence, t: usize): void {
  if (s.dy !== 0) {
    for (let b: usize = 0; b < s.batch; b++) {
      addInto(s.dh + b * s.row, s.dy + (b * s.steps + t) * s.units * 4, s.units);
    }
  }
  if (s.dhOut !== 0) memory.copy(stepOf(s.dhOut, s, t, s.row), s.dh, s.batch * s.row);
}

/** row *= factor, over `bytes` bytes. */
export function multiplyInto(row: usize, factor: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) {
    v128.store(row + j, f32x4.mul(v128.load(row + j), v128.load(factor + j)));
  }
}

function addInto(row: usize, from: usize, width: usize): void {
  let j: usize = 0;
  for (; j + 4 <= width; j += 4) {
    v128.store(row + j * 4, f32x4.add(v128.load(row + j * 4), v128.load(from + j * 4)));
  }
  for (; j < width; j++) store<f32>(row + j * 4, load<f32>(row + j * 4) + load<f32>(from + j * 4));
}
