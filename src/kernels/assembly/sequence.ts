// What the three cells read and write over a batched sequence. The fields are 32-bit words that TypeScript fills in this order
// (src/kernels/sequencePlan.ts). Rows are padded; everything over time is time-major: [T, B, ...].

import { panelBytes } from './layout';
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
  c: usize; // LSTM [T + 1, B, row], the initial state first
  hIn: usize; // [T + 1, B, row]: what enters each step's recurrent product, masked; the initial state first
  h: usize; // [B, row]: the last h, not masked
  mask: usize; // recurrent dropout [B, row], or 0
  recurrent: usize; // packed panels of the recurrent kernel, gate after gate, each [H, row]
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
}

/**
 * Adds hIn U to `count` gates of step t, from gate `first` on. For a single sequence the panels are walked back and forth on
 * alternate steps, so that those read last are still in the cache.
 */
export function addRecurrent(s: Sequence, t: usize, first: usize, count: usize): void {
  const width = s.row >> 2;
  const size = panelBytes(s.units, width);
  const h = stepOf(s.hIn, s, t, s.row);
  const gates = stepOf(s.gates, s, t, s.gatesRow);
  if (s.batch === 1) {
    for (let n: usize = 0; n < count; n++) {
      const gate = first + (t & 1 ? count - 1 - n : n);
      const c = gates + gate * s.gateStride;
      multiplySingle(h, s.units, s.recurrent + gate * size, width, c, (t & 1) !== 0);
    }
    return;
  }
  for (let gate = first; gate < first + count; gate++) {
    const c = gates + gate * s.gateStride;
    multiply(h, s.row, s.batch, s.units, s.recurrent + gate * size, width, c, s.gatesRow, c, s.gatesRow);
  }
}

/** The address of a step's rows in an array [T, B, bytes]. */
// @ts-ignore: decorator
@inline
export function stepOf(array: usize, s: Sequence, t: usize, bytes: usize): usize {
  return array + t * s.batch * bytes;
}

/** Hands the new h [B, row] on: to the next step (masked) and to the outside. */
export function emitStates(s: Sequence, t: usize): void {
  const next = stepOf(s.hIn, s, t + 1, s.row);
  memory.copy(next, s.h, s.batch * s.row);
  if (s.mask !== 0) multiplyInto(next, s.mask, s.batch * s.row);
  if (s.y === 0) return;
  for (let b: usize = 0; b < s.batch; b++) {
    memory.copy(s.y + (b * s.steps + t) * s.units * 4, s.h + b * s.row, s.units * 4);
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
