// Activations over a row, and their derivatives from the activated value.

import { constantTable, exp, sigmoid, tanh } from './exponential';
import { storePair } from './vectors';

/** The activations the kernels know; src/kernels/kernelCodes.ts gives the same numbers. */
// @ts-ignore: decorator
@inline export const LINEAR: i32 = 0;
// @ts-ignore: decorator
@inline export const TANH: i32 = 1;
// @ts-ignore: decorator
@inline export const SIGMOID: i32 = 2;
// @ts-ignore: decorator
@inline export const RELU: i32 = 3;
// @ts-ignore: decorator
@inline export const HARD_SIGMOID: i32 = 4;
// @ts-ignore: decorator
@inline export const HARD_SIGMOID_KERAS3: i32 = 5;

/** to = activation(from), over `bytes` bytes (a multiple of 32); `to` may be `from`. */
export function activate(kind: i32, from: usize, to: usize, bytes: usize): void {
  const k = constantTable();
  if (kind === SIGMOID) {
    for (let j: usize = 0; j < bytes; j += 32)
      storePair(to + j, sigmoid(v128.load(from + j), k), sigmoid(v128.load(from + j, 16), k));
  } else if (kind === TANH) {
    for (let j: usize = 0; j < bytes; j += 32)
      storePair(to + j, tanh(v128.load(from + j), k), tanh(v128.load(from + j, 16), k));
  } else if (kind === RELU) {
    const zero = f32x4.splat(0);
    for (let j: usize = 0; j < bytes; j += 16) v128.store(to + j, f32x4.pmax(v128.load(from + j), zero));
  } else if (kind >= HARD_SIGMOID) {
    const slope = f32x4.splat(hardSlope(kind));
    for (let j: usize = 0; j < bytes; j += 16) v128.store(to + j, hardSigmoid(v128.load(from + j), slope));
  } else {
    memory.copy(to, from, bytes);
  }
}

/** exp of `bytes` bytes at `row`, in place. */
export function exponential(row: usize, bytes: usize): void {
  const k = constantTable();
  for (const end = row + bytes; row < end; row += 16) v128.store(row, exp(v128.load(row), k));
}

// @ts-ignore: decorator
@inline
function hardSlope(kind: i32): f32 {
  return kind === HARD_SIGMOID ? 0.2 : <f32>(1.0 / 6.0);
}

/** clip(slope x + 1/2, 0, 1); NaN stays NaN because the pseudo-minimum keeps its first operand then. */
// @ts-ignore: decorator
@inline
function hardSigmoid(x: v128, slope: v128): v128 {
  const line = f32x4.add(f32x4.mul(x, slope), f32x4.splat(0.5));
  return f32x4.pmax(f32x4.pmin(line, f32x4.splat(1)), f32x4.splat(0));
}

/** The derivative of an activation where its value is y. */
// @ts-ignore: decorator
@inline
export function derivative(kind: i32, y: v128): v128 {
  const one = f32x4.splat(1);
  if (kind === SIGMOID) return f32x4.mul(y, f32x4.sub(one, y));
  if (kind === TANH) return f32x4.sub(one, f32x4.mul(y, y));
  const zero = f32x4.splat(0);
  if (kind === RELU) return v128.and(f32x4.gt(y, zero), one);
  if (kind >= HARD_SIGMOID)
    return v128.and(v128.and(f32x4.gt(y, zero), f32x4.lt(y, one)), f32x4.splat(hardSlope(kind)));
  return one;
}
