/** One weight of a tfjs file; row-major float32. */
export interface TfjsWeight {
  /** As tfjs names it: the layer's name, a slash, the weight's. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One layer of a Sequential model, by Keras's class names and configuration keys. */
export interface TfjsLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: readonly TfjsWeight[];
}

/** The two files of a saved tfjs LayersModel. */
export interface TfjsFiles {
  /** model.json */
  readonly modelJson: string;
  /** weights.bin, which model.json names. */
  readonly weights: Uint8Array;
}

/** Writes a Sequential model as `tf.loadLayersModel` reads it: one weights file, float32, little-endian. */
export function writeTfjs(name: string, layers: readonly TfjsLayer[]): TfjsFiles {
  const weights = layers.flatMap((layer) => layer.weights);
  const bytes = new Uint8Array(weights.reduce((sum, { data }) => sum + data.byteLength, 0));
  let at = 0;
  for (const { data } of weights) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  const modelTopology = {
    class_name: 'Sequential',
    config: {
      name: name.replaceAll('-', '_'),
      layers: layers.map(({ className, config }) => ({ class_name: className, config })),
    },
    keras_version: 'tfjs-layers 4.22.0',
    backend: 'tensor_flow.js',
  };
  const manifest = weights.map(({ name: weight, shape }) => ({ name: weight, shape, dtype: 'float32' }));
  const model = {
    format: 'layers-model',
    generatedBy: 'LSTM Inspector',
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: manifest }],
  };
  return { modelJson: `${JSON.stringify(model, null, 1)}\n`, weights: bytes };
}
