import { type Random } from '../../../src/base/random';
import { changeJson, encode, type FuzzVariant, lie, numberLie, outside, pick, whole } from './variant';

type Json = Readonly<Record<string, unknown>>;

const configOf = (name: string): Json => ({
  name,
  units: 2,
  activation: 'tanh',
  recurrent_activation: 'sigmoid',
  batch_input_shape: [null, 4, 3],
});
const lstm = (name: string): Json => ({ class_name: 'LSTM', config: configOf(name) });
const layerKinds = [
  'LSTM',
  'GRU',
  'SimpleRNN',
  'Dense',
  'Embedding',
  'RepeatVector',
  'Bidirectional',
  'TimeDistributed',
  'TextVectorization',
  'ZeroPadding1D',
  'MaxPooling1D',
  'Reshape',
  'Conv1D',
  'Masking',
  'Concatenate',
  'RNN',
];

function manifestOf(names: readonly string[]): unknown[] {
  const weights = names.flatMap((name) => [
    { name: `${name}/kernel`, shape: [3, 8], dtype: 'float32' },
    { name: `${name}/recurrent_kernel`, shape: [2, 8], dtype: 'float32' },
    { name: `${name}/bias`, shape: [8], dtype: 'float32' },
  ]);
  return [{ paths: ['w.bin'], weights }];
}

function modelOf(layers: readonly unknown[], manifest: unknown = manifestOf(['l'])): Json {
  return { modelTopology: { class_name: 'Sequential', config: { name: 's', layers } }, weightsManifest: manifest };
}

function filesOf(model: unknown, what: string): FuzzVariant {
  return { what, main: 'model.json', files: { 'model.json': encode(model), 'w.bin': new Uint8Array(48 * 4) } };
}

/** A layer of any kind whose numbers are lies. */
function lyingLayer(random: Random): unknown {
  const kind = pick(random, layerKinds);
  const keys = [
    'units',
    'n',
    'input_dim',
    'output_dim',
    'input_length',
    'max_tokens',
    'output_sequence_length',
    'filters',
    'kernel_size',
    'strides',
    'pool_size',
    'padding',
    'target_shape',
    'go_backwards',
    'activation',
  ];
  const config = {
    ...configOf(`k${whole(random, 3)}`),
    ...Object.fromEntries(keys.map((key) => [key, numberLie(random)])),
  };
  return {
    class_name: kind,
    config: kind === 'Bidirectional' || kind === 'TimeDistributed' ? { ...config, layer: lyingLayer(random) } : config,
  };
}

/** Layers that lead to one another: circles, fans, and long ways. */
function graph(random: Random): FuzzVariant {
  const count = pick(random, [2, 10, 60, 300, 3000]);
  const isDense = random() < 0.4;
  const layers = Array.from({ length: count }, (_, at) => {
    const from = isDense ? [at - 1, at - 1, at - 2] : [random() < 0.2 ? whole(random, count) : at - 1];
    const inputs = from.filter((index) => index >= 0).map((index) => [`n${index}`, 0, 0, {}]);
    const kind =
      at === 0
        ? 'InputLayer'
        : pick(random, isDense ? ['Concatenate', 'Add'] : ['LSTM', 'Dense', 'Add', 'Concatenate']);
    return {
      class_name: kind,
      name: `n${at}`,
      config: { ...configOf(`n${at}`), return_sequences: true },
      inbound_nodes: inputs.length > 0 ? [inputs] : [],
    };
  });
  const config = { name: 'm', layers, input_layers: [['n0', 0, 0]], output_layers: [[`n${count - 1}`, 0, 0]] };
  const names = layers.map(({ name }) => name);
  return filesOf(
    { modelTopology: { class_name: 'Model', config }, weightsManifest: manifestOf(names.slice(0, 1)) },
    `a graph of ${count}${isDense ? ', each twice' : ''}`,
  );
}

/** Weights of lies: shapes, number formats, one shard many times, texts. */
function weights(random: Random): FuzzVariant {
  const path = pick(random, ['w.bin', `${outside}/w.bin`, '/dev/zero', 'a/../w.bin', './w.bin', 'W.BIN', '', '.']);
  const paths = Array.from({ length: pick(random, [1, 2, 500, 100_000]) }, () => path);
  const shape = Array.from({ length: 1 + whole(random, 4) }, () => Number(BigInt.asIntN(64, lie(random))));
  const dtype = pick(random, ['string', 'float32', 'complex64', 'int32', 'bool', '__proto__', 'float16', 'uint8']);
  const quantization = {
    dtype: pick(random, ['uint8', 'uint16', 'string', 'float16']),
    scale: numberLie(random),
    min: numberLie(random),
  };
  const entry = { name: 'l/kernel', shape, dtype, ...(random() < 0.3 ? { quantization } : {}) };
  const list = Array.from({ length: pick(random, [1, 3, 20_000]) }, () => entry);
  return filesOf(
    modelOf([lstm('l')], [{ paths, weights: list }]),
    `${list.length} weights ${dtype} of ${shape.join(' by ')} in ${paths.length} shards`,
  );
}

/** Many objects, deep ones, keys of prototypes. */
function shapes(random: Random): FuzzVariant {
  const count = pick(random, [100, 5000, 300_000]);
  const texts = [
    `{"modelTopology":${'['.repeat(count)}${']'.repeat(count)}}`,
    `{"modelTopology":[${'{},'.repeat(count)}{}]}`,
    `${'{"modelTopology":'.repeat(count)}{}${'}'.repeat(count)}`,
    `{"modelTopology":${JSON.stringify(JSON.stringify(modelOf([lstm('l')])))},"__proto__":{"a":1}}`,
    `{"modelTopology":"${'\\u0022'.repeat(count)}"}`,
    JSON.stringify(modelOf(Array.from({ length: Math.min(count, 5000) }, (_, at) => lstm(`l${at}`)))),
  ];
  const text = pick(random, texts);
  return {
    ...filesOf({}, `JSON ${text.slice(0, 30)}... of ${text.length}`),
    files: { 'model.json': encode(text), 'w.bin': new Uint8Array(192) },
  };
}

function changed(random: Random): FuzzVariant {
  let model: unknown = modelOf([lstm('l')]);
  const changes = 1 + whole(random, 3);
  for (let at = 0; at < changes; at++) model = changeJson(random, model, () => numberLie(random));
  return filesOf(model, `${changes} values changed`);
}

/** Lies in the topology of Keras, as TensorFlow.js and Keras write it in JSON. */
export function topologyVariant(random: Random): FuzzVariant {
  const kind = whole(random, 6);
  if (kind === 0)
    return filesOf(
      modelOf([lstm('l'), ...Array.from({ length: 1 + whole(random, 4) }, () => lyingLayer(random))]),
      'layers whose numbers are lies',
    );
  if (kind === 1) return filesOf(modelOf([lyingLayer(random), lstm('l')]), 'a first layer whose numbers are lies');
  return pick(random, [graph, weights, shapes, changed])(random);
}
