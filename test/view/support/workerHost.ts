import path from 'node:path';
import { existsSync } from 'node:fs';
import { silentLog } from '../../../src/base/log';
import { WorkerLink } from '../../../src/link/workerLink';
import { type ModelReference } from '../../../src/protocol/modelReference';
import { type InputSpec } from '../../../src/trace/reading/inputSpec';
import { type ReadingStarted, type TraceSummary } from '../../../src/protocol/summaries';
import { type Hydrate, type ViewToHost } from '../../../src/protocol/viewMessages';
import { type WorkerRequestKind, type WorkerRequests } from '../../../src/protocol/workerRequests';
import { tokensToSend } from '../../../src/trace/reading/tokenList';

const root = path.resolve(__dirname, '../../..');

/** The built worker in its thread, as the extension starts it. */
export function startWorker(): WorkerLink {
  const workerPath = path.join(root, 'dist/worker.js');
  if (!existsSync(workerPath)) throw new Error('dist/worker.js is not there; run npm run build first.');
  return new WorkerLink({ workerPath, log: silentLog });
}

/** The value of an answer; throws what the worker says else. */
export async function ask<Kind extends WorkerRequestKind>(
  link: WorkerLink,
  kind: Kind,
  params: WorkerRequests[Kind]['params'],
): Promise<WorkerRequests[Kind]['value']> {
  const answer = await link.request(kind, params);
  if (!answer.ok) throw new Error(`${kind}: ${answer.error.message}`);
  return answer.value;
}

/** Plays the extension host for a view over a reading of the real worker: hydrate, then every request is passed on. */
export class WorkerHost {
  readonly received: ViewToHost[] = [];

  private constructor(
    readonly link: WorkerLink,
    private readonly given: {
      readonly text: string;
      readonly model: ModelReference;
      readonly started: ReadingStarted;
      readonly summary: TraceSummary;
    },
  ) {}

  /** Reads a text with a bundled model; the inspection is number 1. */
  static read(link: WorkerLink, name: string, text: string): Promise<WorkerHost> {
    return WorkerHost.readWith(link, { kind: 'bundled', name }, { kind: 'text', text });
  }

  /** Reads any input with any model; the inspection is number 1. */
  static async readWith(link: WorkerLink, model: ModelReference, input: InputSpec): Promise<WorkerHost> {
    const text = input.kind === 'text' ? input.text : '';
    const seen: ReadingStarted[] = [];
    const answer = await link.request(
      'read',
      { inspection: 1, model, input, stream: false },
      { onStarted: (started) => seen.push(started) },
    );
    const [started] = seen;
    if (!answer.ok || started === undefined)
      throw new Error(answer.ok ? 'The reading never started.' : answer.error.message);
    return new WorkerHost(link, { text, model, started, summary: answer.value });
  }

  readonly onMessage = (raw: unknown, send: (message: unknown) => Promise<void>): void => {
    const message = raw as ViewToHost;
    this.received.push(message);
    if (message.type === 'ready') void send(this.hydrate());
    if (message.type === 'request') void this.answer(message, send);
  };

  private async answer(
    { id, kind, params }: Extract<ViewToHost, { type: 'request' }>,
    send: (message: unknown) => Promise<void>,
  ): Promise<void> {
    const result = await this.link.request(kind, { ...(params as object), inspection: 1 } as never);
    await send({ type: 'answer', id, result });
  }

  private hydrate(): Hydrate {
    const { text, model, started, summary } = this.given;
    return {
      type: 'hydrate',
      inspection: 1,
      source: 'sample.txt',
      text,
      borders: [],
      tokens: tokensToSend(started.tokens),
      model: started.model,
      ...(started.columns && { columns: started.columns }),
      status: { kind: 'complete', summary },
      stale: null,
      staleMarks: { changed: [], insertedBefore: [] },
      state: null,
      strings: {},
      stored: { ranges: [], hash: '', model },
    };
  }
}
