import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../src/base/log';
import { type TrialThreadOrder } from '../../../src/lab/search/searchLab';
import { startTrialThread } from '../../../src/worker/trialThread';

/** Stands where worker.js does, and answers a trial with what it was started with. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ id }) => parentPort.postMessage({ type: 'answer', id, result: { ok: true, value: workerData } }));`;

describe('the thread of a trial', () => {
  it('computes alone: the other trials have the other cores', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trial-'));
    const file = path.join(folder, 'echo.cjs');
    writeFileSync(file, script);
    const thread = startTrialThread({} as TrialThreadOrder, silentLog, file);
    try {
      const started: unknown = await thread.run(
        { number: 0, parameters: {} },
        () => Promise.resolve(),
        new AbortController().signal,
      );
      assert.equal((started as { readonly threads?: number }).threads, 1);
    } finally {
      thread.dispose();
      rmSync(folder, { recursive: true });
    }
  });
});
