import { Worker } from 'node:worker_threads';
import { type Engine, type EngineStart } from './engine';

/** Starts the engine in a thread of this process. */
export function startThread({ workerPath, workerData, resourceLimits }: EngineStart): Engine {
  const worker = new Worker(workerPath, { workerData, ...(resourceLimits ? { resourceLimits } : {}) });
  return {
    post: (message) => worker.postMessage(message),
    listen: ({ onMessage, onError, onExit }) => {
      worker.on('message', onMessage);
      worker.on('messageerror', onError);
      worker.on('error', onError);
      worker.on('exit', (code) => onExit(`code ${code}`));
    },
    terminate: () => worker.terminate(),
  };
}
