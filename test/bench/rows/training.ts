import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { denseCrossEntropy } from '../../../src/cells/denseCrossEntropy';
import { FusedAdam } from '../../../src/cells/fusedAdam';
import { recurrentSequence } from '../../../src/cells/fusedKernels';
import { lstmLayer } from '../../../src/cells/recurrentLayer';
import { registerKernels } from '../../../src/kernels/registerKernels';
import { useKernels } from '../../support/kernels';
import { useWasmBackend } from '../../support/tfjsBackend';
import { drawNumbers } from '../randomCell';
import { type BenchContext, type Row, type Sides } from '../row';

/** V words or characters, E wide embedding (0: one-hot), H units, C classes. */
interface Problem {
  readonly kind: 'classify' | 'characters';
  readonly V: number;
  readonly E: number;
  readonly H: number;
  readonly C: number;
  readonly B: number;
  readonly T: number;
}

const sentences: Problem = { kind: 'classify', V: 5000, E: 32, H: 64, C: 2, B: 32, T: 80 };
const characters: Problem = { kind: 'characters', V: 65, E: 0, H: 128, C: 65, B: 32, T: 100 };

interface Material {
  /** Embedding (or empty), kernel, recurrent kernel, bias, head, head's bias. */
  readonly weights: readonly Float32Array[];
  readonly ids: Int32Array;
  readonly targets: Int32Array;
}

function draw({ kind, V, E, H, C, B, T }: Problem): Material {
  const D = kind === 'classify' ? E : V;
  const weights = [
    drawNumbers(V * E, 0.5, 1), drawNumbers(D * 4 * H, 0.15, 2), drawNumbers(H * 4 * H, 0.08, 3), drawNumbers(4 * H, 0.1, 4),
    drawNumbers(H * C, 0.15, 5), drawNumbers(C, 0.1, 6),
  ];
  const pick = (n: number, below: number, seed: number): Int32Array => Int32Array.from(drawNumbers(n, 1e6, seed), (value) => Math.abs(Math.round(value)) % below);
  return { weights, ids: pick(B * T, V, 7), targets: pick(kind === 'classify' ? B : B * T, C, 8) };
}

async function startTfjs(): Promise<void> {
  await useWasmBackend();
  registerKernels(await useKernels());
  tf.env().set('IS_TEST', false);
  tf.env().set('PROD', true);
}

/** tfjs's WASM backend writes integers where it is asked for float32 one-hot rows. */
function oneHotRows(ids: tf.Tensor1D, width: number): tf.Tensor {
  return tf.cast(tf.oneHot(ids, width), 'float32');
}

interface Step {
  readonly run: () => number;
  readonly dispose: () => void;
}

/** One step of training on the bare kernels: embedding or one-hot, LSTM, dense cross-entropy, Adam. */
function bareStep(problem: Problem, { weights, ids, targets }: Material): Step {
  const { kind, V, E, H, C, B, T } = problem;
  const isClassifier = kind === 'classify';
  const shapes = [[V, E], [isClassifier ? E : V, 4 * H], [H, 4 * H], [4 * H], [H, C], [C]];
  const variables = weights.map((data, k) => tf.variable(tf.tensor(data, shapes[k] as number[])));
  const [table, kernel, recurrentKernel, bias, head, headBias] = variables as [tf.Variable, ...tf.Variable[]] as tf.Variable[];
  const optimizer = new FusedAdam({ learningRate: 1e-3 });
  const idTensor = tf.tensor1d(ids, 'int32');
  const targetTensor = tf.tensor1d(targets, 'int32');
  const trained = isClassifier ? variables : variables.slice(1);
  const lossOf = (): tf.Scalar => {
    const rows = isClassifier ? tf.gather(table as tf.Tensor, idTensor) : oneHotRows(idTensor, V);
    const x = tf.reshape(rows, [B, T, isClassifier ? E : V]) as tf.Tensor3D;
    const zero = tf.zeros([B, H]) as tf.Tensor2D;
    const { y } = recurrentSequence(
      { x, kernel: kernel as unknown as tf.Tensor2D, recurrentKernel: recurrentKernel as unknown as tf.Tensor2D, bias: bias as tf.Tensor, h: zero, c: zero },
      { cell: 'lstm', activation: 'tanh', recurrentActivation: 'sigmoid', resetAfter: false, returnSequences: !isClassifier, trainWeights: true },
    );
    const h = tf.reshape(y, [-1, H]) as tf.Tensor2D;
    return denseCrossEntropy({ h, kernel: head as unknown as tf.Tensor2D, bias: headBias as unknown as tf.Tensor1D, targets: targetTensor });
  };
  return {
    run: () => {
      const loss = optimizer.minimize(() => tf.tidy(lossOf), true, trained) as tf.Scalar;
      const value = loss.dataSync()[0] as number;
      loss.dispose();
      return value;
    },
    dispose: () => tf.dispose([...variables, idTensor, targetTensor]),
  };
}

/** PyTorch's step on the same weights and data. */
async function torchStep(context: BenchContext, problem: Problem, { weights, ids, targets }: Material) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const file = path.join(folder, 'material.bin');
  writeFileSync(file, Buffer.concat([...weights, ids, targets].map(({ buffer }) => new Uint8Array(buffer))));
  const { kind, V, E, H, C, B, T } = problem;
  const peer = await context.python('trainStep.py', [kind, file, ...[V, E, H, C, B, T].map(String)]);
  return peer && {
    run: async () => (await peer.ask('step')) as { readonly ms: number; readonly loss: number },
    dispose: () => {
      peer.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

async function againstTorch(context: BenchContext, problem: Problem): Promise<Sides | string> {
  await startTfjs();
  const material = draw(problem);
  const peer = await torchStep(context, problem, material);
  if (!peer) return '/usr/bin/python3 has no torch.';
  const bare = bareStep(problem, material);
  const losses = { ours: NaN, peer: NaN };
  return {
    ours: () => {
      losses.ours = bare.run();
    },
    peer: async () => {
      const { ms, loss } = await peer.run();
      losses.peer = loss;
      return ms;
    },
    check: () => requireClose(losses.ours, losses.peer),
    dispose: () => {
      peer.dispose();
      bare.dispose();
    },
  };
}

function requireClose(ours: number, peer: number): void {
  if (!(Math.abs(ours - peer) < 1e-4 * Math.max(1, Math.abs(peer)))) throw new Error(`Our loss is ${ours}, the peer's ${peer}.`);
}

/** A tf.LayersModel of the same network; tfjs's own LSTM layer where `isPlain`. */
function createModel({ kind, V, E, H, C, T }: Problem, weights: readonly Float32Array[], isPlain = false): layers.Sequential {
  const isClassifier = kind === 'classify';
  const createLstm = isPlain ? layers.layers.lstm : lstmLayer;
  const model = layers.sequential();
  if (isClassifier) model.add(layers.layers.embedding({ inputDim: V, outputDim: E, inputLength: T }));
  const input = isClassifier ? {} : { inputShape: [T, V] };
  model.add(createLstm({ units: H, recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotUniform', returnSequences: !isClassifier, ...input } as never));
  model.add(layers.layers.dense({ units: C, activation: 'softmax' }));
  const given = isClassifier ? weights : weights.slice(1);
  model.setWeights(model.getWeights().map((weight, k) => tf.tensor(given[k] as Float32Array, weight.shape)));
  const loss = isClassifier ? 'sparseCategoricalCrossentropy' : 'categoricalCrossentropy';
  model.compile({ optimizer: isPlain ? tf.train.adam(1e-3) : new FusedAdam({ learningRate: 1e-3 }), loss });
  return model;
}

function createBatch({ kind, V, C, B, T }: Problem, { ids, targets }: Material): { x: tf.Tensor; y: tf.Tensor } {
  if (kind === 'classify') return { x: tf.tensor2d(ids, [B, T], 'int32'), y: tf.tensor1d(targets, 'float32') };
  const oneHot = (values: Int32Array, width: number): tf.Tensor => tf.tidy(() => tf.reshape(oneHotRows(tf.tensor1d(values, 'int32'), width), [B, T, width]));
  return { x: oneHot(ids, V), y: oneHot(targets, C) };
}

const fitBatches = 10;

/** `fit` over ten batches, by the batch, against ten steps on the bare kernels. */
async function fitAgainstBare(problem: Problem): Promise<Sides> {
  await startTfjs();
  const material = draw(problem);
  const model = createModel(problem, material.weights);
  const one = createBatch(problem, material);
  const repeat = (tensor: tf.Tensor): tf.Tensor => tf.concat(Array.from({ length: fitBatches }, () => tensor));
  const [x, y] = [repeat(one.x), repeat(one.y)];
  const bare = bareStep(problem, material);
  const first = model.evaluate(one.x, one.y, { batchSize: problem.B }) as tf.Scalar;
  const losses = { ours: first.dataSync()[0] as number, peer: NaN };
  return {
    ours: async () => {
      await model.fit(x, y, { batchSize: problem.B, epochs: 1, shuffle: false, verbose: 0, yieldEvery: 'never' });
    },
    peer: () => {
      for (let k = 0; k < fitBatches; k++) {
        const loss = bare.run();
        if (Number.isNaN(losses.peer)) losses.peer = loss;
      }
    },
    check: () => requireClose(losses.ours, losses.peer),
    dispose: () => bare.dispose(),
  };
}

/** One batch through tfjs's own LSTM layer on its WASM backend. */
async function againstLayers(problem: Problem): Promise<Sides> {
  await startTfjs();
  const material = draw(problem);
  const bare = bareStep(problem, material);
  const plain = createModel(problem, material.weights, true);
  const { x, y } = createBatch(problem, material);
  const losses = { ours: NaN, peer: NaN };
  return {
    ours: () => {
      losses.ours = bare.run();
    },
    peer: async () => {
      losses.peer = (await plain.trainOnBatch(x, y)) as number;
    },
    check: () => requireClose(losses.ours, losses.peer),
    dispose: () => bare.dispose(),
  };
}

/** One Adam step of two usual models, and what `fit` adds to it. */
export const rows: readonly Row[] = [
  {
    name: 'Adam step, Embedding(5000, 32) LSTM(64) Dense(2), 32 x 80',
    peer: 'PyTorch, one thread',
    bars: { 24: { reach: 0.55, must: 0.8 } },
    prepare: (context) => againstTorch(context, sentences),
  },
  {
    name: 'Adam step, character LSTM(128), V = 65, 32 x 100',
    peer: 'PyTorch, one thread',
    bars: { 24: { reach: 0.6, must: 0.9 } },
    prepare: (context) => againstTorch(context, characters),
  },
  {
    name: 'Adam step, character LSTM(128), V = 65, 32 x 100, tf.layers',
    peer: 'tf.layers.lstm on WASM',
    bars: { 24: { reach: 1 / 20, must: 1 / 10 } },
    prepare: () => againstLayers(characters),
  },
  {
    name: 'fit, Embedding(5000, 32) LSTM(64) Dense(2), 32 x 80',
    peer: 'the bare kernels',
    bars: { 24: { reach: 1.1, must: 1.3 } },
    prepare: () => fitAgainstBare(sentences),
  },
  {
    name: 'fit, character LSTM(128), V = 65, 32 x 100',
    peer: 'the bare kernels',
    bars: { 24: { reach: 1.1, must: 1.3 } },
    prepare: () => fitAgainstBare(characters),
  },
];
