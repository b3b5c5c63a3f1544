import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { drawNumbers } from './randomCell';

/** V words or characters, E wide embedding (0: one-hot), H units, C classes. */
export interface Problem {
  readonly kind: 'classify' | 'characters';
  readonly V: number;
  readonly E: number;
  readonly H: number;
  readonly C: number;
  readonly B: number;
  readonly T: number;
}

export const sentences: Problem = { kind: 'classify', V: 5000, E: 32, H: 64, C: 2, B: 32, T: 80 };
export const characters: Problem = { kind: 'characters', V: 65, E: 0, H: 128, C: 65, B: 32, T: 100 };
export const problems = { sentences, characters, large: { ...characters, H: 256, B: 64 } } as const;

export interface Material {
  /** Embedding (or empty), kernel, recurrent kernel, bias, head, head's bias. */
  readonly weights: readonly Float32Array[];
  readonly ids: Int32Array;
  readonly targets: Int32Array;
}

/** Seeded weights, ids and targets. */
export function draw({ kind, V, E, H, C, B, T }: Problem): Material {
  const D = kind === 'classify' ? E : V;
  const weights = [
    drawNumbers(V * E, 0.5, 1),
    drawNumbers(D * 4 * H, 0.15, 2),
    drawNumbers(H * 4 * H, 0.08, 3),
    drawNumbers(4 * H, 0.1, 4),
    drawNumbers(H * C, 0.15, 5),
    drawNumbers(C, 0.1, 6),
  ];
  const pick = (n: number, below: number, seed: number): Int32Array =>
    Int32Array.from(drawNumbers(n, 1e6, seed), (value) => Math.abs(Math.round(value)) % below);
  return { weights, ids: pick(B * T, V, 7), targets: pick(kind === 'classify' ? B : B * T, C, 8) };
}

/** tfjs's WASM backend writes integers where it is asked for float32 one-hot rows. */
function oneHotRows(ids: tf.Tensor1D, width: number): tf.Tensor {
  return tf.cast(tf.oneHot(ids, width), 'float32');
}

/** How a model of the problem is made: its LSTM layer, and its optimizer. */
export interface ModelParts {
  readonly createLstm: (args: layers.LSTMLayerArgs) => layers.RNN;
  readonly optimizer: tf.Optimizer;
}

/** A tf.LayersModel of the network. */
export function createModel(
  { kind, V, E, H, C, T }: Problem,
  weights: readonly Float32Array[],
  { createLstm, optimizer }: ModelParts,
): layers.Sequential {
  const isClassifier = kind === 'classify';
  const model = layers.sequential();
  if (isClassifier) model.add(layers.layers.embedding({ inputDim: V, outputDim: E, inputLength: T }));
  const input = isClassifier ? {} : { inputShape: [T, V] };
  model.add(
    createLstm({
      units: H,
      recurrentActivation: 'sigmoid',
      recurrentInitializer: 'glorotUniform',
      returnSequences: !isClassifier,
      ...input,
    } as never),
  );
  model.add(layers.layers.dense({ units: C, activation: 'softmax' }));
  const given = isClassifier ? weights : weights.slice(1);
  model.setWeights(model.getWeights().map((weight, k) => tf.tensor(given[k] as Float32Array, weight.shape)));
  const loss = isClassifier ? 'sparseCategoricalCrossentropy' : 'categoricalCrossentropy';
  model.compile({ optimizer, loss });
  return model;
}

/** A batch as `fit` takes it. */
export function createBatch({ kind, V, C, B, T }: Problem, { ids, targets }: Material): { x: tf.Tensor; y: tf.Tensor } {
  if (kind === 'classify') return { x: tf.tensor2d(ids, [B, T], 'int32'), y: tf.tensor1d(targets, 'float32') };
  const oneHot = (values: Int32Array, width: number): tf.Tensor =>
    tf.tidy(() => tf.reshape(oneHotRows(tf.tensor1d(values, 'int32'), width), [B, T, width]));
  return { x: oneHot(ids, V), y: oneHot(targets, C) };
}
