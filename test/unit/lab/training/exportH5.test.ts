import assert from 'node:assert/strict';
import { parseLabSettings } from '../../../../src/lab/training/labSettings';
import { layersOfNetwork } from '../../../../src/lab/training/network/exportNetwork';
import { initializeNetwork, shapeOf } from '../../../../src/lab/training/network/networkShape';
import { createModelFiles } from '../../../../src/models/fileAccess';
import { kerasH5Layout } from '../../../../src/models/keras/kerasH5Layout';
import { readOwnModel } from '../../../../src/models/ownModel';
import { writeHdf5 } from '../../../../src/models/keras/writeHdf5';
import { writeTfjs } from '../../../../src/models/tfjs/writeTfjs';

/** A network of the lab, as the files of tfjs. */
function filesOf(
  model: object,
  activation: string,
  name = 'tiny-net',
): { readonly modelJson: string; readonly weights: Uint8Array } {
  const settings = parseLabSettings(
    JSON.stringify({
      name,
      task: 'classify',
      data: { format: 'table', files: [{ path: 'a.csv' }], split: { by: 'stratified' } },
      tokens: { level: 'word' },
      model,
      hyperparameters: { units: 5, embedding_dim: 4, activation },
    }),
    'tiny',
  );
  const shape = shapeOf(settings, 11, 3);
  return writeTfjs(settings.name, layersOfNetwork(shape, initializeNetwork(shape, settings), settings));
}

describe('the export as .h5', () => {
  it('is refused for a minGRU, which Keras does not have', () => {
    const { modelJson, weights } = filesOf({ cell: 'mingru' }, 'linear');
    assert.throws(() => kerasH5Layout(modelJson, weights), /Keras has no layer for a minGRU/);
  });

  for (const [name, model] of Object.entries({
    'an LSTM': { cell: 'lstm' },
    'a GRU with reset_after false': { cell: 'gru' },
    'a simple RNN': { cell: 'rnn' },
    'two bidirectional LSTMs': { cell: 'lstm', layers: 2, bidirectional: true },
    'a GRU on one-hot input': { cell: 'gru', input: 'one-hot' },
  })) {
    it(`of ${name} is read back as the same model as the TensorFlow.js files`, async () => {
      const { modelJson, weights } = filesOf(model, 'tanh');
      const h5 = await writeHdf5(kerasH5Layout(modelJson, weights));
      const own = await readOwnModel(createModelFiles('tiny.h5', { 'tiny.h5': h5 }));
      const saved = await readOwnModel(
        createModelFiles('model.json', { 'model.json': new TextEncoder().encode(modelJson), 'weights.bin': weights }),
      );
      assert.equal(plain(own.model), plain(saved.model));
    });
  }

  it('and the files of TensorFlow.js go by the name that is said beside them, where the file name says nothing', async () => {
    const { modelJson, weights } = filesOf({ cell: 'lstm' }, 'tanh');
    const beside = new TextEncoder().encode(
      JSON.stringify({ name: 'reviews', vocabulary: Array.from({ length: 11 }, (_, id) => `w${id}`) }),
    );
    const nameOf = async (name: string, contents: Uint8Array): Promise<string> =>
      (
        await readOwnModel(
          createModelFiles(name, { [name]: contents, 'weights.bin': weights, 'inspector.json': beside }),
        )
      ).model.name;
    const h5 = await writeHdf5(kerasH5Layout(modelJson, weights));
    assert.deepEqual(
      [await nameOf('model.json', new TextEncoder().encode(modelJson)), await nameOf('tiny.h5', h5)],
      ['reviews', 'tiny.h5'],
    );
  });

  it('has what Keras writes: configuration, versions, layers and weights in its order, by its names', () => {
    const { modelJson, weights } = filesOf({ cell: 'lstm', bidirectional: true }, 'relu');
    const { groups, datasets } = kerasH5Layout(modelJson, weights);
    assert.deepEqual(Object.keys(groups[''] ?? {}), ['model_config', 'keras_version', 'backend']);
    assert.deepEqual(groups['model_weights']?.['layer_names'], ['embedding', 'bidirectional_lstm', 'dense']);
    assert.deepEqual(
      groups['model_weights/bidirectional_lstm']?.['weight_names'],
      ['forward', 'backward'].flatMap((direction) =>
        ['kernel', 'recurrent_kernel', 'bias'].map(
          (array) => `bidirectional_lstm/${direction}_lstm/lstm_cell/${array}:0`,
        ),
      ),
    );
    assert.equal(
      datasets.reduce((sum, { data }) => sum + data.byteLength, 0),
      weights.byteLength,
    );
  });

  it('says everything in ASCII bytes of a fixed length, which Keras 2 of every age can decode', async () => {
    const { modelJson, weights } = filesOf({ cell: 'lstm', layers: 8, bidirectional: true }, 'tanh', 'prüfung');
    const h5wasm = await import('h5wasm');
    const { FS } = await h5wasm.ready;
    (FS as unknown as { writeFile(name: string, bytes: Uint8Array): void }).writeFile(
      'ascii.h5',
      await writeHdf5(kerasH5Layout(modelJson, weights)),
    );
    const file = new h5wasm.File('ascii.h5', 'r');
    const attributes = ['/', 'model_weights', 'model_weights/dense'].flatMap((at) =>
      Object.values((file.get(at) as InstanceType<typeof h5wasm.Group>).attrs),
    );
    assert.equal(attributes.length, 3 + 3 + 1);
    for (const { metadata } of attributes) assert.deepEqual([metadata.vlen, metadata.cset], [false, 0]);
    const config = String(file.attrs['model_config']?.value);
    file.close();
    assert.match(config, /^[\x20-\x7e]*$/);
    const {
      config: { name, layers },
    } = JSON.parse(config) as { readonly config: { readonly name: string; readonly layers: readonly object[] } };
    assert.deepEqual([name, layers.length], ['prüfung', 11]);
  });

  it('refuses hard_sigmoid, which Keras 2 and 3 compute differently', () => {
    const { modelJson, weights } = filesOf({ cell: 'lstm' }, 'hard_sigmoid');
    assert.throws(() => kerasH5Layout(modelJson, weights), /cannot say which hard_sigmoid is meant/);
  });
});

/** Everything but what names the file, functions and the layer that only names the input, as text. */
function plain(value: object): string {
  const isInput = (each: unknown): boolean =>
    typeof each === 'object' && each !== null && (each as { readonly what?: unknown }).what === 'InputLayer';
  const simplify = (key: string, each: unknown): unknown =>
    key === 'format' ||
    key === 'notes' ||
    (key === 'name' && each !== null && (each === 'tiny.h5' || each === 'tiny' || each === 'model.json'))
      ? undefined
      : ArrayBuffer.isView(each)
        ? [...(each as Float32Array)]
        : Array.isArray(each)
          ? each.filter((item) => !isInput(item))
          : each;
  return JSON.stringify(value, simplify, 1);
}
