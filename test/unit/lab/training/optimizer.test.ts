import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../../../src/base/random';
import { initializeMatrix } from '../../../../src/lab/training/network/initialize';
import { type Hyperparameters } from '../../../../src/lab/training/labSettings';
import { optimizerRule } from '../../../../src/lab/training/network/optimizer';
import { initModes, optimizerNames } from '../../../../src/lab/training/settingsSchema';
import { clipByNorm, rateAt } from '../../../../src/lab/training/network/weightUpdate';

const references = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../../references/optimizers.json'), 'utf8'),
) as Record<string, number[]>;

/** The gradients of test/references/makeOptimizers.py, over 50 steps. */
function follow(name: (typeof optimizerNames)[number], rate: number): Float32Array {
  const rule = optimizerRule(name);
  const weights = Float32Array.from({ length: 5 }, (_, at) => 0.5 - 0.2 * at);
  const slots = Array.from({ length: rule.slots }, () => new Float32Array(5).fill(rule.initialSlot));
  for (let step = 1; step <= 50; step++) {
    const gradient = Float32Array.from({ length: 5 }, (_, at) => Math.sin(0.7 * step + at) * (0.5 + 0.3 * at));
    rule.update(weights, gradient, slots, { step, rate });
  }
  return weights;
}

describe('the optimizers', () => {
  for (const [name, rate] of [
    ['Nadam', 0.002],
    ['Adam', 0.001],
    ['Adagrad', 0.01],
    ['SGD', 0.1],
    ['RMSprop', 0.001],
    ['Adadelta', 1],
    ['Adamax', 0.001],
  ] as const) {
    it(`${name} follows its reference over 50 steps`, () => {
      follow(name, rate).forEach((weight, at) =>
        assert.ok(
          Math.abs(weight - (references[name]?.[at] ?? NaN)) < 1e-6,
          `weight ${at}: ${weight}, ${references[name]?.[at]}`,
        ),
      );
    });
  }

  for (const name of optimizerNames) {
    it(`${name} goes downhill on a bowl`, () => {
      const rule = optimizerRule(name);
      const weights = Float32Array.of(1, -2);
      const slots = Array.from({ length: rule.slots }, () => new Float32Array(2).fill(rule.initialSlot));
      for (let step = 1; step <= 300; step++)
        rule.update(weights, weights.slice(), slots, { step, rate: rule.usualRate });
      assert.ok(Math.hypot(...weights) < Math.hypot(1, 2) - 0.05, weights.join(' '));
    });
  }
});

describe('the learning rate and the clipping', () => {
  const hyperparameters = { optimizer: 'Adam', learning_rate: 0.1 } as Hyperparameters;

  it('falls along half a cosine, or stays', () => {
    const cosine = { ...hyperparameters, schedule: 'cosine' } as const;
    assert.equal(rateAt(1, 100, cosine), 0.1);
    assert.ok(Math.abs(rateAt(51, 100, cosine) - 0.05) < 1e-12);
    assert.ok(rateAt(100, 100, cosine) < 1e-4);
    assert.equal(rateAt(77, 100, { ...hyperparameters, schedule: 'constant' }), 0.1);
  });

  it('scales all gradients together to the norm, and never up', () => {
    const gradients = [Float32Array.of(3), Float32Array.of(0, 4)];
    assert.equal(clipByNorm(gradients, 1), 5);
    assert.deepEqual(
      gradients.map((gradient) => [...gradient].map((value) => Math.round(value * 100) / 100)),
      [[0.6], [0, 0.8]],
    );
    assert.equal(clipByNorm([Float32Array.of(0.5)], 1), 0.5);
    assert.equal(clipByNorm([Float32Array.of(9)], 0), 9);
  });
});

describe('the initialisations', () => {
  const size = { rows: 40, columns: 60 };
  const expectedVariance: Readonly<Record<(typeof initModes)[number], number>> = {
    uniform: 0.05 ** 2 / 3,
    lecun_uniform: 1 / 40,
    normal: 0.05 ** 2,
    zero: 0,
    glorot_normal: 2 / 100,
    glorot_uniform: 2 / 100,
    he_normal: 2 / 40,
    he_uniform: 2 / 40,
    orthogonal: 1 / 60,
  };

  for (const mode of initModes) {
    it(`${mode} has the variance of its formula and depends on the seed alone`, () => {
      const values = initializeMatrix(mode, size, createRandom(1));
      const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      assert.ok(Math.abs(variance - expectedVariance[mode]) <= 0.1 * expectedVariance[mode], `${variance}`);
      assert.deepEqual(values, initializeMatrix(mode, size, createRandom(1)));
    });
  }

  it('orthogonal gives orthonormal rows, or columns where they are fewer; one by one it is 1 or -1', () => {
    const q = initializeMatrix('orthogonal', { rows: 3, columns: 5 }, createRandom(2));
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        let product = 0;
        for (let k = 0; k < 5; k++) product += (q[a * 5 + k] ?? 0) * (q[b * 5 + k] ?? 0);
        assert.ok(Math.abs(product - (a === b ? 1 : 0)) < 1e-6);
      }
    }
    assert.equal(Math.abs(initializeMatrix('orthogonal', { rows: 1, columns: 1 }, createRandom(3))[0] ?? 0), 1);
  });
});
