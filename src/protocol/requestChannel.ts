import { type Failure } from '../base/errors';
import { type Result } from '../base/result';

/** How a channel speaks: the two messages that a border has for it. */
export interface RequestWire {
  sendRequest(id: number, kind: string, params: unknown): void;
  sendCancel(id: number): void;
}

/** What a caller may listen to while it waits for an answer. */
export interface RequestListeners {
  /** Cancels: the promise answers `cancelled` at once, and the other side is told. */
  readonly signal?: AbortSignal;
  /** Cancelled, the promise waits for the other side's answer, which first brings to an end what it has begun. */
  readonly endsInOrder?: boolean;
  onProgress?(done: number, total: number, message?: string): void;
  /** Events that belong to this request, e.g. `started` of a reading. */
  onEvent?(event: unknown): void;
}

interface Waiting {
  readonly listeners: RequestListeners;
  settle(result: Result<unknown>): void;
}

const cancelled: Result<never> = { ok: false, error: { code: 'cancelled', message: 'Cancelled.' } };

/**
 * The asking side of a border: numbers the requests, matches answers, and never leaves a caller waiting: a cancelled
 * request answers at once, a wire that throws answers `internal`, and {@link rejectAll} answers everything that waits.
 */
export class RequestChannel<Requests extends object> {
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  constructor(private readonly wire: RequestWire) {}

  /** Sends a request. The promise always resolves; expected failures are results. */
  request<Kind extends keyof Requests & string>(
    kind: Kind,
    params: ParamsOf<Requests, Kind>,
    listeners: RequestListeners = {},
  ): Promise<Result<ValueOf<Requests, Kind>>> {
    const { signal, endsInOrder = false } = listeners;
    if (signal?.aborted) return Promise.resolve(cancelled);
    const id = this.nextId++;
    return new Promise((resolve) => {
      const cancel = (): void => {
        if (!this.waiting.has(id)) return;
        this.wire.sendCancel(id);
        if (!endsInOrder) this.answer(id, cancelled);
      };
      const settle = (result: Result<unknown>): void => {
        signal?.removeEventListener('abort', cancel);
        resolve(result as Result<ValueOf<Requests, Kind>>);
      };
      this.waiting.set(id, { listeners, settle });
      signal?.addEventListener('abort', cancel, { once: true });
      this.send(id, kind, params);
    });
  }

  /** Settles request `id`; an answer that nobody waits for (any more) is dropped. */
  answer(id: number, result: Result<unknown>): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    waiting?.settle(result);
  }

  /** Hands progress to whoever waits for request `id`. */
  progress(id: number, done: number, total: number, message?: string): void {
    this.waiting.get(id)?.listeners.onProgress?.(done, total, message);
  }

  /** Hands an event to whoever waits for request `id`. */
  event(id: number, event: unknown): void {
    this.waiting.get(id)?.listeners.onEvent?.(event);
  }

  /** Answers everything that waits, but those of the ids `kept`, with the same failure: the other side is gone. */
  rejectAll(failure: Failure, kept: ReadonlySet<number> = new Set()): void {
    for (const id of [...this.waiting.keys()]) if (!kept.has(id)) this.answer(id, { ok: false, error: failure });
  }

  /** The number of requests that wait for an answer. */
  get pending(): number {
    return this.waiting.size;
  }

  private send(id: number, kind: string, params: unknown): void {
    try {
      this.wire.sendRequest(id, kind, params);
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      this.answer(id, {
        ok: false,
        error: { code: 'internal', message: `The request "${kind}" could not be sent: ${message}` },
      });
    }
  }
}

/** The parameters of one kind of request. */
export type ParamsOf<Requests, Kind extends keyof Requests> = Requests[Kind] extends { readonly params: infer P }
  ? P
  : never;
/** The answer's value of one kind of request. */
export type ValueOf<Requests, Kind extends keyof Requests> = Requests[Kind] extends { readonly value: infer V }
  ? V
  : never;
