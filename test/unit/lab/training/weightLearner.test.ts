import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { registerKernels } from '../../../../src/kernels/registerKernels';
import { type Hyperparameters } from '../../../../src/lab/training/labSettings';
import { Network } from '../../../../src/lab/training/network/network';
import { type NamedArray, type NetworkShape } from '../../../../src/lab/training/network/networkShape';
import { createWeightLearner, type WeightLearner } from '../../../../src/lab/training/network/weightLearner';
import {
  clipByNorm,
  createOptimizerState,
  type OptimizerState,
  updateWeights,
  type WeightPlan,
} from '../../../../src/lab/training/network/weightUpdate';
import { useKernels } from '../../../support/kernels';
import { relativeError } from '../../../support/relativeError';
import { useWasmBackend } from '../../../support/tfjsBackend';

const shapes = [[7, 3], [5, 9], [9], [4]] as const;
const plans: readonly WeightPlan[] = [
  { rateScale: 1, frozenValues: 6 },
  { rateScale: 0.5 },
  { rateScale: 1 },
  { rateScale: 0 },
];
const rate = 0.01;

function wave(length: number, phase: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => Math.sin(0.7 * phase + 1.3 * at));
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
const weightsAtFirst = (): NamedArray[] =>
  shapes.map((shape, k) => ({ name: `w${k}`, shape, data: wave(sizeOf(shape), k) }));
const gradientsAt = (step: number): Float32Array[] => shapes.map((shape, k) => wave(sizeOf(shape), 3 * step + k));

/** The rules on arrays, over some steps. */
function follow(hyperparameters: Hyperparameters, steps: number): OptimizerState {
  const state = createOptimizerState(weightsAtFirst(), hyperparameters);
  for (let step = 1; step <= steps; step++) {
    const gradients = gradientsAt(step);
    plans.forEach(({ rateScale, frozenValues = 0 }, at) =>
      gradients[at]?.fill(0, 0, rateScale === 0 ? undefined : frozenValues),
    );
    clipByNorm(gradients, hyperparameters.clip_norm);
    updateWeights(state, gradients, { step, rate, hyperparameters, plans });
  }
  return state;
}

function learn(learner: WeightLearner, from: number, to: number): void {
  for (let step = from; step <= to; step++)
    tf.tidy(() =>
      learner.learn(
        gradientsAt(step).map((data, k) => tf.tensor(data, [...(shapes[k] ?? [])])),
        { step, rate, plans },
      ),
    );
}

function assertSame(actual: OptimizerState, expected: OptimizerState, tolerance: number): void {
  const arrays = ({ weights, slots }: OptimizerState): Float32Array[] => [
    ...weights.map(({ data }) => data),
    ...slots.flat(),
  ];
  arrays(expected).forEach((values, k) => {
    const error = relativeError(arrays(actual)[k] as Float32Array, values);
    assert.ok(error <= tolerance, `array ${k}: ${error}`);
  });
}

describe('the learner of a network', () => {
  before(async () => {
    await useWasmBackend();
    registerKernels(await useKernels());
  });

  for (const optimizer of ['Adam', 'Nadam'] as const) {
    for (const [clip_norm, weight_decay] of [
      [0, 0],
      [0.5, 0],
      [100, 0.2],
    ] as const) {
      it(`follows ${optimizer} on arrays, clipped at ${clip_norm} and with decay ${weight_decay}, with frozen and slower weights, and leaves no tensor`, () => {
        const hyperparameters = { optimizer, clip_norm, weight_decay } as Hyperparameters;
        const tensors = tf.memory().numTensors;
        const network = new Network({} as NetworkShape, weightsAtFirst());
        const learner = createWeightLearner(network, hyperparameters);
        learn(learner, 1, 40);
        const expected = follow(hyperparameters, 40);
        assertSame(learner.read(), expected, 2e-6);
        assert.deepEqual(learner.read().weights[3], weightsAtFirst()[3]);
        assert.deepEqual(learner.read().weights[0]?.data.slice(0, 6), weightsAtFirst()[0]?.data.slice(0, 6));
        assertSame({ weights: network.read(), slots: [] }, { weights: expected.weights, slots: [] }, 2e-6);
        learner.dispose();
        network.dispose();
        assert.equal(tf.memory().numTensors, tensors);
      });
    }
  }

  it('follows the reference of Adam over 50 steps by the kernel', () => {
    const weights = [{ name: 'w', shape: [5], data: Float32Array.from({ length: 5 }, (_, at) => 0.5 - 0.2 * at) }];
    const learner = createWeightLearner(new Network({} as NetworkShape, weights), {
      optimizer: 'Adam',
      clip_norm: 0,
      weight_decay: 0,
    } as Hyperparameters);
    for (let step = 1; step <= 50; step++) {
      const gradient = tf.tensor1d(Array.from({ length: 5 }, (_, at) => Math.sin(0.7 * step + at) * (0.5 + 0.3 * at)));
      learner.learn([gradient], { step, rate: 0.001, plans: [{ rateScale: 1 }] });
    }
    const { Adam } = JSON.parse(
      readFileSync(path.resolve(__dirname, '../../../references/optimizers.json'), 'utf8'),
    ) as { readonly Adam: readonly number[] };
    learner
      .read()
      .weights[0]?.data.forEach((weight, at) =>
        assert.ok(Math.abs(weight - (Adam[at] ?? NaN)) < 1e-6, `weight ${at}: ${weight}, ${Adam[at]}`),
      );
  });

  it('goes on from a checkpoint with the same bits', () => {
    const hyperparameters = { optimizer: 'Adam', clip_norm: 1, weight_decay: 0.1 } as Hyperparameters;
    const create = (state?: OptimizerState): WeightLearner =>
      createWeightLearner(
        new Network({} as NetworkShape, state?.weights ?? weightsAtFirst()),
        hyperparameters,
        state?.slots,
      );
    const whole = create();
    learn(whole, 1, 20);
    const first = create();
    learn(first, 1, 9);
    const second = create(first.read());
    learn(second, 10, 20);
    assertSame(second.read(), whole.read(), 0);
  });
});
