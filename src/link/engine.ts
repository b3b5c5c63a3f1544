import { type ResourceLimits } from 'node:worker_threads';
import { type WorkerData } from '../protocol/workerData';

/** Which script computes, and what it is handed at its start. */
export interface EngineStart {
  /** Absolute path of dist/worker.js. */
  readonly workerPath: string;
  readonly workerData?: WorkerData;
  readonly resourceLimits?: ResourceLimits;
  /** Folder of the user's for compiled code, by which a process starts sooner; it is the engine's alone. */
  readonly codeFolder?: string;
}

/** What an engine reports to its owner. */
export interface EngineListeners {
  onMessage(message: unknown): void;
  onError(error: Error): void;
  /**
   * Always the last call; `how` names the code or the signal, `undelivered` is what was posted when the engine had
   * ended already and nobody knew, in its order.
   */
  onExit(how: string, undelivered: readonly unknown[]): void;
}

/**
 * Where dist/worker.js runs, as the link sees it: a thread (engineThread.ts) or a process of its own
 * (engineProcess.ts).
 */
export interface Engine {
  /** Sends what structured clone takes; throws for anything else. */
  post(message: unknown): void;
  listen(listeners: EngineListeners): void;
  /** Ends it at once; resolves when it has ended. */
  terminate(): Promise<unknown>;
}

export type StartEngine = (start: EngineStart) => Engine;

/** The code of the error with which a thread of Node ends that has no memory left. */
export const outOfMemory = 'ERR_WORKER_OUT_OF_MEMORY';
