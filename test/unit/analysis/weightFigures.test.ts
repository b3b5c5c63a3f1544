import assert from 'node:assert/strict';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { reduceBlock } from '../../../src/analysis/reduceBlock';
import { findSpectralRadius, type SpectralRadius } from '../../../src/analysis/spectralRadius';
import { figuresOf, histogramOf, takeBlock } from '../../../src/analysis/weightFigures';
import { createRandom, drawNormal } from '../../../src/base/random';

function run(matrix: Float64Array, n: number): SpectralRadius {
  const work = findSpectralRadius(matrix, n);
  for (let next = work.next(); ; next = work.next()) if (next.done === true) return next.value;
}

function randomMatrix(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: n * n }, () => drawNormal(random) / Math.sqrt(n));
}

/** By the QR iteration of ml-matrix. */
function reference(matrix: Float64Array, n: number): number {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), {
    assumeSymmetric: false,
  });
  return Math.max(...realEigenvalues.map((real, k) => Math.hypot(real, imaginaryEigenvalues[k] ?? 0)));
}

describe('the spectral radius', () => {
  it('is that of the eigenvalues, complex pairs and sizes from 1 to 100 included', () => {
    for (const [n, seed] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [24, 4],
      [64, 5],
      [100, 6],
    ] as const) {
      const matrix = randomMatrix(n, seed);
      const expected = reference(matrix, n);
      const { radius, isEstimate } = run(matrix, n);
      assert.ok(Math.abs(radius / expected - 1) < 1e-3, `${n}: ${radius}, expected ${expected}`);
      assert.equal(isEstimate, false);
    }
  });

  it('of a rotation is 1, of a nilpotent matrix 0, of a triangular one its largest diagonal entry', () => {
    const [cos, sin] = [Math.cos(1), Math.sin(1)];
    assert.ok(Math.abs(run(Float64Array.of(cos, -sin, sin, cos), 2).radius - 1) < 1e-3);
    assert.equal(run(Float64Array.of(0, 1, 0, 0), 2).radius, 0);
    assert.ok(Math.abs(run(Float64Array.of(0.5, 100, 0, -0.9), 2).radius - 0.9) < 1e-3);
    assert.equal(run(new Float64Array(9), 3).radius, 0);
    assert.equal(run(new Float64Array(0), 0).radius, 0);
  });

  it('holds for huge and tiny weights, and is NaN where a weight is', () => {
    assert.ok(Math.abs(run(Float64Array.of(3e38, 0, 0, 1), 2).radius / 3e38 - 1) < 1e-3);
    assert.ok(Math.abs(run(Float64Array.of(3e-38, 0, 0, 1e-39), 2).radius / 3e-38 - 1) < 1e-3);
    assert.ok(Number.isNaN(run(Float64Array.of(1, NaN, 0, 1), 2).radius));
    assert.ok(Number.isNaN(run(Float64Array.of(1, Infinity, 0, 1), 2).radius));
  });

  it('of a large matrix is estimated to a percent', () => {
    const n = 260;
    const matrix = randomMatrix(n, 7);
    for (let k = 0; k < n; k++) matrix[k * n + k] = (matrix[k * n + k] ?? 0) + 0.5;
    const { radius, isEstimate } = run(matrix, n);
    assert.equal(isEstimate, true);
    const expected = reference(matrix, n);
    assert.ok(Math.abs(radius / expected - 1) < 0.01, `${radius}, expected ${expected}`);
  });
});

describe('the figures of weights', () => {
  it('are those of one block of columns', () => {
    const block = takeBlock(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), { rows: 2, width: 4, from: 2, units: 2 });
    assert.deepEqual([...block], [3, 4, 7, 8]);
    const { norm, mean, min, max } = figuresOf(block);
    assert.deepEqual([norm, mean, min, max], [Math.sqrt(9 + 16 + 49 + 64), 5.5, 3, 8]);
  });

  it('are NaN where a weight is not finite, and the norm neither overflows nor vanishes', () => {
    assert.ok(Number.isNaN(figuresOf(Float64Array.of(1, Infinity)).norm));
    assert.equal(figuresOf(Float64Array.of(3e300, 4e300)).norm, 5e300);
    assert.equal(figuresOf(Float64Array.of(3e-300, 4e-300)).norm, 5e-300);
  });

  it('count every unit once in the histogram', () => {
    const random = createRandom(3);
    const bias = Float64Array.from({ length: 100 }, () => 1 + drawNormal(random));
    const histogram = histogramOf('f', bias);
    assert.equal(
      histogram?.counts.reduce((sum, count) => sum + count, 0),
      100,
    );
    assert.deepEqual(histogramOf('f', Float64Array.of(1, 1, 1))?.counts, [3]);
    assert.equal(histogramOf('f', Float64Array.of(1, NaN)), null);
  });
});

describe('a picture of weights', () => {
  it('has units down and inputs across, and is exact where it fits', () => {
    const { rows, columns, values } = reduceBlock(Float64Array.of(1, 2, 3, 4, 5, 6), { inputs: 2, units: 3, most: 8 });
    assert.deepEqual([rows, columns, ...values], [3, 2, 1, 4, 2, 5, 3, 6]);
  });

  it('keeps the largest weight of every group, and NaN, when it is reduced', () => {
    const block = new Float64Array(1000 * 700);
    block[999 * 700 + 699] = -5;
    block[0] = NaN;
    block[1] = 3;
    const { rows, columns, values } = reduceBlock(block, { inputs: 1000, units: 700, most: 512 });
    assert.deepEqual([rows, columns], [512, 512]);
    assert.equal(values.at(-1), -5);
    assert.ok(Number.isNaN(values[0]));
  });
});
