import { fail, type Result } from '../../src/base/result';
import { type Greeting, greetingName } from '../../src/protocol/greeting';
import { type DecayHost } from './decayHost';
import { type DifferenceHost } from './differenceHost';
import { joinParts } from '../../src/protocol/hydrateParts';
import { type HostToView, type HydratePart } from '../../src/protocol/viewMessages';
import { type LabEvent } from '../../src/trace/lab/labEvents';
import { type Host } from './host';
import { type LabHost } from './labHost';
import { type OverviewHost } from './overviewHost';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

type Message = { readonly type: string };
type Answer = Message & { readonly id: number; readonly result: Result<unknown> };
type Progress = Message & { readonly id: number; readonly done: number; readonly total: number };

/** Talks to the extension host of an inspection. */
export function connectToVsCode(): Host {
  const channel = openChannel();
  return {
    isLive: true,
    post: channel.post,
    keep: channel.keep,
    request: channel.ask as Host['request'],
    listen: (listener) => channel.listen(joiningParts(listener) as (message: Message) => void),
  };
}

/** Hands on a hydrate that came in parts as one. */
function joiningParts(listener: (message: HostToView) => void): (message: HostToView) => void {
  let parts: readonly HydratePart[] = [];
  return (message) => {
    if (message.type === 'part') parts = [...parts, message];
    else if (message.type !== 'hydrate') listener(message);
    else {
      // What came before those is left of a sending that was given up.
      listener(message.parts === undefined ? message : joinParts(message, parts.slice(-message.parts)));
      parts = [];
    }
  };
}

/** Talks to the extension host of a comparison of gradient decay. */
export function connectDecayToVsCode(): DecayHost {
  const channel = openChannel();
  return {
    post: channel.post,
    keep: channel.keep,
    decay: (params, signal) => channel.ask('decay', params, signal) as ReturnType<DecayHost['decay']>,
    listen: channel.listen as DecayHost['listen'],
  };
}

/** Talks to the extension host of a difference of two readings. */
export function connectDifferenceToVsCode(): DifferenceHost {
  const channel = openChannel();
  return {
    post: channel.post,
    difference: (params, signal) =>
      channel.ask('difference', params, signal) as ReturnType<DifferenceHost['difference']>,
    listen: channel.listen as DifferenceHost['listen'],
  };
}

/** Talks to the extension host of a training, a search or a transfer. */
export function connectLabToVsCode<Event extends LabEvent>(): LabHost<Event> {
  const channel = openChannel();
  return {
    post: channel.post,
    keep: channel.keep,
    request: channel.ask as LabHost<Event>['request'],
    listen: channel.listen as LabHost<Event>['listen'],
  };
}

/** Talks to the extension host of a model's overview. */
export function connectOverviewToVsCode(): OverviewHost {
  const channel = openChannel();
  return {
    post: channel.post,
    request: channel.ask as OverviewHost['request'],
    listen: channel.listen as OverviewHost['listen'],
  };
}

type OnProgress = (done: number, total: number) => void;

interface Channel {
  readonly post: (message: Message) => void;
  readonly keep: (state: unknown) => void;
  readonly ask: (
    kind: string,
    params: unknown,
    signal?: AbortSignal,
    onProgress?: OnProgress,
  ) => Promise<Result<unknown>>;
  readonly listen: (listener: (message: Message) => void) => void;
}

/** Goes on where the page's greeting left off; called once a page. */
function openChannel(): Channel {
  const { api, take } = (globalThis as unknown as Readonly<Record<typeof greetingName, Greeting<VsCodeApi>>>)[
    greetingName
  ];
  const waiting = new Map<
    number,
    { readonly resolve: (result: Result<unknown>) => void; readonly onProgress: OnProgress | undefined }
  >();
  let nextId = 1;
  let listener: (message: Message) => void = () => undefined;

  const receive = (message: Message): void => {
    if (message.type === 'progress') {
      const { id, done, total } = message as Progress;
      const { onProgress } = waiting.get(id) ?? {};
      return onProgress === undefined ? listener(message) : onProgress(done, total);
    }
    if (message.type !== 'answer') return listener(message);
    const { id, result } = message as Answer;
    waiting.get(id)?.resolve(result);
    waiting.delete(id);
  };
  window.addEventListener('message', (event: MessageEvent<Message>) => receive(event.data));
  const early = take() as readonly Message[];

  const ask: Channel['ask'] = (kind, params, signal, onProgress) => {
    if (signal?.aborted === true) return Promise.resolve(fail('cancelled', 'Cancelled.'));
    const id = nextId++;
    return new Promise((resolve) => {
      waiting.set(id, { resolve, onProgress });
      signal?.addEventListener('abort', () => {
        if (!waiting.delete(id)) return;
        api.postMessage({ type: 'cancelRequest', id });
        resolve(fail('cancelled', 'Cancelled.'));
      });
      api.postMessage({ type: 'request', id, kind, params });
    });
  };

  return {
    post: (message) => api.postMessage(message),
    keep: (state) => api.setState(state),
    ask,
    listen: (next) => {
      listener = next;
      queueMicrotask(() => early.forEach(receive));
    },
  };
}
