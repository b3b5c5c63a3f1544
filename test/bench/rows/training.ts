import * as tf from '@tensorflow/tfjs-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { registerKernels } from '../../../src/kernels/registerKernels';
import { useKernels } from '../../support/kernels';
import { useWasmBackend } from '../../support/tfjsBackend';
import { bareStep } from '../bareStep';
import { startNodePeer } from '../peerProcess';
import { type BenchContext, type Row, type Sides } from '../row';
import { characters, draw, type Material, type Problem, problems, sentences } from '../trainingProblem';

async function startTfjs(): Promise<void> {
  await useWasmBackend();
  registerKernels(await useKernels());
  tf.env().set('IS_TEST', false);
  tf.env().set('PROD', true);
}

/** PyTorch's step on the same weights and data. */
async function torchStep(context: BenchContext, problem: Problem, { weights, ids, targets }: Material) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const file = path.join(folder, 'material.bin');
  writeFileSync(file, Buffer.concat([...weights, ids, targets].map(({ buffer }) => new Uint8Array(buffer))));
  const { kind, V, E, H, C, B, T } = problem;
  const peer = await context.python('trainStep.py', [kind, file, ...[V, E, H, C, B, T].map(String)]);
  return (
    peer && {
      run: async () => (await peer.ask('step')) as { readonly ms: number; readonly loss: number },
      dispose: () => {
        peer.dispose();
        rmSync(folder, { recursive: true });
      },
    }
  );
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
  if (!(Math.abs(ours - peer) < 1e-4 * Math.max(1, Math.abs(peer))))
    throw new Error(`Our loss is ${ours}, the peer's ${peer}.`);
}

/** One batch through tfjs's own LSTM layer on its WASM backend, in a process that has none of our kernels. */
async function againstLayers(problem: Problem): Promise<Sides> {
  await startTfjs();
  const bare = bareStep(problem, draw(problem));
  const peer = startNodePeer('layersPeer.ts', []);
  const losses = { ours: NaN, peer: NaN };
  return {
    ours: () => {
      losses.ours = bare.run();
    },
    peer: async () => {
      const { ms, loss } = (await peer.ask('step')) as { readonly ms: number; readonly loss: number };
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

/** The same step in two threads and in one, in a process of its own. */
function onTwoThreads(name: keyof typeof problems): Sides | string {
  if (availableParallelism() < 2) return 'This machine has one core.';
  const process = startNodePeer('twoThreadsPeer.ts', [name]);
  const losses: [number[], number[]] = [[], []];
  const step = async (threads: 1 | 2): Promise<number> => {
    const { ms, loss } = (await process.ask(String(threads))) as { readonly ms: number; readonly loss: number };
    losses[(threads - 1) as 0 | 1].push(loss);
    return ms;
  };
  return {
    ours: () => step(2),
    peer: () => step(1),
    check: () => {
      const [one, two] = losses;
      if (!Object.is(one[0], two[0])) throw new Error(`The loss of two threads is ${two[0]}, that of one ${one[0]}.`);
    },
    dispose: () => process.dispose(),
  };
}

/** One Adam step of two usual models; and in two threads. */
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
    peer: 'tf.layers.lstm on WASM, as npm has it',
    bars: { 24: { reach: 1 / 20, must: 1 / 10 } },
    prepare: () => againstLayers(characters),
  },
  ...(
    [
      ['sentences', 'Embedding(5000, 32) LSTM(64) Dense(2), 32 x 80'],
      ['characters', 'character LSTM(128), V = 65, 32 x 100'],
      ['large', 'character LSTM(256), V = 65, 64 x 100'],
    ] as const
  ).map(([problem, name]): Row => ({
    name: `two threads, Adam step, ${name}`,
    threads: 2,
    peer: 'our one thread',
    minimumRuns: 15,
    prepare: () => onTwoThreads(problem),
  })),
];
