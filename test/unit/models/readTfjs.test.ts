import assert from 'node:assert/strict';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openModel } from '../../../src/models/openModel';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { sharedData } from '../../support/sharedData';
import { openModelFiles } from '../../../src/models/fileAccess';

const H = 3;
const D = 2;
const N = 2;

const lstm = {
  class_name: 'LSTM',
  config: {
    name: 'lstm_1',
    units: H,
    activation: 'tanh',
    recurrent_activation: 'hardSigmoid',
    return_sequences: false,
    batch_input_shape: [null, 5, D],
  },
};
const dense = { class_name: 'Dense', config: { name: 'dense_1', units: N, activation: 'softmax', use_bias: true } };
const sequential = { class_name: 'Sequential', config: { name: 'sequential_1', layers: [lstm, dense] } };

const weights = [
  { name: 'lstm_1/kernel', shape: [D, 4 * H] },
  { name: 'lstm_1/recurrent_kernel', shape: [H, 4 * H] },
  { name: 'lstm_1/bias', shape: [4 * H] },
  { name: 'dense_1/kernel', shape: [H, N] },
  { name: 'dense_1/bias', shape: [N] },
];

function numbersOf(shape: readonly number[], first: number): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.fround(first + at / 64));
}

const values = weights.map(({ shape }, index) => numbersOf(shape, index));

function bytesOf(arrays: readonly Float32Array[]): Uint8Array {
  return Uint8Array.from(arrays.flatMap((array) => [...new Uint8Array(array.buffer)]));
}

function encode(json: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(json));
}

async function open(root: unknown, shards: Readonly<Record<string, Uint8Array>>): Promise<RecurrentModel> {
  return await openModel(createModelFiles('model.json', { 'model.json': encode(root), ...shards }));
}

const oneGroup = [{ paths: ['weights.bin'], weights: weights.map((weight) => ({ ...weight, dtype: 'float32' })) }];
const oneShard = { 'weights.bin': bytesOf(values) };

function assertIsOurModel(model: RecurrentModel): void {
  const [recurrent, head] = model.stages;
  assert.ok(recurrent?.kind === 'recurrent' && head?.kind === 'dense');
  assert.deepEqual(recurrent.forward?.kernel, values[0]);
  assert.deepEqual(recurrent.forward?.recurrentKernel, values[1]);
  assert.deepEqual(recurrent.forward?.bias, values[2]);
  assert.equal(recurrent.forward?.recurrentActivation, 'hard_sigmoid');
  assert.deepEqual(head.kernel, values[3]);
  assert.deepEqual(head.bias, values[4]);
  assert.equal(model.window, 5);
  assert.deepEqual(model.input, { kind: 'values', width: D });
  assert.equal(model.task, 'classify');
}

describe('a TensorFlow.js layers-model', () => {
  it('opens in each of the three shapes of modelTopology', async () => {
    const shapes = [
      { model_config: sequential, keras_version: '2.2.4', backend: 'tensorflow' },
      { ...sequential, keras_version: 'tfjs-layers 1.7.4', backend: 'tensor_flow.js' },
      { model_config: JSON.stringify(sequential) },
      { class_name: 'Sequential', config: [lstm, dense] },
    ];
    for (const modelTopology of shapes)
      assertIsOurModel(await open({ modelTopology, weightsManifest: oneGroup }, oneShard));
  });

  it('opens with several weight groups and with shards that lack .bin and cut through a weight', async () => {
    const groups = [
      { paths: ['group1-shard1of2', 'group1-shard2of2'], weights: oneGroup[0]?.weights.slice(0, 3) },
      { paths: ['group2-shard1of1'], weights: oneGroup[0]?.weights.slice(3) },
    ];
    const first = bytesOf(values.slice(0, 3));
    const shards = {
      'group1-shard1of2': first.slice(0, 101),
      'group1-shard2of2': first.slice(101),
      'group2-shard1of1': bytesOf(values.slice(3)),
    };
    assertIsOurModel(await open({ modelTopology: sequential, weightsManifest: groups }, shards));
  });

  it("opens with Keras 3's batch_shape on an input layer", async () => {
    const { batch_input_shape, ...config } = lstm.config;
    const input = { class_name: 'InputLayer', config: { name: 'input', batch_shape: batch_input_shape } };
    const layers = [input, { ...lstm, config: { ...config, recurrent_activation: 'sigmoid' } }, dense];
    const topology = {
      model_config: { class_name: 'Sequential', config: { name: 's', layers } },
      keras_version: '3.3.3',
    };
    const model = await open({ modelTopology: topology, weightsManifest: oneGroup }, oneShard);
    assert.equal(model.window, 5);
    assert.deepEqual(model.input, { kind: 'values', width: D });
  });

  it('takes hard_sigmoid as Keras 3 computes it where Keras 3 saved the file', async () => {
    const model = await open(
      { modelTopology: { model_config: sequential, keras_version: '3.0.5' }, weightsManifest: oneGroup },
      oneShard,
    );
    const [stage] = model.stages;
    assert.ok(stage?.kind === 'recurrent');
    assert.equal(stage.forward?.recurrentActivation, 'hard_sigmoid_keras3');
  });

  it('turns quantised weights back into numbers', async () => {
    const quantization = [
      { dtype: 'uint8', scale: 1 / 64, min: 0, original_dtype: 'float32' },
      { dtype: 'uint16', scale: 1 / 64, min: 1, original_dtype: 'float32' },
      { dtype: 'float16', original_dtype: 'float32' },
    ];
    const specs = weights.map((weight, index) => ({
      ...weight,
      dtype: 'float32',
      ...(quantization[index] && { quantization: quantization[index] }),
    }));
    const bytes = [
      ...(values[0] as Float32Array).map((value) => value * 64),
      ...(values[1] as Float32Array).map((value) => (value - 1) * 64),
    ];
    const stored = Uint8Array.from([
      ...bytes.slice(0, 24),
      ...new Uint8Array(Uint16Array.from(bytes.slice(24)).buffer),
      ...new Uint8Array(Uint16Array.from(values[2] as Float32Array, (value) => 0x4000 + (value - 2) * 512).buffer),
      ...bytesOf(values.slice(3)),
    ]);
    assertIsOurModel(
      await open(
        { modelTopology: sequential, weightsManifest: [{ paths: ['weights.bin'], weights: specs }] },
        { 'weights.bin': stored },
      ),
    );
  });

  it('refuses what is damaged with one line that begins with its name', async () => {
    const refuse = async (root: unknown, shards: Readonly<Record<string, Uint8Array>>, why: RegExp): Promise<void> => {
      await assert.rejects(open(root, shards), (error: Error) => {
        assert.match(error.message, /^model\.json: /);
        assert.match(error.message, why);
        return !error.message.includes('\n');
      });
    };
    const whole = { modelTopology: sequential, weightsManifest: oneGroup };
    await refuse(whole, {}, /"weights\.bin" is not beside it/);
    await refuse(whole, { 'weights.bin': bytesOf(values).slice(0, 90) }, /end too early/);
    await refuse({ ...whole, weightsManifest: [{ paths: ['../../etc/passwd'], weights: [] }] }, {}, /not beside it/);
    await refuse({ ...whole, modelTopology: { node: [] } }, oneShard, /graph-model/);
    await refuse({ ...whole, modelTopology: { class_name: 'Mine', config: {} } }, oneShard, /subclassed/);
    const circle = (name: string, from: string): unknown => ({
      class_name: 'LSTM',
      name,
      config: { ...lstm.config, name },
      inbound_nodes: [[[from, 0, 0, {}]]],
    });
    const cyclic = {
      class_name: 'Model',
      config: {
        name: 'm',
        layers: [circle('a', 'b'), circle('b', 'a')],
        input_layers: [],
        output_layers: [['a', 0, 0]],
      },
    };
    await refuse({ ...whole, modelTopology: cyclic }, oneShard, /circle/);
  });

  it('takes keys of the prototype as names like any other', async () => {
    const text = JSON.stringify({ modelTopology: sequential, weightsManifest: oneGroup }).replace(
      '{',
      '{"__proto__":{"format":"graph-model"},"constructor":1,',
    );
    const files = createModelFiles('model.json', { 'model.json': new TextEncoder().encode(text), ...oneShard });
    assertIsOurModel(await openModel(files));
  });
});

describe('the tfjs character model that others trained', () => {
  const file = sharedData('models', 'tfjs-char-lstm', 'AiW-1.json');
  before(function () {
    if (file === null) this.skip(); // skipped: no data
  });

  it('is an LSTM of 128 units over 42 characters with hard_sigmoid gates and a window of 40', async () => {
    const model = await openModel(openModelFiles(file ?? ''));
    const [stage, head] = model.stages;
    assert.ok(stage?.kind === 'recurrent' && head?.kind === 'dense');
    assert.deepEqual(
      [stage.forward?.units, stage.forward?.inputWidth, model.window, head.outputWidth],
      [128, 42, 40, 42],
    );
    assert.equal(stage.forward?.recurrentActivation, 'hard_sigmoid');
  });
});
