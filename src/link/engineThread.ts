import { Worker } from 'node:worker_threads';
import { type Engine, type EngineStart } from './engine';

/**
 * Starts the engine in a thread of this process; `script` runs in place of the worker's own, with what follows it as
 * arguments.
 */
export function startThread(
  { workerPath, workerData, resourceLimits }: EngineStart,
  [script, ...argv]: readonly [string, ...string[]] = [workerPath],
): Engine {
  const worker = new Worker(script, { workerData, argv, ...(resourceLimits ? { resourceLimits } : {}) });
  const undelivered: unknown[] = [];
  let isEnding = false;
  worker.once('error', () => (isEnding = true));
  return {
    post: (message) => {
      if (isEnding) undelivered.push(structuredClone(message));
      else worker.postMessage(message);
    },
    listen: ({ onMessage, onError, onExit }) => {
      worker.on('message', onMessage);
      worker.on('messageerror', onError);
      worker.on('error', onError);
      worker.on('exit', (code) => onExit(`code ${code}`, undelivered));
    },
    terminate: () => {
      isEnding = true;
      return worker.terminate();
    },
  };
}
