import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Asked, openThread, type WorkerThread } from '../../support/workerThread';
import { type Row } from '../row';

const root = path.resolve(__dirname, '../../..');
const model = { kind: 'bundled', name: 'prose-lstm' } as const;
const textOf = (length: number) =>
  ({ kind: 'text', text: 'The cat sat on the mat. '.repeat(Math.ceil(length / 24)).slice(0, length) }) as const;

const lab = {
  name: 'step',
  task: 'next-token',
  data: { format: 'text', folder: '.', files: [{ path: 'text.txt' }], split: { by: 'last-tenths' } },
  tokens: { level: 'character' },
  model: { cell: 'lstm', input: 'one-hot' },
  hyperparameters: {
    optimizer: 'Adam',
    units: 256,
    batch_size: 64,
    sequence_length: 200,
    steps: 20,
    validate_every: 20,
  },
};

interface Place {
  readonly thread: WorkerThread;
  readonly folder: string;
}

/** What is cancelled, and over how many milliseconds from its start on the cancels are spread. */
const requests: readonly { readonly name: string; readonly spreadMs: number; readonly ask: (place: Place) => Asked }[] =
  [
    {
      name: 'a million characters: tokens, then reading',
      spreadMs: 3000,
      ask: ({ thread }) => thread.ask('read', { inspection: 2, model, input: textOf(1_000_000), stream: false }),
    },
    {
      name: 'gradients, 20,000 tokens',
      spreadMs: 1000,
      ask: ({ thread }) => thread.ask('gradients', { inspection: 1, loss: { at: 'all' } }),
    },
    {
      name: 'loss matrix, 512 x 512',
      spreadMs: 1000,
      ask: ({ thread }) => thread.ask('lossMatrix', { inspection: 1, layer: 0, direction: 'forward' }),
    },
    {
      name: 'connectivity, 300 outputs',
      spreadMs: 1500,
      ask: ({ thread }) => thread.ask('connectivity', { inspection: 1, from: 10_000, to: 10_300 }),
    },
    { name: 'findings, 20,000 tokens', spreadMs: 1000, ask: ({ thread }) => thread.ask('findings', { inspection: 1 }) },
    {
      name: 'decay, 512 units',
      spreadMs: 3000,
      ask: ({ thread }) =>
        thread.ask('decay', {
          cells: (['rnn', 'gru', 'lstm'] as const).map((cell) => ({ cell, units: 512 })),
          seeds: 1,
        }),
    },
    {
      name: 'export as .json, 20,000 tokens',
      spreadMs: 3000,
      ask: ({ thread }) => thread.ask('exportTrace', { inspection: 1, format: 'json' }),
    },
    {
      name: 'export as .npz, 20,000 tokens',
      spreadMs: 200,
      ask: ({ thread }) => thread.ask('exportTrace', { inspection: 1, format: 'npz' }),
    },
    {
      name: 'training, LSTM(256), 64 x 200',
      spreadMs: 3000,
      ask: ({ thread, folder }) =>
        thread.ask('train', { training: 1, settingsPath: path.join(folder, 'step.lstm-lab.json'), outFolder: folder }),
    },
  ];

/** Cancels in a run, at places spread evenly and shifted from run to run. */
const cancels = 5;

async function worstOf(ask: () => Asked, spreadMs: number, shift: number): Promise<number> {
  let worst = 0;
  for (let k = 0; k < cancels; k++) {
    const asked = ask();
    const isEarly = await Promise.race([
      asked.answer.then(() => true),
      delay(((k + shift) / cancels) * spreadMs).then(() => false),
    ]);
    if (isEarly) continue;
    const begin = performance.now();
    asked.cancel();
    await asked.answer;
    worst = Math.max(worst, performance.now() - begin);
  }
  return worst;
}

async function openPlace(): Promise<Place> {
  const thread = await openThread(path.join(root, 'dist/worker.js'), path.join(root, 'dist'));
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-cancel-'));
  writeFileSync(path.join(folder, 'text.txt'), textOf(300_000).text);
  writeFileSync(path.join(folder, 'step.lstm-lab.json'), JSON.stringify(lab));
  const read = await thread.ask('read', { inspection: 1, model, input: textOf(20_000), stream: false }).answer;
  if (!read.ok) throw new Error(read.error.message);
  return { thread, folder };
}

/**
 * Milliseconds from a cancel posted to the answer, in a real thread: the worst of five cancels a run, and the median of
 * the runs.
 */
export const rows: readonly Row[] = requests.map(({ name, spreadMs, ask }) => ({
  name: `cancel, ${name}`,
  peer: null,
  bars: { 24: { must: 50 }, 20: { must: 50 } },
  warmUps: 0,
  mostRuns: 7,
  prepare: async () => {
    if (!existsSync(path.join(root, 'dist/worker.js'))) return 'dist/worker.js is missing: npm run build first.';
    const place = await openPlace();
    let run = 0;
    return {
      ours: () => worstOf(() => ask(place), spreadMs, (++run * 0.618) % 1),
      check: async () => {
        const answer = await place.thread.ask('step', { inspection: 1, step: 5 }).answer;
        if (!answer.ok) throw new Error(`The worker does not answer after a cancel: ${answer.error.message}`);
      },
      dispose: async () => {
        await place.thread.dispose();
        rmSync(place.folder, { recursive: true });
      },
    };
  },
}));
