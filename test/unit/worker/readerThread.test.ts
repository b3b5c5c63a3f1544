import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InspectorError } from '../../../src/base/errors';
import { type PreparedModel } from '../../../src/engine/forward/preparedModel';
import { type RecurrentModel } from '../../../src/models/recurrentModel';
import { ModelShelf } from '../../../src/worker/modelShelf';
import { openReference } from '../../../src/worker/openReference';
import { ReaderThread } from '../../../src/worker/readerThread';

/** A reader that asks for nothing and never ends on a file named hang.*, and answers with its thread's number for any other. */
const script = `
const { parentPort, workerData, threadId } = require('node:worker_threads');
const counter = new Int32Array(workerData.progress);
parentPort.on('message', ({ id, source }) => {
  Atomics.store(counter, 1, 1);
  while (source.name.startsWith('hang')) {}
  Atomics.store(counter, 1, 0);
  parentPort.postMessage({ type: 'answer', id, result: { ok: true, value: { model: { threadId } } } });
});
parentPort.postMessage({ type: 'ready' });
`;

const requestOf = (name: string) => ({ source: { kind: 'bytes', name, files: {} }, options: {} }) as const;

describe('a reader thread', () => {
  let folder = '';
  let reader: ReaderThread;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'reader-'));
    writeFileSync(path.join(folder, 'reader.js'), script);
    reader = new ReaderThread(path.join(folder, 'reader.js'));
  });
  after(() => {
    reader.dispose();
    rmSync(folder, { recursive: true });
  });

  it('that makes no progress is ended with one line, and the next file gets a new one', async () => {
    const first = await reader.open(requestOf('a.h5'));
    const hanging = reader.open(requestOf('hang.h5'));
    const waiting = reader.open(requestOf('b.h5'));
    await assert.rejects(
      hanging,
      (thrown) => thrown instanceof InspectorError && /^hang\.h5: .*damaged[^\n]*$/.test(thrown.message),
    );
    assert.notDeepEqual(await waiting, first, 'another thread');
  });

  it('is ended by the cancel of the request that it works for', async () => {
    const abort = new AbortController();
    const opened = openReference(
      { kind: 'bytes', name: 'hang.h5', files: {} },
      { modelsFolder: '', reader, signal: abort.signal },
    );
    setTimeout(() => abort.abort(), 50);
    await assert.rejects(opened, { name: 'AbortError' });
    await reader.open(requestOf('c.h5'));
  });
});

describe('a shelf of models', () => {
  const reference = { kind: 'file', path: '/nowhere/a.h5' } as const;
  const createShelf = (signals: AbortSignal[]) =>
    new ModelShelf(
      (_reference, { signal }) => {
        signals.push(signal);
        return new Promise<RecurrentModel>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          setTimeout(() => resolve({} as RecurrentModel), 50);
        });
      },
      () => ({ dispose: () => undefined }) as unknown as PreparedModel,
    );

  it('ends an opening that everybody cancelled, and opens anew for the next', async () => {
    const signals: AbortSignal[] = [];
    const shelf = createShelf(signals);
    const abort = new AbortController();
    const lease = shelf.lease(reference, abort.signal);
    abort.abort();
    await assert.rejects(lease, { name: 'AbortError' });
    assert.equal(signals[0]?.aborted, true);
    (await shelf.lease(reference)).dispose();
    assert.equal(signals.length, 2);
  });

  it('keeps an opening that somebody else waits for', async () => {
    const signals: AbortSignal[] = [];
    const shelf = createShelf(signals);
    const abort = new AbortController();
    const [cancelled, kept] = [shelf.lease(reference, abort.signal), shelf.lease(reference)];
    abort.abort();
    await assert.rejects(cancelled, { name: 'AbortError' });
    (await kept).dispose();
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false],
    );
  });
});
