import * as tf from '@tensorflow/tfjs-core';
import assert from 'node:assert/strict';
import { type CellWeights } from '../../../../src/cells/cellWeights';
import { Network } from '../../../../src/lab/training/network/network';
import { type NetworkShape } from '../../../../src/lab/training/network/networkShape';
import { type LabSettings } from '../../../../src/lab/training/labSettings';
import { GateReader } from '../../../../src/lab/transfer/gateReader';
import { sourceOfModel } from '../../../../src/lab/transfer/sourceModel';
import { cellOfNetwork, layersOfModel, type SourceNetwork } from '../../../../src/lab/transfer/sourceNetwork';
import { withNewLayers } from '../../../../src/lab/transfer/transferWeights';
import {
  type DenseStage,
  type RecurrentModel,
  type RecurrentStage,
  type Stage,
} from '../../../../src/network/recurrentModel';
import { useWasmBackend } from '../../../support/tfjsBackend';

const ramp = (length: number, scale = 0.05): Float32Array =>
  Float32Array.from({ length }, (_, k) => scale * Math.sin(k + 1));
const cell = (inputWidth: number, more: Partial<CellWeights> = {}): CellWeights => {
  const columns = more.cell === 'gru' ? 6 : 8;
  return {
    cell: 'lstm',
    inputWidth,
    units: 2,
    kernel: ramp(inputWidth * columns),
    recurrentKernel: ramp(2 * columns),
    bias: ramp(columns),
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    ...more,
  };
};
const layer = (name: string, forward: CellWeights, more: Partial<RecurrentStage> = {}): RecurrentStage => ({
  kind: 'recurrent',
  name,
  forward,
  merge: 'concat',
  returnSequences: false,
  ...more,
});
const embedding: Stage = { kind: 'embedding', name: 'embedding', table: ramp(12), vocabularySize: 4, width: 3 };
const dense = (outputWidth: number, activation: DenseStage['activation']): DenseStage => ({
  kind: 'dense',
  name: 'out',
  inputWidth: 2,
  outputWidth,
  kernel: ramp(2 * outputWidth),
  bias: ramp(outputWidth),
  activation,
});
const model = (...stages: Stage[]): RecurrentModel => ({
  name: 'm',
  format: 'keras-h5',
  input: { kind: 'tokens', vocabularySize: 4 },
  stages,
  task: 'classify',
  notes: [],
});
const settings = {
  seed: 1,
  task: 'classify',
  tokens: { level: 'word' },
  model: { forgetBias: 1, recurrentInit: 'orthogonal' },
  hyperparameters: { init_mode: 'glorot_uniform' },
} as LabSettings;

describe('the layers of a model to transfer from', () => {
  before(useWasmBackend);

  it('are copied with their softmax head', () => {
    const source = layersOfModel(model(embedding, layer('l', cell(3)), dense(3, 'softmax')));
    assert.deepEqual([source.shape.units, source.shape.layers, source.shape.outputs, source.dropped], [2, 1, 3, []]);
    assert.deepEqual(cellOfNetwork(source, 0, 'forward'), cell(3));
  });

  it('take a single sigmoid unit as a softmax of two, with the same probabilities', () => {
    const source = layersOfModel(model(embedding, layer('l', cell(3)), dense(1, 'sigmoid')));
    const network = new Network(source.shape, source.weights);
    const logits = tf.tidy(() => [...network.logitsOf(tf.tensor2d([[0.7, -0.4]])).dataSync<'float32'>()]);
    network.dispose();
    const z = 0.7 * (ramp(2)[0] ?? 0) - 0.4 * (ramp(2)[1] ?? 0) + (ramp(1)[0] ?? 0);
    assert.ok(Math.abs(logits[0] ?? NaN) < 1e-7 && Math.abs((logits[1] ?? NaN) - z) < 1e-6, logits.join(' '));
  });

  it('leave other heads behind, by name', () => {
    const source = layersOfModel(model(embedding, layer('l', cell(3)), dense(5, 'relu'), dense(2, 'softmax')));
    assert.deepEqual([source.shape.outputs, source.dropped], [0, ['out (dense)', 'out (dense)']]);
  });

  it('keep both biases of a GRU whose reset gate multiplies after the product, as its reading has them', () => {
    const gru = cell(3, { cell: 'gru', resetAfter: true, recurrentBias: ramp(6, 0.3) });
    const source = layersOfModel(model(embedding, layer('g', gru)));
    assert.equal(source.shape.resetAfter, true);
    assert.deepEqual(cellOfNetwork(source, 0, 'forward'), gru);
  });

  const refused: readonly (readonly [string, RecurrentModel, RegExp])[] = [
    ['numbers in', model(layer('l', cell(3))), /begins with l \(recurrent\)/],
    ['no recurrent layer', model(embedding, dense(2, 'softmax')), /no recurrent layer/],
    ['peepholes', model(embedding, layer('l', cell(3, { peepholes: ramp(6) }))), /its layer l has peepholes/],
    [
      'hard gates',
      model(embedding, layer('l', cell(3, { recurrentActivation: 'hard_sigmoid' }))),
      /gates that are not sigmoids/,
    ],
    [
      'a dense layer between',
      model(embedding, layer('l', cell(3), { returnSequences: true }), dense(2, 'relu'), layer('k', cell(2))),
      /out \(dense\) lies between/,
    ],
    [
      'sizes that differ',
      model(
        embedding,
        layer('l', cell(3), { returnSequences: true }),
        layer('k', cell(2, { cell: 'gru', kernel: ramp(12), recurrentKernel: ramp(12), bias: ramp(6) })),
      ),
      /differ in kind/,
    ],
    [
      'summed directions',
      model(embedding, layer('l', cell(3), { backward: cell(3), merge: 'sum' })),
      /merges its directions/,
    ],
  ];
  for (const [what, given, message] of refused) {
    it(`are refused by name: ${what}`, () => assert.throws(() => layersOfModel(given), message));
  }

  it('need a vocabulary of characters or words', () => {
    const plain = model(embedding, layer('l', cell(3)));
    assert.throws(() => sourceOfModel(plain, settings), /vocabulary of m is not known/);
    assert.throws(
      () => sourceOfModel({ ...plain, vocabulary: { kind: 'huggingFace', json: {}, size: 4 } }, settings),
      /pieces of words/,
    );
    const { inspector } = sourceOfModel(
      {
        ...plain,
        vocabulary: { kind: 'list', level: 'word', vocabulary: ['', 'a'], lowercase: true, folding: 'none' },
      },
      settings,
    );
    assert.deepEqual(inspector.vocabulary, ['', 'a', '', ''], 'a text for each row of the table');
  });
});

describe('the gates that are read of a network', () => {
  before(useWasmBackend);
  const shapes: readonly NetworkShape[] = [
    {
      cell: 'gru',
      resetAfter: true,
      vocabularySize: 4,
      embeddingWidth: 3,
      units: 2,
      layers: 1,
      bidirectional: false,
      outputs: 2,
      activation: 'tanh',
      answersEveryStep: false,
    },
    {
      cell: 'lstm',
      vocabularySize: 4,
      embeddingWidth: null,
      units: 2,
      layers: 1,
      bidirectional: true,
      outputs: 2,
      activation: 'tanh',
      answersEveryStep: false,
    },
  ];

  it('end in the state that training computes, and leave no tensor behind', () => {
    for (const shape of shapes) {
      const gru = cell(3, { cell: 'gru', resetAfter: true, recurrentBias: ramp(6, 0.3) });
      const oneHot: Stage = { kind: 'oneHot', name: 'one-hot', width: 4 };
      const bottom =
        shape.cell === 'gru'
          ? layersOfModel(model(embedding, layer('g', gru)))
          : layersOfModel(model(oneHot, layer('l', cell(4), { backward: cell(4, { bias: ramp(8, 0.4) }) })));
      const source: SourceNetwork = withNewLayers(bottom, { outputs: 2, added: 0, recurrent: 1, settings });
      const before = tf.memory().numTensors;
      const reader = new GateReader(source);
      const read = reader.read(Int32Array.of(1, 3, 2));
      reader.dispose();
      const network = new Network(source.shape, source.weights);
      const features = tf.tidy(() => [
        ...network.run({ ids: Int32Array.of(1, 3, 2), size: 1, steps: 3 }).features.dataSync<'float32'>(),
      ]);
      network.dispose();
      assert.equal(tf.memory().numTensors, before);
      const top = read
        .filter((each) => each.layer === 1)
        .map(({ direction, fields }) => (direction === 'forward' ? fields.h?.slice(-2) : fields.h?.slice(0, 2)));
      const found = top.flatMap((values) => [...(values ?? [])]);
      found.forEach((value, k) => assert.ok(Math.abs(value - (features[k] ?? NaN)) < 1e-6));
      assert.equal(found.length, features.length);
    }
  });
});
