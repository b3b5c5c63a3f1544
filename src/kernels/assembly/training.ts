// What training needs beside the cells: softmax with cross-entropy, scatter-add, Adam, the norm for clipping.

import { exponential } from './activations';
import { multiplyAdd } from './vectors';

/**
 * Row by row: logits [N, row] become (softmax - target) * scale in place, where target is one-hot of targets [N]
 * (int32); zeros beyond `width`. A row whose target is outside of 0 .. width - 1 counts nothing. Returns the sum of
 * -log softmax[target].
 */
export function softmaxCrossEntropy(
  logits: usize,
  row: usize,
  rows: usize,
  width: usize,
  targets: usize,
  scale: f32,
): f64 {
  let loss: f64 = 0;
  for (let n: usize = 0; n < rows; n++, logits += row) {
    const target = load<u32>(targets + n * 4);
    if (target >= width) {
      memory.fill(logits, 0, row);
      continue;
    }
    for (let j = width * 4; j < row; j += 4) store<f32>(logits + j, -Infinity);
    const top = maximum(logits, row);
    const logit = load<f32>(logits + target * 4) - top;
    for (let j: usize = 0; j < row; j += 16) v128.store(logits + j, f32x4.sub(v128.load(logits + j), f32x4.splat(top)));
    exponential(logits, row);
    const total = sum(logits, row);
    loss += logarithm(<f64>total) - <f64>logit;
    scaleBlock(logits, row, scale / total);
    store<f32>(logits + target * 4, load<f32>(logits + target * 4) - scale);
  }
  return loss;
}

/**
 * ln x of a positive normal number, to 1e-15: x = 2^n m, sqrt(1/2) <= m < sqrt(2), ln m = 2 artanh((m - 1) / (m + 1)).
 * Not Math.log, whose table would be static data: that is written over whatever lies in the memory where a module is
 * instantiated.
 */
export function logarithm(x: f64): f64 {
  if (!(x < Infinity)) return x;
  const bits = reinterpret<u64>(x);
  const shifted = bits - 0x3fe6a09e667f3bcd; // sqrt(1/2)
  const m = reinterpret<f64>(bits - (shifted & 0xfff0000000000000));
  const s = (m - 1) / (m + 1);
  let sum: f64 = 0;
  for (let k = 23; k > 0; k -= 2) sum = sum * s * s + 1 / <f64>k;
  return <f64>((<i64>shifted) >> 52) * 0.6931471805599453 + 2 * s * sum;
}

function maximum(row: usize, bytes: usize): f32 {
  let top = v128.load(row);
  for (let j: usize = 16; j < bytes; j += 16) top = f32x4.max(top, v128.load(row + j));
  return max(
    max(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)),
    max(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3)),
  );
}

function sum(row: usize, bytes: usize): f32 {
  let total = v128.load(row);
  for (let j: usize = 16; j < bytes; j += 16) total = f32x4.add(total, v128.load(row + j));
  return (
    f32x4.extract_lane(total, 0) +
    f32x4.extract_lane(total, 1) +
    (f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3))
  );
}

/** Multiplies `bytes` bytes by a factor. */
export function scaleBlock(row: usize, bytes: usize, factor: f32): void {
  const by = f32x4.splat(factor);
  for (let j: usize = 0; j < bytes; j += 16) v128.store(row + j, f32x4.mul(v128.load(row + j), by));
}

/** sums [segments, width] += rows [N, width] by ids [N] (int32); ids outside are dropped, as tfjs does. */
export function scatterAdd(rows: usize, ids: usize, count: usize, width: usize, sums: usize, segments: usize): void {
  for (let n: usize = 0; n < count; n++) {
    const id = load<u32>(ids + n * 4);
    if (id < segments) addRow(sums + id * width * 4, rows + n * width * 4, width);
  }
}

function addRow(to: usize, from: usize, width: usize): void {
  let j: usize = 0;
  for (; j + 4 <= width; j += 4) v128.store(to + j * 4, f32x4.add(v128.load(to + j * 4), v128.load(from + j * 4)));
  for (; j < width; j++) store<f32>(to + j * 4, load<f32>(to + j * 4) + load<f32>(from + j * 4));
}

/** The sum of squares of n floats, in float64. */
export function sumOfSquares(values: usize, n: usize): f64 {
  let low = f64x2.splat(0),
    high = low;
  let j: usize = 0;
  for (; j + 16 <= n * 4; j += 16) {
    const x = v128.load(values + j);
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 0));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  for (; j < n * 4; j += 4) total += <f64>load<f32>(values + j) * <f64>load<f32>(values + j);
  return total;
}

/** Copies row ids[k] of a table, whose rows have `row` bytes, to row k; every id must be one of the table's. */
export function gatherRows(table: usize, row: usize, ids: usize, n: usize, to: usize): void {
  for (let k: usize = 0; k < n; k++) memory.copy(to + k * row, table + load<u32>(ids + k * 4) * row, row);
}

/** Whether every row [count, width] is zero but for a single 1; writes where that stands to ids [count] (int32). */
export function oneHotIds(rows: usize, count: usize, width: usize, ids: usize): bool {
  for (let n: usize = 0; n < count; n++, rows += width * 4) {
    let id: i32 = -1;
    for (let j: usize = 0; j < width; j++) {
      const x = load<f32>(rows + j * 4);
      if (x == 0) continue;
      if (x != 1 || id >= 0) return false;
      id = <i32>j;
    }
    if (id < 0) return false;
    store<i32>(ids + n * 4, id);
  }
  return true;
}

/** What one Adam update reads and writes, n floats each. */
@unmanaged
export class AdamUpdate {
  n: usize;
  value: usize;
  gradient: usize;
  m: usize;
  v: usize;
  newValue: usize;
  newM: usize;
  newV: usize;
  beta1: f32;
  beta2: f32;
  rest1: f32; // 1 - beta1, which float32 would not give exactly enough
  rest2: f32;
  epsilon: f32;
  correction1: f32; // 1 / (1 - beta1^t)
  correction2: f32; // 1 / (1 - beta2^t)
  rate: f32;
  gradientScale: f32; // for clipping by norm
  keep: f32; // factor on the value, for decoupled decay
}

/** Adam (Kingma and Ba 2015, algorithm 1), as tf.train.adam. Targets may be the sources. */
export function adam(u: AdamUpdate): void {
  const whole = u.n & ~3;
  for (let j: usize = 0; j < whole * 4; j += 16) adamOf4(u, j);
  for (let j = whole * 4; j < u.n * 4; j += 4) adamOf1(u, j);
}

// @ts-ignore: decorator
@inline
function adamOf4(u: AdamUpdate, j: usize): void {
  const g = f32x4.mul(v128.load(u.gradient + j), f32x4.splat(u.gradientScale));
  const m = multiplyAdd(v128.load(u.m + j), f32x4.splat(u.beta1), f32x4.mul(g, f32x4.splat(u.rest1)));
  const v = multiplyAdd(v128.load(u.v + j), f32x4.splat(u.beta2), f32x4.mul(f32x4.mul(g, g), f32x4.splat(u.rest2)));
  const root = f32x4.sqrt(f32x4.mul(v, f32x4.splat(u.correction2)));
  const step = f32x4.div(f32x4.mul(m, f32x4.splat(u.correction1)), f32x4.add(root, f32x4.splat(u.epsilon)));
  v128.store(u.newM + j, m);
  v128.store(u.newV + j, v);
  v128.store(
    u.newValue + j,
    f32x4.sub(f32x4.mul(v128.load(u.value + j), f32x4.splat(u.keep)), f32x4.mul(step, f32x4.splat(u.rate))),
  );
}

// @ts-ignore: decorator
@inline
function adamOf1(u: AdamUpdate, j: usize): void {
  const g = load<f32>(u.gradient + j) * u.gradientScale;
  const m = load<f32>(u.m + j) * u.beta1 + g * u.rest1;
  const v = load<f32>(u.v + j) * u.beta2 + g * g * u.rest2;
  store<f32>(u.newM + j, m);
  store<f32>(u.newV + j, v);
  const step = (m * u.correction1) / (Mathf.sqrt(v * u.correction2) + u.epsilon);
  store<f32>(u.newValue + j, load<f32>(u.value + j) * u.keep - step * u.rate);
}
