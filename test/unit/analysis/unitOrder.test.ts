import assert from 'node:assert/strict';
import { orderByActivity, orderByCluster, sampleSteps } from '../../../src/analysis/unitOrder';
import { createRandom } from '../../../src/base/random';
import { normals } from '../../support/randomModel';

describe('an order of units', () => {
  it('by activity puts the largest mean magnitude first', () => {
    assert.deepEqual(orderByActivity(Float32Array.of(0.1, -0.9, 0.5, 0.2, -0.8, 0.5), 3).order, [1, 2, 0]);
  });

  it('by activity puts a unit with a NaN last', () => {
    assert.deepEqual(orderByActivity(Float32Array.of(NaN, 0.1, 0.2), 3).order, [2, 1, 0]);
  });

  for (const units of [8, 130, 300]) {
    it(`by cluster brings units that move alike together (${units} units)`, () => {
      const random = createRandom(1);
      const steps = 60;
      const shapes = [normals(random, steps), normals(random, steps)];
      const h = new Float32Array(steps * units);
      for (let t = 0; t < steps; t++) {
        for (let u = 0; u < units; u++)
          h[t * units + u] = ((shapes[u % 2] as Float32Array)[t] as number) * (1 + u) + 0.01 * random();
      }
      const { order, clusterOf } = orderByCluster(h, units);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        Array.from({ length: units }, (_, k) => k),
      );
      const parities = order.map((unit) => unit % 2);
      assert.equal(parities.filter((parity, k) => k > 0 && parity !== parities[k - 1]).length, 1);
      const numbers = order.map((unit) => clusterOf?.[unit] as number);
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
        'clusters are numbered in order',
      );
    });
  }

  it('stands constants, NaN, one unit and one step', () => {
    assert.deepEqual(orderByCluster(new Float32Array(40), 4).order.length, 4);
    assert.deepEqual(orderByCluster(new Float32Array(40).fill(NaN), 4).order.length, 4);
    assert.deepEqual(orderByCluster(Float32Array.of(1, 2, 3), 1), { order: [0], clusterOf: [0] });
    assert.deepEqual(orderByCluster(Float32Array.of(1, 2, 3, 4), 4).order.length, 4);
  });

  it('looks at no more steps than it may', () => {
    assert.deepEqual(sampleSteps(3, 5), [0, 1, 2]);
    assert.deepEqual(sampleSteps(10, 5), [0, 2, 4, 6, 8]);
    assert.deepEqual(sampleSteps(0, 5), []);
  });
});
