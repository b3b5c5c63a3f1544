import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unpackCheckpoint } from '../../../src/lab/training/checkpoint';
import { type Asked, startWorkerThread, type WorkerThread } from '../../support/workerThread';

const model = { kind: 'bundled', name: 'prose-lstm' } as const;
const textOf = (length: number) =>
  ({ kind: 'text', text: 'The cat sat on the mat. '.repeat(Math.ceil(length / 24)).slice(0, length) }) as const;

/** A step of it takes a second or more. */
const slowLab = {
  name: 'slow',
  task: 'next-token',
  data: { format: 'text', folder: '.', files: [{ path: 'text.txt' }], split: { by: 'last-tenths' } },
  tokens: { level: 'character' },
  model: { cell: 'lstm', input: 'one-hot' },
  hyperparameters: { optimizer: 'Adam', units: 256, batch_size: 64, sequence_length: 400, steps: 3, validate_every: 3 },
};

describe('a cancel in a real worker thread', function () {
  this.timeout(120_000);
  let thread: WorkerThread;
  let folder: string;

  before(async () => {
    thread = await startWorkerThread();
    folder = mkdtempSync(path.join(tmpdir(), 'cancel-'));
    assert.equal(
      (await thread.ask('read', { inspection: 1, model, input: textOf(4000), stream: false }).answer).ok,
      true,
    );
  });
  after(async () => {
    await thread.dispose();
    rmSync(folder, { recursive: true });
  });

  /** Cancels work of seconds soon after its start: an answer that is not `cancelled` came at the end of the work. */
  const cancelAfter = async (asked: Asked, ms: number): Promise<void> => {
    await delay(ms);
    asked.cancel();
    const answer = await asked.answer;
    assert.equal(answer.ok ? 'finished' : answer.error.code, 'cancelled');
    const after = await thread.ask('step', { inspection: 1, step: 17 }).answer;
    assert.equal(after.ok && (after.value as { step: number }).step, 17, 'the worker answers as before');
  };

  it('ends the splitting of a million characters into tokens, and nothing stays open', async () => {
    const asked = thread.ask('read', { inspection: 2, model, input: textOf(1_000_000), stream: false });
    await cancelAfter(asked, 5);
    const question = await thread.ask('step', { inspection: 2, step: 0 }).answer;
    assert.equal(question.ok ? '' : question.error.code, 'out-of-range');
  });

  it('ends a reading and keeps what has been read', async () => {
    const asked = thread.ask('read', { inspection: 3, model, input: textOf(300_000), stream: false });
    await asked.first('started');
    await cancelAfter(asked, 20);
    assert.equal((await thread.ask('step', { inspection: 3, step: 0 }).answer).ok, true);
    await thread.ask('release', { inspection: 3 }).answer;
  });

  const requests = {
    gradients: () => thread.ask('gradients', { inspection: 1, loss: { at: 'all' } }),
    'a loss matrix': () => thread.ask('lossMatrix', { inspection: 1, layer: 0, direction: 'forward' }),
    connectivity: () => thread.ask('connectivity', { inspection: 1, from: 3000, to: 3500 }),
    findings: () => thread.ask('findings', { inspection: 1 }),
    'a comparison of decay at 512 units': () =>
      thread.ask('decay', { cells: [{ cell: 'lstm', units: 512 }], seeds: 2 }),
    'the packing of a file': () => thread.ask('exportTrace', { inspection: 1, format: 'json' }),
  };
  for (const [name, ask] of Object.entries(requests)) {
    it(`ends ${name}`, async () => cancelAfter(ask(), name === 'the packing of a file' ? 200 : 20));
  }

  it('ends a step of training within the step, which changes nothing, and leaves a checkpoint to go on from', async () => {
    const outFolder = path.join(folder, 'out');
    mkdirSync(outFolder);
    writeFileSync(path.join(folder, 'text.txt'), textOf(200_000).text);
    const settingsPath = path.join(folder, 'slow.lstm-lab.json');
    writeFileSync(settingsPath, JSON.stringify(slowLab));
    const asked = thread.ask('train', { training: 1, settingsPath, outFolder });
    await Promise.race([asked.first('lab'), asked.answer.then((answer) => assert.fail(JSON.stringify(answer)))]);
    await cancelAfter(asked, 100);
    assert.equal(unpackCheckpoint(readFileSync(path.join(outFolder, 'checkpoint.bin'))).step, 0);
  });
});
