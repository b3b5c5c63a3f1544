import { type Log } from '../base/log';
import { type BlockCache } from '../engine/forward/blockCache';
import { type Pace } from '../engine/forward/pace';
import { type PackedStarted } from '../protocol/packedStarted';
import { type WorkerRequestKind, type WorkerRequests, type WorkerToHost } from '../protocol/workerRequests';
import { type InspectionShelf } from './inspectionShelf';
import { type ModelShelf } from './modelShelf';

/** What every handler of the worker works with. */
export interface WorkerContext {
  readonly models: ModelShelf;
  readonly inspections: InspectionShelf;
  readonly cache: BlockCache;
  readonly log: Log;
  /** Folder of the bundled models. */
  readonly modelsFolder: string;
  post(message: WorkerToHost, transfer?: readonly ArrayBuffer[]): void;
  /**
   * Takes in messages that wait while work holds the thread; cancels take effect at once, all others with the next
   * turn.
   */
  poll?(): void;
}

/** One request under way. */
export interface RequestContext {
  readonly id: number;
  /** Aborted when the host cancels. */
  readonly signal: AbortSignal;
  /** One turn of the event loop, whatever the time; rejects once cancelled. */
  turn(): Promise<void>;
  /** For work that cannot pause: takes in a cancel that has arrived meanwhile, and throws once cancelled. */
  interrupt(): void;
  /** To breathe with in long work: lets messages in, reports progress, throws once cancelled. */
  readonly pace: Pace;
  progress(done: number, total: number, message?: string): void;
  /** `read` only: the text is split into tokens; their buffer is moved. */
  started(started: PackedStarted): void;
}

/** Answers one kind of request; throws an InspectorError for what is expected to fail. */
export type Handler<Kind extends WorkerRequestKind> = (
  context: WorkerContext,
  params: WorkerRequests[Kind]['params'],
  request: RequestContext,
) => WorkerRequests[Kind]['value'] | Promise<WorkerRequests[Kind]['value']>;

/** A handler for each kind of request that is served. */
export type HandlerTable = { readonly [Kind in WorkerRequestKind]?: Handler<Kind> };
