import { InspectorError } from '../../base/errors';

/** An HDF5 file to be written: groups with text attributes, and float32 datasets below them. */
export interface Hdf5Layout {
  /** By path without a leading slash; '' is the root. A list becomes an array of texts. All texts are ASCII. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  readonly datasets: readonly {
    readonly path: string;
    readonly shape: readonly number[];
    readonly data: Float32Array;
  }[];
}

interface SavedLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly name: string };
}

interface SavedModel {
  readonly modelTopology: { readonly config: { readonly name: string; readonly layers: readonly SavedLayer[] } };
  readonly weightsManifest: readonly {
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  }[];
}

/** Keras 2's last; its form is what Keras 2 and 3 both read. */
const kerasVersion = '2.15.0';

/**
 * The layout in which Keras 2 saves a whole Sequential model (save_model_to_hdf5), of the model.json and weights.bin
 * that the lab writes. Refuses hard_sigmoid, which is 0.2 x + 0.5 in Keras 2 and x / 6 + 0.5 in Keras 3: the file would
 * mean two models.
 */
export function kerasH5Layout(modelJson: string, weights: Uint8Array): Hdf5Layout {
  const { modelTopology, weightsManifest } = JSON.parse(modelJson) as SavedModel;
  const { name, layers } = modelTopology.config;
  if (JSON.stringify(layers).includes('"hard_sigmoid"')) {
    throw new InspectorError(
      'model-unsupported',
      'A .h5 file cannot say which hard_sigmoid is meant: Keras 2 computes clip(0.2 x + 0.5), Keras 3 clip(x / 6 + 0.5). The TensorFlow.js model states it.',
    );
  }
  if (JSON.stringify(layers).includes('"MinGRU"')) {
    throw new InspectorError(
      'model-unsupported',
      'Keras has no layer for a minGRU, so a .h5 file cannot hold it. Open its model.json in LSTM Inspector instead.',
    );
  }
  const arrays = unpack(weightsManifest[0]?.weights ?? [], weights);
  const config = { class_name: 'Sequential', config: { name, layers: withInput(layers.map(nameModule)) } };
  const root = { model_config: asciiJson(config), keras_version: kerasVersion, backend: 'tensorflow' };
  const groups: Record<string, Record<string, string | readonly string[]>> = {
    '': root,
    model_weights: {
      layer_names: layers.map((layer) => layer.config.name),
      backend: 'tensorflow',
      keras_version: kerasVersion,
    },
  };
  const datasets = layers.flatMap((layer) => {
    const own = arrays
      .filter((array) => array.name.startsWith(`${layer.config.name}/`))
      .map((array) => ({ ...array, name: `${kerasName(array.name, layer)}:0` }));
    groups[`model_weights/${layer.config.name}`] = { weight_names: own.map((array) => array.name) };
    return own.map((array) => ({
      path: `model_weights/${layer.config.name}/${array.name}`,
      shape: array.shape,
      data: array.data,
    }));
  });
  return { groups, datasets };
}

/** As Python's json.dumps writes it: what is not ASCII stands as \\uXXXX. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function unpack(
  manifest: SavedModel['weightsManifest'][number]['weights'],
  bytes: Uint8Array,
): readonly { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array }[] {
  let at = 0;
  return manifest.map(({ name, shape }) => {
    const size = 4 * shape.reduce((product, each) => product * each, 1);
    if (at + size > bytes.length)
      throw new InspectorError('model-damaged', `The weights end before "${name}" is whole.`);
    const data = new Float32Array(size / 4);
    new Uint8Array(data.buffer).set(bytes.subarray(at, at + size));
    at += size;
    return { name, shape, data };
  });
}

/** Keras 3 finds the class of a wrapped layer only with its module, which Keras writes since 2.13. */
function nameModule(layer: SavedLayer): SavedLayer {
  const inner = layer.config['layer'];
  if (typeof inner !== 'object' || inner === null) return layer;
  return {
    ...layer,
    config: {
      ...layer.config,
      name: layer.config.name,
      layer: { module: 'keras.layers', ...inner, registered_name: null },
    },
  };
}

/** The input in a layer of its own: Keras 3 knows `batch_input_shape` only there. */
function withInput(layers: readonly SavedLayer[]): readonly SavedLayer[] {
  const [first, ...rest] = layers;
  if (first === undefined) return layers;
  const { batch_input_shape: shape, dtype, ...config } = first.config;
  const input = {
    class_name: 'InputLayer',
    config: { name: 'input_1', batch_input_shape: shape, dtype: dtype ?? 'float32', sparse: false },
  };
  return [input, { ...first, config: { ...config, name: first.config.name } }, ...rest];
}

/** `lstm/kernel` lies in `lstm/lstm_cell/kernel`, and that of a wrapped layer below its wrapper's name. */
function kerasName(name: string, { class_name: className }: SavedLayer): string {
  if (className === 'Embedding' || className === 'Dense') return name;
  const parts = name.split('/');
  const cell = (parts.at(-2) ?? '').replace(/^(forward|backward)_/, '').replace(/_\d+$/, '');
  return [...parts.slice(0, -1), `${cell === 'rnn' ? 'simple_rnn' : cell}_cell`, parts.at(-1)].join('/');
}
