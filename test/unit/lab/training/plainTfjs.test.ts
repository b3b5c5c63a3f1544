import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import assert from 'node:assert/strict';
import { layersOfNetwork } from '../../../../src/lab/training/network/exportNetwork';
import { parseLabSettings } from '../../../../src/lab/training/labSettings';
import { Network } from '../../../../src/lab/training/network/network';
import { initializeNetwork, shapeOf } from '../../../../src/lab/training/network/networkShape';
import { writeTfjs } from '../../../../src/models/tfjs/writeTfjs';
import { useWasmBackend } from '../../../support/tfjsBackend';

const ids = [3, 1, 7, 2, 9];

describe('the export in plain TensorFlow.js', () => {
  before(useWasmBackend);

  for (const [name, model, activation] of [
    ['an LSTM', { cell: 'lstm' }, 'tanh'],
    ['a GRU with reset_after false', { cell: 'gru' }, 'relu'],
    ['a simple RNN', { cell: 'rnn' }, 'softsign'],
    ['two bidirectional LSTMs', { cell: 'lstm', layers: 2, bidirectional: true }, 'tanh'],
    ['an LSTM with hard_sigmoid', { cell: 'lstm' }, 'hard_sigmoid'],
  ] as const) {
    it(`gives what training computed: ${name}`, async () => {
      const settings = parseLabSettings(
        JSON.stringify({
          name: 'tiny-net',
          task: 'classify',
          data: { format: 'table', files: [{ path: 'a.csv' }], split: { by: 'stratified' } },
          tokens: { level: 'word' },
          model,
          hyperparameters: { units: 5, embedding_dim: 4, activation, init_mode: 'he_uniform' },
        }),
        'tiny',
      );
      const shape = shapeOf(settings, 11, 3);
      const weights = initializeNetwork(shape, settings);
      const files = writeTfjs(settings.name, layersOfNetwork(shape, weights, settings));
      const { modelTopology, weightsManifest } = JSON.parse(files.modelJson) as {
        modelTopology: object;
        weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }];
      };
      const loaded = await layers.loadLayersModel(
        tf.io.fromMemory({
          modelTopology,
          weightSpecs: weightsManifest[0].weights,
          weightData: Uint8Array.from(files.weights).buffer,
        }),
      );
      const network = new Network(shape, weights);
      const batch = {
        ids: Int32Array.from(ids),
        size: 1,
        steps: ids.length,
        lengths: Int32Array.of(ids.length),
        continues: false,
      };
      const [theirs, ours] = tf.tidy(() => [
        [...(loaded.predict(tf.tensor2d([ids])) as tf.Tensor).dataSync()],
        [...tf.softmax(network.logitsOf(network.run(batch).features)).dataSync()],
      ]) as unknown as [number[], number[]];
      ours.forEach((value, k) =>
        assert.ok(Math.abs(value - (theirs[k] ?? NaN)) < 1e-6, `${theirs.join()} and ${ours.join()}`),
      );
      loaded.dispose();
      network.dispose();
    });
  }
});
