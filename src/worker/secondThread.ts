import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Log } from '../base/log';
import { type StartThread } from '../engine/forward/secondThread';

/** Most threads that compute, as the last reading asked for; 0 leaves it to the engine. */
let most = 0;

/** Sets how many threads may compute; models that are open already keep theirs. */
export function limitThreads(threads: number): void {
  most = threads;
}

/**
 * How a second computing thread is started (dist/columns.js); undefined on one core, or where the script is missing.
 */
export function maybeSecondThread(
  folder: string,
  log: Log,
): { readonly startThread: StartThread; readonly mayStart: () => boolean } | undefined {
  const script = path.join(folder, 'columns.js');
  if (availableParallelism() < 2 || !existsSync(script)) return undefined;
  const startThread: StartThread = (handed) => {
    log.info(
      handed.kind === 'columns'
        ? 'A second thread computes half of the columns of a wide layer.'
        : 'A second thread shares the training.',
    );
    const thread = new Worker(script, { workerData: handed });
    // It only waits for work: it must not keep the process alive, and what goes wrong in it shows as its never coming
    // up.
    thread.unref();
    thread.on('error', () => undefined);
    return { end: () => void thread.terminate() };
  };
  return { startThread, mayStart: () => most !== 1 };
}
