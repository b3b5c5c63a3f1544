import { checkInterrupt } from '../../../base/interrupt';
import { drawNormal, type Random } from '../../../base/random';
import { type InitMode } from '../labSettings';

/**
 * Rows and columns of a weight matrix; fan in is `rows`, fan out `columns`, as Keras counts for dense and recurrent
 * kernels.
 */
export interface MatrixSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Standard deviation of N(0, 1) cut at two deviations: Keras divides by it so that the truncated draws keep the
 * variance.
 */
const truncatedDeviation = 0.8796256610342398;

/** A freshly initialised matrix, row-major, by the names and formulas of Keras's initializers. */
export function initializeMatrix(mode: InitMode, { rows, columns }: MatrixSize, random: Random): Float32Array {
  const fill = (draw: () => number): Float32Array => Float32Array.from({ length: rows * columns }, draw);
  const uniform = (limit: number): Float32Array => fill(() => (2 * random() - 1) * limit);
  const normal = (deviation: number): Float32Array =>
    fill(() => drawTruncated(random) * (deviation / truncatedDeviation));
  switch (mode) {
    case 'uniform':
      return uniform(0.05);
    case 'normal':
      return fill(() => drawNormal(random) * 0.05);
    case 'zero':
      return new Float32Array(rows * columns);
    case 'lecun_uniform':
      return uniform(Math.sqrt(3 / rows));
    case 'glorot_uniform':
      return uniform(Math.sqrt(6 / (rows + columns)));
    case 'glorot_normal':
      return normal(Math.sqrt(2 / (rows + columns)));
    case 'he_uniform':
      return uniform(Math.sqrt(6 / rows));
    case 'he_normal':
      return normal(Math.sqrt(2 / rows));
    case 'orthogonal':
      return orthogonal({ rows, columns }, random);
  }
}

/**
 * Blocks side by side, each initialised on its own: [rows, blocks * columns]. Used for the recurrent kernels, a block a
 * gate.
 */
export function initializeBlocks(mode: InitMode, size: MatrixSize, blocks: number, random: Random): Float32Array {
  const { rows, columns } = size;
  const whole = new Float32Array(rows * columns * blocks);
  for (let block = 0; block < blocks; block++) {
    const part = initializeMatrix(mode, size, random);
    for (let row = 0; row < rows; row++) {
      whole.set(part.subarray(row * columns, (row + 1) * columns), row * columns * blocks + block * columns);
    }
  }
  return whole;
}

function drawTruncated(random: Random): number {
  for (;;) {
    const value = drawNormal(random);
    if (Math.abs(value) < 2) return value;
  }
}

function removePart(vector: Float64Array, other: Float64Array): void {
  let overlap = 0;
  for (let at = 0; at < vector.length; at++) overlap += (vector[at] as number) * (other[at] as number);
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] as number) - overlap * (other[at] as number);
}

/** Orthonormal rows or columns, whichever are fewer: Gram-Schmidt, twice, on normal draws (Saxe et al. 2014). */
function orthogonal({ rows, columns }: MatrixSize, random: Random): Float32Array {
  const isWide = columns > rows;
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => drawNormal(random));
    checkInterrupt();
    for (let pass = 0; pass < 2; pass++) for (const other of vectors) removePart(vector, other);
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    vectors.push(vector.map((value) => value / norm));
  }
  const matrix = new Float32Array(rows * columns);
  vectors.forEach((vector, index) => {
    for (let at = 0; at < length; at++) matrix[isWide ? index * columns + at : at * columns + index] = vector[at] ?? 0;
  });
  return matrix;
}
