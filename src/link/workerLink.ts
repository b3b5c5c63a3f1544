import { type Disposable } from '../base/disposable';
import { type Failure } from '../base/errors';
import { type Log } from '../base/log';
import { type Result } from '../base/result';
import { type PackedStarted, unpackStarted } from '../protocol/packedStarted';
import { RequestChannel, type RequestListeners } from '../protocol/requestChannel';
import { type ReadingStarted } from '../protocol/summaries';
import {
  type HostToWorker,
  type LabEvent,
  type WorkerRequestKind,
  type WorkerRequests,
  type WorkerToHost,
} from '../protocol/workerRequests';
import { type Engine, type EngineStart, outOfMemory, type StartEngine } from './engine';
import { startThread } from './engineThread';

type LateMessage = Extract<HostToWorker, { type: 'request' | 'cancel' }>;

/** What the worker streams without being asked for each piece. */
export interface FrameEvent {
  readonly inspection: number;
  readonly sequence: number;
  readonly frame: ArrayBuffer;
}

/** What a caller of a worker request may listen to. */
export interface WorkerListeners extends Omit<RequestListeners, 'onEvent'> {
  /** `read` only: the text is split into tokens. */
  onStarted?(started: ReadingStarted): void;
  /** `train`, `search` and `transfer` only: how it goes. */
  onLab?(event: LabEvent): void;
}

/** Where the worker is and what it is told at its start. */
export interface WorkerLinkOptions extends EngineStart {
  readonly log: Log;
  /** Where the worker runs; in a thread of this process where absent. */
  readonly start?: StartEngine;
}

/**
 * The one way to the worker, wherever it runs. It starts with the first request; when it dies, everything that it got
 * is answered `worker-died`, and the next request starts a new one (what the old one held open is lost: see {@link
 * onDied}).
 */
export class WorkerLink implements Disposable {
  private engine: Engine | null = null;
  private isDisposed = false;
  private readonly frameListeners = new Set<(event: FrameEvent) => void>();
  private readonly deathListeners = new Set<(failure: Failure) => void>();
  private readonly channel = new RequestChannel<WorkerRequests>({
    sendRequest: (id, kind, params) => this.post({ type: 'request', id, kind: kind as WorkerRequestKind, params }),
    sendCancel: (id) => this.send({ type: 'cancel', id }),
  });

  constructor(private readonly options: WorkerLinkOptions) {}

  /** Starts the worker now, so that the first request finds it warm. */
  warm(): void {
    this.livingEngine();
  }

  /** Asks the worker; the promise always resolves. */
  request<Kind extends WorkerRequestKind>(
    kind: Kind,
    params: WorkerRequests[Kind]['params'],
    listeners: WorkerListeners = {},
  ): Promise<Result<WorkerRequests[Kind]['value']>> {
    if (this.isDisposed)
      return Promise.resolve({ ok: false, error: { code: 'worker-died', message: 'The inspector is shut down.' } });
    const { onStarted, onLab, ...rest } = listeners;
    const onEvent = (event: unknown): void => {
      if (kind === 'read')
        onStarted?.(unpackStarted(event as PackedStarted, (params as WorkerRequests['read']['params']).input));
      else onLab?.(event as LabEvent);
    };
    const all: RequestListeners = { ...rest, onEvent };
    return this.channel.request(kind, params as never, all) as Promise<Result<WorkerRequests[Kind]['value']>>;
  }

  /** Sends what has no answer (ack, sight, cancel); dropped when no worker lives. */
  send(message: HostToWorker): void {
    this.engine?.post(message);
  }

  onFrame(listener: (event: FrameEvent) => void): Disposable {
    return subscribe(this.frameListeners, listener);
  }

  /** Called after everything that waited has been answered. */
  onDied(listener: (failure: Failure) => void): Disposable {
    return subscribe(this.deathListeners, listener);
  }

  /** Ends the worker as a crash would; the next request starts a new one. */
  async kill(): Promise<void> {
    await this.engine?.terminate();
  }

  dispose(): void {
    this.isDisposed = true;
    const { engine } = this;
    this.engine = null;
    this.channel.rejectAll({ code: 'worker-died', message: 'The inspector is shut down.' });
    void engine?.terminate();
  }

  private post(message: HostToWorker): void {
    this.livingEngine().post(message);
  }

  private livingEngine(): Engine {
    if (this.engine) return this.engine;
    const { log, start = startThread } = this.options;
    const engine = start(this.options);
    let why = 'The computation stopped unexpectedly. Run it again.';
    engine.listen({
      onMessage: (message) => this.receive(message as WorkerToHost),
      onError: (error) => {
        if ((error as { readonly code?: unknown }).code === outOfMemory)
          why = 'There is not enough memory for this. Take less text or data, or a smaller model.';
        log.error(`The worker failed: ${error.stack ?? error.message}`);
      },
      onExit: (how, undelivered) => {
        if (this.engine === engine) this.handleExit(how, why, undelivered as readonly HostToWorker[]);
      },
    });
    this.engine = engine;
    return engine;
  }

  /** Only what the worker may have begun dies with it; what came too late for it is asked of the next. */
  private handleExit(how: string, why: string, undelivered: readonly HostToWorker[]): void {
    this.engine = null;
    const failure: Failure = { code: 'worker-died', message: why };
    const late = undelivered.filter(({ type }) => type === 'request' || type === 'cancel') as readonly LateMessage[];
    const kept = new Set(late.flatMap(({ type, id }) => (type === 'request' ? [id] : [])));
    this.options.log.error(
      `The worker ended (${how}); ${this.channel.pending} requests waited, ${kept.size} of them for the next.`,
    );
    this.channel.rejectAll(failure, kept);
    for (const listener of [...this.deathListeners]) listener(failure);
    for (const message of late) if (kept.has(message.id) && !this.isDisposed) this.post(message);
  }

  private receive(message: WorkerToHost): void {
    switch (message.type) {
      case 'ready':
        return this.options.log.info('The worker is ready.');
      case 'answer':
        return this.channel.answer(message.id, message.result);
      case 'progress':
        return this.channel.progress(message.id, message.done, message.total, message.message);
      case 'started':
        return this.channel.event(message.id, message.started);
      case 'lab':
        return this.channel.event(message.id, message.event);
      case 'frame':
        return this.frameListeners.forEach((listener) => listener(message));
      case 'log':
        return this.options.log[message.level](message.message);
    }
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): Disposable {
  listeners.add(listener);
  return { dispose: () => void listeners.delete(listener) };
}
