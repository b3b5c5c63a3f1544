import assert from 'node:assert/strict';
import { type LogMessage, startWorkerThread, type WorkerThread } from '../../support/workerThread';

/** How the worker says that it reads, at its start. */
async function readingPath(start: object): Promise<string> {
  const logged: LogMessage[] = [];
  const worker: WorkerThread = await startWorkerThread({ ...start, onLog: (message) => logged.push(message) });
  await worker.dispose();
  return logged.map(({ message }) => message).find((message) => message.startsWith('Reading with')) ?? '';
}

describe('the worker and the wide kernels', function () {
  this.timeout(60_000);

  it('does not touch the flags of V8 unless it is told that it may: others may live in its process', async () => {
    const path = await readingPath({});
    assert.match(path, /kernels/);
    assert.doesNotMatch(path, /256 bits/);
  });

  it('says at its start how it reads where it may try them', async () => {
    assert.match(
      await readingPath({ wideVectors: true }),
      /^Reading with the (simd|relaxed-simd) kernels(, 256 bits wide)?\.$/,
    );
  });
});
