import { Emitter } from '../../../src/base/emitter';
import { type Failure } from '../../../src/base/errors';
import { type Result } from '../../../src/base/result';
import { type EngineClient, type EngineListeners } from '../../../src/session/engineClient';
import { type HostToWorker } from '../../../src/protocol/workerRequests';

export interface FakeCall {
  readonly kind: string;
  readonly params: {
    readonly inspection?: number;
    readonly previous?: number;
    readonly step?: number;
    readonly sight?: unknown;
  };
  readonly listeners: EngineListeners;
  answer(result: Result<unknown>): void;
}

/** An engine under the test's control: it records what it is asked and answers when the test says so. */
export function createFakeEngine() {
  const calls: FakeCall[] = [];
  const sent: HostToWorker[] = [];
  const frames = new Emitter<{ inspection: number; sequence: number; frame: ArrayBuffer }>();
  const died = new Emitter<Failure>();
  const failure: Failure = { code: 'worker-died', message: 'The computing thread stopped.' };
  const client: EngineClient = {
    request: (kind, params, listeners = {}) =>
      new Promise((resolve) => {
        const answer = (result: Result<unknown>): void => resolve(result as never);
        listeners.signal?.addEventListener('abort', () =>
          answer({ ok: false, error: { code: 'cancelled', message: 'Cancelled.' } }),
        );
        calls.push({ kind, params: params as FakeCall['params'], listeners, answer });
      }),
    send: (message) => void sent.push(message),
    onFrame: frames.on,
    onDied: died.on,
  };
  const last = (kind: string): FakeCall => {
    const call = calls.filter((one) => one.kind === kind).at(-1);
    if (!call) throw new Error(`No request of kind ${kind} was made.`);
    return call;
  };
  const die = (): void => {
    for (const call of calls) call.answer({ ok: false, error: failure });
    died.fire(failure);
  };
  return { client, calls, sent, frames, last, die };
}
