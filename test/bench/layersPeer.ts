// tfjs's own side of the character model's row: a batch per line read, answered by {"ms", "loss"}. Nothing of src is
// loaded here.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import * as layers from '@tensorflow/tfjs-layers';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { useWasmBackend } from '../support/tfjsBackend';
import { characters, createBatch, createModel, draw } from './trainingProblem';

async function main(): Promise<void> {
  await useWasmBackend();
  const material = draw(characters);
  const model = createModel(characters, material.weights, {
    createLstm: (args) => layers.layers.lstm(args),
    optimizer: tf.train.adam(1e-3),
  });
  const { x, y } = createBatch(characters, material);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === '') continue;
    const begin = performance.now();
    const loss = (await model.trainOnBatch(x, y)) as number;
    process.stdout.write(`${JSON.stringify({ ms: performance.now() - begin, loss })}\n`);
  }
}

void main();
