import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { parseLabSettings } from '../../../../src/lab/training/labSettings';
import { initializeNetwork, shapeOf } from '../../../../src/lab/training/network/networkShape';
import { createNextTokenProblem } from '../../../../src/lab/training/nextTokenProblem';
import { maskStates } from '../../../../src/lab/training/network/passStates';
import { type Problem } from '../../../../src/lab/training/problem';
import { train } from '../../../../src/lab/training/trainer';
import { useWasmBackend } from '../../../support/tfjsBackend';

const V = 5;
const ids = Int32Array.from({ length: 600 }, (_, at) => (at * at + (at >> 3)) % V);
const texts = { training: [{ name: 'a', ids }], validation: [{ name: 'b', ids }], test: [{ name: 'c', ids }] };

function createProblem(): Problem {
  return createNextTokenProblem(texts, { streams: 4, steps: 10, vocabularySize: V });
}

/** The trained weights, one list a weight. */
async function weightsWith(stateReset: number, problem: Problem): Promise<readonly (readonly number[])[]> {
  const settings = parseLabSettings(
    JSON.stringify({
      name: 'reset',
      task: 'next-token',
      data: { format: 'text', files: [{ path: 'a.txt' }], split: { by: 'last-tenths' } },
      tokens: { level: 'character' },
      model: { cell: 'lstm', input: 'one-hot' },
      hyperparameters: {
        units: 6,
        batch_size: 4,
        sequence_length: 10,
        steps: 8,
        validate_every: 8,
        keep: 'last',
        state_reset: stateReset,
      },
    }),
    'reset',
  );
  const shape = shapeOf(settings, V, problem.outputs);
  const host = {
    signal: new AbortController().signal,
    now: () => 0,
    breathe: async () => undefined,
    tell: () => undefined,
  };
  const outcome = await train(
    { settings, settingsKey: 'reset', shape, weights: initializeNetwork(shape, settings), steps: 8 },
    problem,
    host,
  );
  return outcome.weights.map(({ data }) => [...data]);
}

describe('the state between two batches', () => {
  before(useWasmBackend);

  it('begins from zeros in the streams that a mask names, for h and c', () => {
    const before = tf.memory().numTensors;
    const states = [
      { h: tf.tensor2d([1, 2, 3, 4], [2, 2]), c: tf.tensor2d([5, 6, 7, 8], [2, 2]) },
      { h: tf.tensor2d([9, 10], [2, 1]) },
    ];
    const masked = maskStates(states, Float32Array.of(0, 1));
    assert.deepEqual(
      masked.map(({ h, c }) => [[...h.dataSync()], c && [...c.dataSync()]]),
      [
        [
          [0, 0, 3, 4],
          [0, 0, 7, 8],
        ],
        [[0, 10], undefined],
      ],
    );
    for (const { h, c } of [...states, ...masked]) tf.dispose(c === undefined ? [h] : [h, c]);
    assert.equal(tf.memory().numTensors, before);
  });

  it('is carried over, or forgotten in a share of the streams, or in all as if no batch went on from another', async () => {
    const before = tf.memory().numTensors;
    const carried = await weightsWith(0, createProblem());
    const some = await weightsWith(0.5, createProblem());
    const none = await weightsWith(1, createProblem());
    const apart = createProblem();
    const alone = await weightsWith(0, { ...apart, batchAt: (step) => ({ ...apart.batchAt(step), continues: false }) });
    assert.deepEqual(none, alone);
    assert.notDeepEqual(some, none);
    assert.notDeepEqual(some, carried);
    assert.deepEqual(some, await weightsWith(0.5, createProblem()));
    assert.equal(tf.memory().numTensors, before);
  });
});
