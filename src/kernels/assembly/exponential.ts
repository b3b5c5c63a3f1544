// exp, sigmoid and tanh of four numbers at once.
//
// exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln(2) / 2, after Cody and Waite (1980); the polynomial for exp(r) - 1 is that of
// Cephes expf (S. Moshier, 1989). Sigmoid and tanh use exp of a negative number only, so nothing overflows on the way.
// Errors, counted over every float in the test: at most 3 units in the last place where the result is a normal number.

import { multiplyAdd, multiplySubtract } from './vectors';

/** Bytes that `prepareConstants` fills. */
export const CONSTANT_BYTES: usize = 256;

// V8 builds every 128-bit constant anew with three instructions; a load from memory is one.
let constants: usize = 0;

/** Writes the constants to 256 bytes at `memory`; must run once before anything else here. */
export function prepareConstants(memory: usize): void {
  constants = memory;
  v128.store(memory, f32x4.splat(1.44269504), 0); // 1 / ln 2
  v128.store(memory, f32x4.splat(12582912), 16); // 1.5 * 2^23: adding it rounds to an integer, kept in the low bits
  v128.store(memory, f32x4.splat(0.693359375), 32); // ln 2, the part that times n is exact
  v128.store(memory, f32x4.splat(-2.12194440e-4), 48); // ln 2, the rest
  v128.store(memory, f32x4.splat(1.9875691500e-4), 64);
  v128.store(memory, f32x4.splat(1.3981999507e-3), 80);
  v128.store(memory, f32x4.splat(8.3334519073e-3), 96);
  v128.store(memory, f32x4.splat(4.1665795894e-2), 112);
  v128.store(memory, f32x4.splat(1.6666665459e-1), 128);
  v128.store(memory, f32x4.splat(5.0000001201e-1), 144);
  v128.store(memory, f32x4.splat(1), 160);
  v128.store(memory, f32x4.splat(-88), 176); // exp(-88) is below the smallest normal number: 2^-127 is made as 0
  v128.store(memory, f32x4.splat(2), 192);
  v128.store(memory, f32x4.splat(-0.0), 208); // the sign bit
  v128.store(memory, f32x4.splat(89), 224);
  v128.store(memory, f32x4.splat(-104), 240);
}

/** The constants' address, for a loop to keep in a register. */
// @ts-ignore: decorator
@inline
export function constantTable(): usize {
  return constants;
}

/** round(x / ln 2) + 1.5 * 2^23: the integer stands in the low bits. */
// @ts-ignore: decorator
@inline
function shiftedExponent(x: v128, k: usize): v128 {
  return multiplyAdd(x, v128.load(k, 0), v128.load(k, 16));
}

/** exp(r) - 1 for r = x - n ln 2. */
// @ts-ignore: decorator
@inline
function reducedExpMinusOne(x: v128, shifted: v128, k: usize): v128 {
  const n = f32x4.sub(shifted, v128.load(k, 16));
  const r = multiplySubtract(n, v128.load(k, 48), multiplySubtract(n, v128.load(k, 32), x));
  let p = multiplyAdd(r, v128.load(k, 64), v128.load(k, 80));
  p = multiplyAdd(r, p, v128.load(k, 96));
  p = multiplyAdd(r, p, v128.load(k, 112));
  p = multiplyAdd(r, p, v128.load(k, 128));
  p = multiplyAdd(r, p, v128.load(k, 144));
  return multiplyAdd(f32x4.mul(r, r), p, r);
}

/** 2^n from the low bits of `shifted`, for -127 <= n <= 127; 2^-127 comes out as 0. */
// @ts-ignore: decorator
@inline
function powerOfTwo(shifted: v128, k: usize): v128 {
  return i32x4.add(i32x4.shl(shifted, 23), v128.load(k, 160));
}

/** exp(x) for x <= 0; 0 below -88. */
// @ts-ignore: decorator
@inline
function expOfNegative(x: v128, k: usize): v128 {
  const clamped = f32x4.pmax(x, v128.load(k, 176));
  const shifted = shiftedExponent(clamped, k);
  const scale = powerOfTwo(shifted, k);
  return multiplyAdd(scale, reducedExpMinusOne(clamped, shifted, k), scale);
}

/** exp(x) over the whole range: subnormal results below -87.3, 0 below -104, infinity above 88.72. */
// @ts-ignore: decorator
@inline
export function exp(x: v128, k: usize): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, v128.load(k, 224)), v128.load(k, 240));
  const shifted = shiftedExponent(clamped, k);
  const n = i32x4.sub(shifted, v128.load(k, 16));
  const half = i32x4.shr_s(n, 1);
  const first = i32x4.add(i32x4.shl(half, 23), v128.load(k, 160));
  const second = i32x4.add(i32x4.shl(i32x4.sub(n, half), 23), v128.load(k, 160));
  const one = f32x4.add(reducedExpMinusOne(clamped, shifted, k), v128.load(k, 160));
  return f32x4.mul(f32x4.mul(one, first), second);
}

/** 1 / (1 + exp(-x)), as exp(x) / (1 + exp(x)) where x is negative. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128, k: usize): v128 {
  const e = expOfNegative(v128.or(x, v128.load(k, 208)), k);
  const one = v128.load(k, 160);
  const isNegative = i32x4.shr_s(x, 31);
  return f32x4.div(v128.bitselect(e, one, isNegative), f32x4.add(one, e));
}

/** tanh(x) = -m / (m + 2), m = exp(-2 |x|) - 1, with the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128, k: usize): v128 {
  const sign = v128.load(k, 208);
  const twice = f32x4.pmax(v128.or(f32x4.add(x, x), sign), v128.load(k, 176));
  const shifted = shiftedExponent(twice, k);
  const scale = powerOfTwo(shifted, k);
  const minusOne = f32x4.sub(scale, v128.load(k, 160));
  const m = multiplyAdd(scale, reducedExpMinusOne(twice, shifted, k), minusOne);
  const size = f32x4.div(m, f32x4.add(m, v128.load(k, 192)));
  return v128.bitselect(x, size, sign);
}
