// exp, sigmoid and tanh of four numbers at once.
//
// exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln(2) / 2, after Cody and Waite (1980); the polynomial for exp(r) -
// 1 is that of Cephes expf (S. Moshier, 1989). Sigmoid and tanh use exp of a negative number only, so nothing overflows
// on the way. Errors, counted over floats of the whole range in the test: at most 3 units in the last place where the
// result is a normal number.

import { multiplyAdd, multiplySubtract } from './vectors';

/** Bytes that `prepareConstants` fills. */
export const CONSTANT_BYTES: usize = 64;

// V8 builds every 128-bit constant anew with three instructions; a load from memory that fills all lanes is one.
let constants: usize = 0;

/** Writes the constants to 64 bytes at `memory`; must run once before anything else here. */
export function prepareConstants(memory: usize): void {
  constants = memory;
  store<f32>(memory, 1.44269504, 0); // 1 / ln 2
  store<f32>(memory, 12582912, 4); // 1.5 * 2^23: adding it rounds to an integer, kept in the low bits
  store<f32>(memory, 0.693359375, 8); // ln 2, the part that times n is exact
  store<f32>(memory, -2.1219444e-4, 12); // ln 2, the rest
  store<f32>(memory, 1.98756915e-4, 16);
  store<f32>(memory, 1.3981999507e-3, 20);
  store<f32>(memory, 8.3334519073e-3, 24);
  store<f32>(memory, 4.1665795894e-2, 28);
  store<f32>(memory, 1.6666665459e-1, 32);
  store<f32>(memory, 5.0000001201e-1, 36);
  store<f32>(memory, 1, 40);
  store<f32>(memory, -88, 44); // exp(-88) is below the smallest normal number: 2^-127 is made as 0
  store<f32>(memory, 2, 48);
  store<f32>(memory, -0.0, 52); // the sign bit
  store<f32>(memory, 89, 56);
  store<f32>(memory, -104, 60);
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
  return multiplyAdd(x, v128.load32_splat(k, 0), v128.load32_splat(k, 4));
}

/** exp(r) - 1 for r = x - n ln 2. */
// @ts-ignore: decorator
@inline
function reducedExpMinusOne(x: v128, shifted: v128, k: usize): v128 {
  const n = f32x4.sub(shifted, v128.load32_splat(k, 4));
  const r = multiplySubtract(n, v128.load32_splat(k, 12), multiplySubtract(n, v128.load32_splat(k, 8), x));
  const r2 = f32x4.mul(r, r);
  const high = multiplyAdd(r, v128.load32_splat(k, 16), v128.load32_splat(k, 20));
  const middle = multiplyAdd(r, v128.load32_splat(k, 24), v128.load32_splat(k, 28));
  const low = multiplyAdd(r, v128.load32_splat(k, 32), v128.load32_splat(k, 36));
  const p = multiplyAdd(r2, multiplyAdd(r2, high, middle), low);
  return multiplyAdd(r2, p, r);
}

/** 2^n from the low bits of `shifted`, for -127 <= n <= 127; 2^-127 comes out as 0. */
// @ts-ignore: decorator
@inline
function powerOfTwo(shifted: v128, k: usize): v128 {
  return i32x4.add(i32x4.shl(shifted, 23), v128.load32_splat(k, 40));
}

/** exp(x) for x <= 0; 0 below -88. */
// @ts-ignore: decorator
@inline
function expOfNegative(x: v128, k: usize): v128 {
  const clamped = f32x4.pmax(x, v128.load32_splat(k, 44));
  const shifted = shiftedExponent(clamped, k);
  const scale = powerOfTwo(shifted, k);
  return multiplyAdd(scale, reducedExpMinusOne(clamped, shifted, k), scale);
}

/** exp(x) over the whole range: subnormal results below -87.3, 0 below -104, infinity above 88.72. */
// @ts-ignore: decorator
@inline
export function exp(x: v128, k: usize): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(k, 56)), v128.load32_splat(k, 60));
  const shifted = shiftedExponent(clamped, k);
  const n = i32x4.sub(shifted, v128.load32_splat(k, 4));
  const half = i32x4.shr_s(n, 1);
  const first = i32x4.add(i32x4.shl(half, 23), v128.load32_splat(k, 40));
  const second = i32x4.add(i32x4.shl(i32x4.sub(n, half), 23), v128.load32_splat(k, 40));
  const one = f32x4.add(reducedExpMinusOne(clamped, shifted, k), v128.load32_splat(k, 40));
  return f32x4.mul(f32x4.mul(one, first), second);
}

/** 1 / (1 + exp(-x)), as exp(x) / (1 + exp(x)) where x is negative. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128, k: usize): v128 {
  const e = expOfNegative(v128.or(x, v128.load32_splat(k, 52)), k);
  const one = v128.load32_splat(k, 40);
  const isNegative = i32x4.shr_s(x, 31);
  return f32x4.div(v128.bitselect(e, one, isNegative), f32x4.add(one, e));
}

/** tanh(x) = -m / (m + 2), m = exp(-2 |x|) - 1, with the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128, k: usize): v128 {
  const sign = v128.load32_splat(k, 52);
  const twice = f32x4.pmax(v128.or(f32x4.add(x, x), sign), v128.load32_splat(k, 44));
  const shifted = shiftedExponent(twice, k);
  const scale = powerOfTwo(shifted, k);
  const minusOne = f32x4.sub(scale, v128.load32_splat(k, 40));
  const m = multiplyAdd(scale, reducedExpMinusOne(twice, shifted, k), minusOne);
  const size = f32x4.div(m, f32x4.add(m, v128.load32_splat(k, 48)));
  return v128.bitselect(x, size, sign);
}
