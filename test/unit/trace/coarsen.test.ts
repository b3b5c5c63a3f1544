import assert from 'node:assert/strict';
import { coarsen } from '../../../src/trace/reading/coarsen';

describe('coarsening a block', () => {
  it('gives minimum, mean and maximum of every group, the last one shorter', () => {
    const values = Float32Array.of(1, 10, 3, 20, 5, 60); // [3, 2]
    assert.deepEqual([...coarsen(values, 2, 2)], [1, 10, 5, 60, 2, 15, 5, 60, 3, 20, 5, 60]);
  });

  it('keeps a NaN visible in all three planes', () => {
    assert.deepEqual([...coarsen(Float32Array.of(1, NaN, 2), 1, 4)], [NaN, NaN, NaN]);
  });

  it('gives nothing for nothing', () => {
    assert.equal(coarsen(new Float32Array(), 3, 2).length, 0);
    assert.equal(coarsen(new Float32Array(), 0, 2).length, 0);
  });
});
