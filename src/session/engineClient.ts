import { type Disposable } from '../base/disposable';
import { type Failure } from '../base/errors';
import { type Result } from '../base/result';
import { type ReadingStarted } from '../protocol/summaries';
import {
  type HostToWorker,
  type LabEvent,
  type WorkerRequestKind,
  type WorkerRequests,
} from '../protocol/workerRequests';

/** What a session needs of the worker; the worker link fits. */
export interface EngineClient {
  request<Kind extends WorkerRequestKind>(
    kind: Kind,
    params: WorkerRequests[Kind]['params'],
    listeners?: EngineListeners,
  ): Promise<Result<WorkerRequests[Kind]['value']>>;
  send(message: HostToWorker): void;
  onFrame(listener: (event: { inspection: number; sequence: number; frame: ArrayBuffer }) => void): Disposable;
  /** The worker died and with it all inspections it held open. */
  onDied(listener: (failure: Failure) => void): Disposable;
}

/** What may be heard of a request before its answer. */
export interface EngineListeners {
  readonly signal?: AbortSignal;
  onProgress?(done: number, total: number, message?: string): void;
  onStarted?(started: ReadingStarted): void;
  /** `train`, `search` and `transfer` only: how it goes. */
  onLab?(event: LabEvent): void;
}

/** The value of an answer of the worker, by the kind of the request. */
export type WorkerAnswer<Kind extends WorkerRequestKind> = WorkerRequests[Kind]['value'];
