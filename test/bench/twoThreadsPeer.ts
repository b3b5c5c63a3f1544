// Steps of training in one thread or two, in a process of its own whose tfjs has a memory that threads share:
// `twoThreadsPeer.ts SIZE`. Answers each line "1" or "2" by {"ms", "loss"}.
import * as tf from '@tensorflow/tfjs-core';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { registerKernels } from '../../src/kernels/registerKernels';
import { type SharedKernels } from '../../src/kernels/loadKernels';
import { startTfjs } from '../../src/worker/startTfjs';
import { useKernelsOnTwoThreads } from '../support/kernels';
import { bareStep } from './bareStep';
import { draw, problems } from './trainingProblem';

async function main(): Promise<void> {
  const binaries = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  await startTfjs(binaries, { log: console, isShared: true });
  let threads = 2;
  const kernels = await useKernelsOnTwoThreads();
  registerKernels({ ...kernels, shared: { ...(kernels.shared as SharedKernels), mayStart: () => threads > 1 } });
  tf.env().set('IS_TEST', false);
  const problem = problems[process.argv[2] as keyof typeof problems];
  const material = draw(problem);
  const steps = [bareStep(problem, material), bareStep(problem, material)] as const;
  // The second thread takes a moment to come up, and to be seen to help.
  const warm = bareStep(problem, material);
  warm.run();
  await delay(500);
  for (let k = 0; k < 20; k++) warm.run();
  for await (const line of createInterface({ input: process.stdin })) {
    threads = Number(line);
    const begin = performance.now();
    const loss = steps[(threads - 1) as 0 | 1].run();
    process.stdout.write(`${JSON.stringify({ ms: performance.now() - begin, loss })}\n`);
  }
}

void main();
