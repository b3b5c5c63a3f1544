import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { activate, nameOfActivation } from '../../../src/cells/activations';
import { type Activation } from '../../../src/cells/cellWeights';
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
        const run = (values: readonly number[]): Float32Array => tf.tidy(() => activate(tf.tensor1d([...values]), activation).dataSync().slice()) as Float32Array;
        assertClose(run(points), points.map(expected), 2e-6);
        assert.ok(Number.isNaN(run([NaN])[0]), 'NaN stays NaN');
        assertClose(run([-Infinity, Infinity]), [low, high], 2e-6);
        assert.equal(tf.memory().numTensors, before);
      });
    }

    it('softmax works over the last axis', () => {
      const values = tf.tidy(() => activate(tf.tensor2d([[0, Math.log(3)], [5, 5]]), 'softmax').dataSync().slice());
      assertClose(values as Float32Array, [0.25, 0.75, 0.5, 0.5], 1e-6);
    });
  });
}
