import { frobeniusNorm } from './weightFigures';

/** The largest |eigenvalue| of a matrix. */
export interface SpectralRadius {
  readonly radius: number;
  readonly isEstimate: boolean;
}

const largestWhole = 256;
const krylovSize = 192;
const squarings = 14;
const rowsAtATime = 16;

/**
 * The spectral radius of a square matrix [n, n]: Gelfand's formula, lim |A^k|^(1/k), by repeated squaring to k =
 * 16,384, which ends for every matrix (the QR iteration of our matrix library has no bound, and a file's weights are
 * not ours). Within about 0.05 % of the truth. A matrix over 256 wide is first projected on a Krylov subspace (Arnoldi
 * 1951). Yields between slices of work; NaN where a weight is not finite.
 */
export function* findSpectralRadius(matrix: Float64Array, n: number): Generator<void, SpectralRadius> {
  const isEstimate = n > largestWhole;
  if (n === 0) return { radius: 0, isEstimate: false };
  if (!matrix.every(Number.isFinite)) return { radius: NaN, isEstimate };
  if (!isEstimate) return { radius: yield* powerLimit(matrix, n), isEstimate };
  const small = yield* projectOnKrylov(matrix, n, krylovSize);
  return { radius: yield* powerLimit(small.matrix, small.size), isEstimate };
}

/** |A^k|^(1/k) at k = 2^14; each power is scaled to norm 1 and the logarithm of its norm kept beside it. */
function* powerLimit(matrix: Float64Array, n: number): Generator<void, number> {
  let norm = frobeniusNorm(matrix);
  if (norm === 0) return 0;
  let power: Float64Array = matrix.map((value) => value / norm);
  let logNorm = Math.log(norm);
  for (let k = 0; k < squarings; k++) {
    power = yield* square(power, n);
    norm = frobeniusNorm(power);
    // Every power of a nilpotent matrix from the n-th on is zero.
    if (norm < 1e-280) return 0;
    logNorm = 2 * logNorm + Math.log(norm);
    for (let at = 0; at < power.length; at++) power[at] = (power[at] as number) / norm;
  }
  return Math.exp(logNorm / 2 ** squarings);
}

function* square(matrix: Float64Array, n: number): Generator<void, Float64Array> {
  const result = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    const target = result.subarray(row * n, (row + 1) * n);
    for (let k = 0; k < n; k++) {
      const factor = matrix[row * n + k] as number;
      if (factor === 0) continue;
      const base = k * n;
      for (let column = 0; column < n; column++)
        target[column] = (target[column] as number) + factor * (matrix[base + column] as number);
    }
    if (row % rowsAtATime === 0) yield;
  }
  return result;
}

/** The Hessenberg matrix of Arnoldi's iteration from a fixed start, [size, size]. */
function* projectOnKrylov(
  matrix: Float64Array,
  n: number,
  most: number,
): Generator<void, { matrix: Float64Array; size: number }> {
  const basis: Float64Array[] = [startVector(n)];
  const columns: number[][] = [];
  for (let k = 0; k < most; k++) {
    const next = multiply(matrix, basis[k] as Float64Array);
    // Twice: once is not enough in floating point.
    const column = basis.map(() => 0);
    for (let pass = 0; pass < 2; pass++)
      basis.forEach((vector, row) => (column[row] = (column[row] as number) + removePart(next, vector)));
    const norm = frobeniusNorm(next);
    columns.push([...column, norm]);
    yield;
    if (norm < 1e-12 * (1 + Math.abs(column[k] ?? 0))) break;
    basis.push(next.map((value) => value / norm));
  }
  const size = columns.length;
  const small = new Float64Array(size * size);
  columns.forEach((column, k) => column.slice(0, size).forEach((value, row) => (small[row * size + k] = value)));
  return { matrix: small, size };
}

/** A vector of length 1 that no structure of a matrix is likely to be orthogonal to. */
function startVector(n: number): Float64Array {
  const vector = Float64Array.from({ length: n }, (_, k) => Math.sin(1 + 12.9898 * k) + 0.1);
  const norm = frobeniusNorm(vector);
  return vector.map((value) => value / norm);
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const result = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (matrix[row * n + k] as number) * (vector[k] as number);
    result[row] = sum;
  }
  return result;
}

/** Takes the part along a unit vector out of `target`; gives its length. */
function removePart(target: Float64Array, unit: Float64Array): number {
  let along = 0;
  for (let k = 0; k < target.length; k++) along += (target[k] as number) * (unit[k] as number);
  for (let k = 0; k < target.length; k++) target[k] = (target[k] as number) - along * (unit[k] as number);
  return along;
}
