import assert from 'node:assert/strict';
import { describeField, euclideanNorm } from '../../../src/analysis/statistics';

describe('statistics of a field', () => {
  it('name the extreme units, most extreme first', () => {
    const { mean, minimum, maximum, lowest, highest, deviation } = describeField(
      'f',
      Float32Array.of(0.5, 0, 1, 0.25, 0.75),
    );
    assert.deepEqual([mean, minimum, maximum], [0.5, 0, 1]);
    assert.ok(Math.abs(deviation - Math.sqrt(0.125)) < 1e-12);
    assert.deepEqual(
      lowest.map(({ unit }) => unit),
      [1, 3, 0],
    );
    assert.deepEqual(
      highest.map(({ unit }) => unit),
      [2, 4, 0],
    );
  });

  it('leave a NaN out and say so when there is nothing else', () => {
    assert.equal(describeField('f', Float32Array.of(NaN, 1)).mean, 1);
    assert.ok(Number.isNaN(describeField('f', Float32Array.of(NaN)).mean));
    assert.deepEqual(describeField('f', Float32Array.of(NaN)).lowest, []);
  });

  it('take norms of tiny and of huge values', () => {
    assert.ok(Math.abs(euclideanNorm(Float32Array.of(3e-30, 4e-30)) / 5e-30 - 1) < 1e-6);
    assert.ok(Math.abs(euclideanNorm(Float32Array.of(3e30, 4e30)) / 5e30 - 1) < 1e-6);
    assert.equal(euclideanNorm(new Float32Array(3)), 0);
  });
});
