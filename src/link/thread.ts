import { type ResourceLimits, Worker } from 'node:worker_threads';

/** Which script a thread runs, and what it is handed at its start. */
export interface ThreadStart {
  /** Absolute path of dist/worker.js. */
  readonly workerPath: string;
  readonly workerData?: unknown;
  readonly resourceLimits?: ResourceLimits;
}

/** What a thread reports to its owner. */
export interface ThreadListeners {
  onMessage(message: unknown): void;
  onError(error: Error): void;
  /** Always the last call. */
  onExit(code: number): void;
}

/** A thread as the link sees it. */
export interface Thread {
  post(message: unknown): void;
  listen(listeners: ThreadListeners): void;
  terminate(): Promise<unknown>;
}

/** Starts a worker thread of Node. */
export function startThread({ workerPath, workerData, resourceLimits }: ThreadStart): Thread {
  const worker = new Worker(workerPath, { workerData, ...(resourceLimits ? { resourceLimits } : {}) });
  return {
    post: (message) => worker.postMessage(message),
    listen: ({ onMessage, onError, onExit }) => {
      worker.on('message', onMessage);
      worker.on('messageerror', onError);
      worker.on('error', onError);
      worker.on('exit', onExit);
    },
    terminate: () => worker.terminate(),
  };
}
