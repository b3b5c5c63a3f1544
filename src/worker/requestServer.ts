import { toFailure } from '../base/errors';
import { type Result } from '../base/result';
import { cancelled, createPace } from '../engine/forward/pace';
import { type HostToWorker, type WorkerRequestKind } from '../protocol/workerRequests';
import { type HandlerTable, type RequestContext, type WorkerContext } from './workerContext';

/** Receives what the host sends; whatever a message holds, the worker lives on. */
export interface RequestServer {
  receive(message: unknown): void;
}

/** Clock and event loop, passed in so that a test needs no thread. */
export interface Surroundings {
  readonly now: () => number;
  readonly turn: () => Promise<void>;
}

/** Serves requests by a table of handlers: each can be cancelled, reports progress, and is answered exactly once. */
export function createRequestServer(
  context: WorkerContext,
  handlers: HandlerTable,
  surroundings: Surroundings,
): RequestServer {
  const running = new Map<number, AbortController>();

  const serve = async (id: number, kind: WorkerRequestKind, params: unknown): Promise<void> => {
    const abort = new AbortController();
    running.set(id, abort);
    const result = await answer(handlers, {
      context,
      kind,
      params,
      request: createRequestContext(context, id, abort.signal, surroundings),
    });
    running.delete(id);
    postAnswer(context, id, result);
  };

  return {
    receive(message) {
      if (!isMessage(message)) return context.log.warn('The worker was sent something that is no message.');
      switch (message.type) {
        case 'request':
          return void serve(message.id, message.kind, message.params);
        case 'cancel':
          return running.get(message.id)?.abort();
        case 'ack':
          return context.inspections.find(message.inspection)?.stream?.acknowledge(message.sequence);
        case 'sight':
          return context.inspections.find(message.inspection)?.stream?.see(message);
        default:
          return context.log.warn(
            `The worker does not know messages of type ${String((message as { type: unknown }).type)}.`,
          );
      }
    },
  };
}

interface Call {
  readonly context: WorkerContext;
  readonly kind: WorkerRequestKind;
  readonly params: unknown;
  readonly request: RequestContext;
}

async function answer(handlers: HandlerTable, { context, kind, params, request }: Call): Promise<Result<unknown>> {
  const handler = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
  if (!handler)
    return {
      ok: false,
      error: { code: 'internal', message: `The worker does not serve requests of kind "${String(kind)}".` },
    };
  try {
    const value = await (handler as (context: WorkerContext, params: unknown, request: RequestContext) => unknown)(
      context,
      params,
      request,
    );
    return { ok: true, value };
  } catch (thrown) {
    const error = toFailure(thrown);
    if (error.code === 'internal')
      context.log.error(`${kind}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    return { ok: false, error };
  }
}

const pollEveryMs = 4;

function createRequestContext(
  context: WorkerContext,
  id: number,
  signal: AbortSignal,
  { now, turn }: Surroundings,
): RequestContext {
  const progress = (done: number, total: number, message?: string): void =>
    context.post({ type: 'progress', id, done, total, ...(message !== undefined && { message }) });
  let polled = now();
  const throwIfCancelled = (): void => {
    if (signal.aborted) throw cancelled();
  };
  return {
    id,
    signal,
    progress,
    turn: async () => {
      await turn();
      throwIfCancelled();
    },
    interrupt: () => {
      if (now() - polled >= pollEveryMs) {
        context.poll?.();
        polled = now();
      }
      throwIfCancelled();
    },
    started: (started) => context.post({ type: 'started', id, started }, [started.tokens.codes, started.tokens.places]),
    pace: createPace({ signal, now, turn, onProgress: progress }),
  };
}

function postAnswer(context: WorkerContext, id: number, result: Result<unknown>): void {
  try {
    context.post({ type: 'answer', id, result }, result.ok ? transferable(result.value) : []);
  } catch (thrown) {
    const message = `The answer could not be sent: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    context.post({ type: 'answer', id, result: { ok: false, error: { code: 'internal', message } } });
  }
}

/** Buffers that an answer consists of are moved and not copied; every handler hands out fresh ones. */
function transferable(value: unknown): readonly ArrayBuffer[] {
  if (value instanceof ArrayBuffer) return [value];
  if (
    value instanceof Uint8Array &&
    value.buffer instanceof ArrayBuffer &&
    value.byteLength === value.buffer.byteLength
  )
    return [value.buffer];
  return [];
}

function isMessage(message: unknown): message is HostToWorker {
  return typeof message === 'object' && message !== null && typeof (message as { type?: unknown }).type === 'string';
}
