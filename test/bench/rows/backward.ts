import * as tf from '@tensorflow/tfjs-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recurrentSequence } from '../../../src/cells/fusedKernels';
import { runPlainPass } from '../../../src/lab/training/network/recurrentPass';
import { registerKernels } from '../../../src/kernels/registerKernels';
import { useKernels } from '../../support/kernels';
import { useWasmBackend } from '../../support/tfjsBackend';
import { drawLstm, drawNumbers } from '../randomCell';
import { type BenchContext, type Row, type Sides } from '../row';

const sizes = [
  [1000, 64, 128],
  [500, 128, 512],
  [300, 256, 1024],
] as const;
type Size = (typeof sizes)[number];

interface Material {
  /** x, kernel, recurrent kernel, bias, r. */
  readonly arrays: readonly Float32Array[];
  readonly size: Size;
}

function drawMaterial(size: Size): Material {
  const [T, D, H] = size;
  const { kernel, recurrentKernel, bias } = drawLstm(D, H);
  return { arrays: [drawNumbers(T * D, 1, 4), kernel, recurrentKernel, bias, drawNumbers(T * H, 1, 5)], size };
}

interface Outcome {
  loss: number;
  norm: number;
}

/** Loss and norm of dL/dU by tf.grads, through the fused kernels or plain operations. */
function gradientRun({ arrays, size: [T, D, H] }: Material, isPlain: boolean): () => Outcome {
  const shapes = [[1, T, D], [D, 4 * H], [H, 4 * H], [4 * H], [1, T, H]];
  const tensors = arrays.map((data, k) => tf.tensor(data, shapes[k] as [number]));
  const [x, kernel, recurrentKernel, bias, r] = tensors as [
    tf.Tensor3D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor3D,
  ];
  const read = (W: tf.Tensor2D, U: tf.Tensor2D, b: tf.Tensor1D): tf.Tensor => {
    const zero = tf.zeros([1, H]) as tf.Tensor2D;
    const given = { x, kernel: W, recurrentKernel: U, bias: b };
    if (isPlain)
      return runPlainPass({ ...given, cell: 'lstm', initial: { h: zero, c: zero }, activation: 'tanh' }).sequence;
    const attributes = {
      cell: 'lstm',
      activation: 'tanh',
      recurrentActivation: 'sigmoid',
      resetAfter: false,
      returnSequences: true,
      trainWeights: true,
    } as const;
    return recurrentSequence({ ...given, h: zero, c: zero }, attributes).y;
  };
  const lossOf = (...weights: tf.Tensor[]): tf.Scalar =>
    tf.sum(tf.mul(read(...(weights as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D])), r)) as tf.Scalar;
  return () =>
    tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads(lossOf)([kernel, recurrentKernel, bias]);
      return { loss: value.dataSync()[0] as number, norm: normOf((grads[1] as tf.Tensor).dataSync() as Float32Array) };
    });
}

/** Euclidean norm, summed in float64: over four million weights tf.norm's float32 sum is off by 0.3 %. */
function normOf(values: Float32Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}

async function startTfjs(): Promise<void> {
  await useWasmBackend();
  registerKernels(await useKernels());
  tf.env().set('IS_TEST', false);
  tf.env().set('PROD', true);
}

function requireSame(ours: Outcome | undefined, peer: Outcome | undefined): void {
  for (const name of ['loss', 'norm'] as const) {
    const [a, b] = [ours?.[name] ?? NaN, peer?.[name] ?? NaN];
    if (!(Math.abs(a - b) < 1e-3 * Math.max(1, Math.abs(b)))) throw new Error(`Our ${name} is ${a}, the peer's ${b}.`);
  }
}

async function againstTorch(context: BenchContext, size: Size): Promise<Sides | string> {
  await startTfjs();
  const material = drawMaterial(size);
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const file = path.join(folder, 'material.bin');
  writeFileSync(file, Buffer.concat(material.arrays.map(({ buffer }) => new Uint8Array(buffer))));
  const torch = await context.python('stepLoop.py', [file, ...size.map(String)]);
  if (!torch) return '/usr/bin/python3 has no torch.';
  const run = gradientRun(material, false);
  let [ours, peer]: (Outcome | undefined)[] = [];
  return {
    ours: () => {
      ours = run();
    },
    peer: async () => {
      const answer = (await torch.ask('run')) as Outcome & { readonly ms: number };
      peer = answer;
      return answer.ms;
    },
    check: () => requireSame(ours, peer),
    dispose: () => {
      torch.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

async function againstPlain(size: Size): Promise<Sides> {
  await startTfjs();
  const material = drawMaterial(size);
  const [fused, plain] = [gradientRun(material, false), gradientRun(material, true)];
  let [ours, peer]: (Outcome | undefined)[] = [];
  return {
    ours: () => {
      ours = fused();
    },
    peer: () => {
      peer = plain();
    },
    check: () => requireSame(ours, peer),
  };
}

/** Backpropagation through time of one sequence. */
export const rows: readonly Row[] = [
  ...sizes.map((size): Row => ({
    name: `forward, backward, weight gradients, ${size.join('x')}`,
    peer: 'PyTorch autograd over a step loop',
    bars: { 24: { reach: 1 / 15, must: 1 / 8 } },
    prepare: (context) => againstTorch(context, size),
  })),
  {
    name: `forward, backward, weight gradients, ${sizes[0].join('x')}, tfjs`,
    peer: 'tf.grads on plain operations, WASM',
    bars: { 24: { reach: 1 / 50, must: 1 / 20 } },
    prepare: () => againstPlain(sizes[0]),
  },
];
