import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { activate, nameOfActivation } from '../../../src/cells/activations';
import { type Activation } from '../../../src/cells/cellWeights';
import { scalarActivation, slopeNeedsInput, slopeOf } from '../../../src/cells/scalarActivation';
import { assertClose } from '../../support/closeTo';
import { useBackend, useWasmBackend } from '../../support/tfjsBackend';

const points = [-50, -6, -3, -2.5, -1, -0.1, 0, 0.1, 0.75, 1, 2.5, 3, 7];
const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
// Phi by its series (Abramowitz and Stegun 7.1.5 would do; here from erf at float64 by integration).
const phi = (x: number): number => {
  const n = 2000;
  let sum = 0;
  for (let k = 0; k < n; k++) sum += Math.exp(-0.5 * ((x * (k + 0.5)) / n) ** 2) * (x / n);
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
};
const selu = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/** Each activation, what it must be, and what it makes of -Infinity and Infinity. */
const cases: readonly (readonly [Activation, (x: number) => number, number, number])[] = [
  ['linear', (x) => x, -Infinity, Infinity],
  ['tanh', Math.tanh, -1, 1],
  ['sigmoid', (x) => 1 / (1 + Math.exp(-x)), 0, 1],
  ['hard_sigmoid', (x) => clip(0.2 * x + 0.5, 0, 1), 0, 1],
  ['hard_sigmoid_keras3', (x) => clip(x / 6 + 0.5, 0, 1), 0, 1],
  ['relu', (x) => Math.max(x, 0), 0, Infinity],
  ['softsign', (x) => x / (1 + Math.abs(x)), NaN, NaN],
  ['softplus', (x) => Math.log1p(Math.exp(x)), 0, Infinity],
  [{ kind: 'affine', alpha: 2, beta: -1 }, (x) => 2 * x - 1, -Infinity, Infinity],
  [{ kind: 'scaledTanh', alpha: 1.7159, beta: 2 / 3 }, (x) => 1.7159 * Math.tanh((2 / 3) * x), -1.7159, 1.7159],
  [{ kind: 'hardSigmoid', alpha: 0.3, beta: 0.4 }, (x) => clip(0.3 * x + 0.4, 0, 1), 0, 1],
  [{ kind: 'leakyRelu', alpha: 0.3 }, (x) => (x < 0 ? 0.3 * x : x), -Infinity, Infinity],
  [{ kind: 'thresholdedRelu', alpha: 0.5 }, (x) => (x > 0.5 ? x : 0), 0, Infinity],
  [{ kind: 'elu', alpha: 2 }, (x) => (x < 0 ? 2 * Math.expm1(x) : x), -2, Infinity],
  [{ kind: 'selu' }, (x) => selu.scale * (x < 0 ? selu.alpha * Math.expm1(x) : x), -selu.scale * selu.alpha, Infinity],
  [{ kind: 'gelu' }, (x) => x * phi(x), NaN, Infinity],
  [{ kind: 'swish' }, (x) => x / (1 + Math.exp(-x)), NaN, Infinity],
  [{ kind: 'relu6' }, (x) => clip(x, 0, 6), 0, 6],
  [{ kind: 'exponential' }, Math.exp, 0, Infinity],
  [{ kind: 'celu' }, (x) => (x > 0 ? x : Math.exp(x) - 1), -1, Infinity],
  [{ kind: 'hardShrink' }, (x) => (x > 0.5 || x < -0.5 ? x : 0), -Infinity, Infinity],
  [{ kind: 'hardSwish' }, (x) => (x * clip(x + 3, 0, 6)) / 6, NaN, Infinity],
  [{ kind: 'hardTanh' }, (x) => clip(x, -1, 1), -1, 1],
  [{ kind: 'logSigmoid' }, (x) => (x > -30 ? Math.log(1 / (1 + Math.exp(-x))) : x), -Infinity, 0],
  [{ kind: 'mish' }, (x) => x * Math.tanh(Math.log1p(Math.exp(x))), NaN, Infinity],
  [{ kind: 'softShrink' }, (x) => (x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0), -Infinity, Infinity],
  [{ kind: 'sparsePlus' }, (x) => (x <= -1 ? 0 : x >= 1 ? x : 0.25 * (x + 1) ** 2), 0, Infinity],
  [{ kind: 'sparseSigmoid' }, (x) => clip((x + 1) / 2, 0, 1), 0, 1],
  [{ kind: 'squareplus' }, (x) => 2 / (Math.sqrt(x * x + 4) - x), NaN, Infinity],
  [{ kind: 'tanhShrink' }, (x) => x - Math.tanh(x), -Infinity, Infinity],
];

for (const backend of ['wasm', 'cpu'] as const) {
  describe(`an activation on the ${backend} backend`, () => {
    before(async () => {
      await useWasmBackend();
      await useBackend(backend);
    });
    after(() => useBackend('wasm'));

    for (const [activation, expected, low, high] of cases) {
      it(`${nameOfActivation(activation)} has its values, keeps NaN and takes infinities`, () => {
        const before = tf.memory().numTensors;
        const run = (values: readonly number[]): Float32Array =>
          tf.tidy(() =>
            activate(tf.tensor1d([...values]), activation)
              .dataSync()
              .slice(),
          ) as Float32Array;
        assertClose(run(points), points.map(expected), 2e-6);
        assert.ok(Number.isNaN(run([NaN])[0]), 'NaN stays NaN');
        assertClose(run([-Infinity, Infinity]), [low, high], 2e-6);
        assert.equal(tf.memory().numTensors, before);
      });
    }

    it('softmax works over the last axis', () => {
      const values = tf.tidy(() =>
        activate(
          tf.tensor2d([
            [0, Math.log(3)],
            [5, 5],
          ]),
          'softmax',
        )
          .dataSync()
          .slice(),
      );
      assertClose(values as Float32Array, [0.25, 0.75, 0.5, 0.5], 1e-6);
    });
  });
}

describe('an activation of one number', () => {
  for (const [activation, expected] of cases) {
    it(`${nameOfActivation(activation)} has its values, and the slope that finite differences give`, () => {
      const [value, slope] = [scalarActivation(activation), slopeOf(activation)];
      assert.ok(value && slope);
      const step = 1e-6;
      // Beside the corners, where left and right differ.
      for (const x of [-6.3, -2.7, -1.3, -0.35, 0.2, 0.83, 2.6, 6.4]) {
        assert.ok(Math.abs(value(x) - expected(x)) < 1e-6 * Math.max(1, Math.abs(expected(x))), `at ${x}`);
        const difference = (value(x + step) - value(x - step)) / (2 * step);
        assert.ok(
          Math.abs(slope(slopeNeedsInput(activation) ? x : value(x)) - difference) <
            1e-6 * Math.max(1, Math.abs(difference)),
          `slope at ${x}`,
        );
      }
    });
  }
});
