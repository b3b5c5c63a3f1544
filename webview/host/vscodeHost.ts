import { fail, type Result } from '../../src/base/result';
import { type HostToView, type StoredPanel, type ViewToHost } from '../../src/protocol/viewMessages';
import { type Host } from './host';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;


/** Talks to the extension host; the one place that calls `acquireVsCodeApi`, which works only once a page. */
export function connectToVsCode(): Host {
  const api = acquireVsCodeApi();
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  let nextId = 1;
  let listener: (message: HostToView) => void = () => undefined;

  window.addEventListener('message', (event: MessageEvent<HostToView>) => {
    const message = event.data;
    if (message.type !== 'answer') return listener(message);
    waiting.get(message.id)?.(message.result);
    waiting.delete(message.id);
  });

  let kept: StoredPanel | null = null;
  const keep = (panel: StoredPanel): void => {
    kept = panel;
    api.setState(panel);
  };
  const post = (message: ViewToHost): void => {
    if (message.type === 'state' && kept !== null) keep({ ...kept, state: message.state });
    api.postMessage(message);
  };

  const ask = (kind: string, params: unknown, signal?: AbortSignal): Promise<Result<unknown>> => {
    if (signal?.aborted === true) return Promise.resolve(fail('cancelled', 'Cancelled.'));
    const id = nextId++;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      signal?.addEventListener('abort', () => {
        if (!waiting.delete(id)) return;
        post({ type: 'cancelRequest', id });
        resolve(fail('cancelled', 'Cancelled.'));
      });
      api.postMessage({ type: 'request', id, kind, params });
    });
  };

  return {
    isLive: true,
    post,
    keep,
    request: ask as Host['request'],
    listen: (next) => {
      listener = next;
    },
  };
}
