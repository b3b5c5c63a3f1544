import { type ScaledNorms } from '../trace/reading/gradients';

/** Exponent of a row that is exactly zero: below every other, so that whatever is added decides the scale. */
export const zeroExponent = -(2 ** 29);

const smallest = 1e-280;
const largest = 1e280;

function sumOfSquares(data: Float64Array, at: number, count: number): number {
  let sum = 0;
  for (let j = at; j < at + count; j++) sum += (data[j] as number) * (data[j] as number);
  return sum;
}

function largestMagnitude(data: Float64Array, at: number, count: number): number {
  let most = 0;
  for (let j = at; j < at + count; j++) {
    const magnitude = Math.abs(data[j] as number);
    if (!(magnitude <= most)) most = magnitude;
    if (Number.isNaN(magnitude)) return NaN;
  }
  return most;
}

/** The whole number e with 2^e <= value < 2^(e + 1) up to rounding; 0 for zero, NaN and infinity. */
function exponentOf(value: number): number {
  return value > 0 && value < Infinity ? Math.floor(Math.log2(value)) : 0;
}

/** value * 2^exponent also where 2^exponent itself is no longer a float64. */
export function timesPowerOfTwo(value: number, exponent: number): number {
  if (exponent > -1000 && exponent < 1000) return value * 2 ** exponent;
  if (exponent < 0) return exponent < -2200 ? 0 : value * 2 ** -1000 * 2 ** Math.max(exponent + 1000, -1074);
  return exponent > 2200 ? value * Infinity : value * 2 ** 1000 * 2 ** Math.min(exponent - 1000, 1023);
}

/** Multiplies `count` numbers beginning at `at` by 2^exponent, in place. */
export function scaleBlock(data: Float64Array, at: number, count: number, exponent: number): void {
  if (exponent === 0) return;
  if (exponent > -1000 && exponent < 1000) {
    const factor = 2 ** exponent;
    for (let j = at; j < at + count; j++) data[j] = (data[j] as number) * factor;
    return;
  }
  for (let j = at; j < at + count; j++)
    data[j] = (data[j] as number) === 0 ? 0 : timesPowerOfTwo(data[j] as number, exponent);
}

/** Where a norm is written: mantissas in [1, 2) with their exponents, so that no float32 underflows. */
export function createScaledNorms(count: number): ScaledNorms {
  return { mantissa: new Float32Array(count), exponent: new Int32Array(count) };
}

/** Euclidean norm of data[at ... at + count) * 2^exponent into `norms[index]`; no square under- or overflows. */
export function writeNorm(
  norms: ScaledNorms,
  index: number,
  row: { data: Float64Array; at: number; count: number; exponent: number },
): void {
  const { data, at, count } = row;
  let squares = sumOfSquares(data, at, count);
  let shift = 0;
  if (!(squares > smallest && squares < largest)) {
    const most = largestMagnitude(data, at, count);
    if (!(most > 0 && most < Infinity)) {
      norms.mantissa[index] = most;
      norms.exponent[index] = 0;
      return;
    }
    shift = exponentOf(most);
    squares = 0;
    for (let j = at; j < at + count; j++) squares += timesPowerOfTwo(data[j] as number, -shift) ** 2;
  }
  const norm = Math.sqrt(squares);
  const own = exponentOf(norm);
  norms.mantissa[index] = norm * 2 ** -own;
  norms.exponent[index] = row.exponent + shift + own;
}

/** `count` numbers of an array from `at` on. */
export interface Part {
  readonly data: Float64Array;
  readonly at: number;
  readonly count: number;
}

/**
 * How far the parts of a row (h's and those of the other states) must be shifted so that their squares stay in range: 0
 * mostly, else the exponent to take out; `zeroExponent` if all of it is exactly zero.
 */
export function excessExponent(parts: readonly Part[]): number {
  let squares = 0;
  for (const { data, at, count } of parts) squares += sumOfSquares(data, at, count);
  if (squares > 1e-60 && squares < 1e60) return 0;
  const most = Math.max(...parts.map(({ data, at, count }) => largestMagnitude(data, at, count)));
  return most === 0 ? zeroExponent : exponentOf(most);
}
