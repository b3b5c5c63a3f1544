import { type Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { type Result } from '../base/result';
import {
  type HostToLab,
  type HydrateLab,
  type LabAction,
  type LabStatus,
  type LabSurfaceMessage,
  type LabToHost,
} from '../protocol/labMessages';
import { type ViewRequestKind } from '../protocol/viewMessages';
import { type LabOrder } from '../protocol/requestParams';
import { type LabEvent } from '../trace/lab/labEvents';
import { keepEvent } from './labEventLog';
import { ViewConnection } from './viewConnection';

/** Who does the work of a run and answers its page. */
export interface LabWork<Event extends LabEvent> {
  /** Begins the work; resolves when it has ended, `cancelled` where the signal ended it. */
  run(listeners: { readonly signal: AbortSignal; onLab(event: LabEvent): void }): Promise<Result<unknown>>;
  /** Pauses, goes on, or stops early with what there is; absent: the work only knows cancelling. */
  control?(action: 'pause' | 'resume' | 'stop'): void;
  /** What the folder holds of an earlier run. */
  earlier?(): Promise<readonly Event[]>;
  /** Answers a request of the page; absent: pages of this kind ask nothing. */
  ask?(kind: ViewRequestKind, params: object, signal: AbortSignal): Promise<Result<unknown>>;
}

/** What a run is handed at its start. */
export interface LabRunStart<Event extends LabEvent> {
  /** Name of the lab file. */
  readonly source: string;
  readonly order: LabOrder;
  readonly work: LabWork<Event>;
  readonly strings: Readonly<Record<string, string>>;
}

/**
 * One lab file's training, search or transfer as a state machine: idle -> running <-> paused -> (ending ->) complete |
 * cancelled | failed, and from each end to running again. It keeps what was told, so that a page may come late, go and
 * come back; the work goes on without a page.
 */
export class LabRun<Event extends LabEvent> implements Disposable {
  /** The status changed. */
  readonly changed = new Emitter<LabStatus>();
  readonly told = new Emitter<Event>();
  status: LabStatus = { kind: 'idle' };
  events: readonly Event[] = [];

  private abort = new AbortController();
  private finished: Promise<Result<unknown>> | null = null;
  private readonly view: ViewConnection<HostToLab<Event>>;

  constructor(private readonly given: LabRunStart<Event>) {
    const { ask } = given.work;
    const nothing: Result<unknown> = { ok: false, error: { code: 'internal', message: 'This page asks nothing.' } };
    this.view = new ViewConnection(
      'lab',
      (kind, params, { signal }) => ask?.(kind, params, signal) ?? Promise.resolve(nothing),
    );
  }

  get source(): string {
    return this.given.source;
  }

  get order(): LabOrder {
    return this.given.order;
  }

  get isActive(): boolean {
    return this.status.kind === 'running' || this.status.kind === 'paused' || this.status.kind === 'ending';
  }

  /** Begins the work, or gives the one under way; resolves when it has ended. */
  start(): Promise<Result<unknown>> {
    if (this.isActive && this.finished !== null) return this.finished;
    this.abort = new AbortController();
    this.events = [];
    this.setStatus({ kind: 'running' });
    this.showAll();
    this.finished = this.work();
    return this.finished;
  }

  /** What a person asks for; what makes no sense at present is ignored. */
  act(action: LabAction): void {
    const { kind } = this.status;
    if (action === 'start') void this.start();
    if (!this.isActive) return;
    if (action === 'cancel') this.end(() => this.abort.abort());
    if (action === 'stop' && kind !== 'ending') this.end(() => this.control('stop'));
    if (action === 'pause' && kind === 'running') this.control('pause');
    if (action === 'resume' && kind === 'paused') this.control('resume');
  }

  /** Shows what an earlier run left in the folder; nothing where a run was started here. */
  async loadEarlier(): Promise<void> {
    const events = (await this.given.work.earlier?.()) ?? [];
    if (this.status.kind !== 'idle') return;
    this.events = events;
    this.showAll();
  }

  /** Where messages to the page go from now on. */
  connect(post: (message: HostToLab<Event>) => void): void {
    this.view.connect(post);
  }

  /** What the page says. What is VS Code's to do is given back. */
  receive(message: LabToHost): LabSurfaceMessage | null {
    switch (message.type) {
      case 'ready':
        this.view.open(this.hydrate());
        return null;
      case 'request':
      case 'cancelRequest':
        this.view.receive(message);
        return null;
      case 'lab':
        this.act(message.action);
        return null;
      case 'copy':
      case 'save':
      case 'showLog':
      case 'broken':
      case 'do':
        return message;
    }
  }

  /** The page is hidden or closed; the work goes on. */
  hideView(): void {
    this.view.hide();
  }

  dispose(): void {
    this.abort.abort();
    this.view.dispose();
    this.changed.dispose();
    this.told.dispose();
  }

  private async work(): Promise<Result<unknown>> {
    const { signal } = this.abort;
    const result = await this.given.work.run({ signal, onLab: (event) => this.hear(event as Event) });
    if (result.ok) this.setStatus({ kind: signal.aborted ? 'cancelled' : 'complete' });
    else
      this.setStatus(
        result.error.code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', failure: result.error },
      );
    return result;
  }

  private hear(event: Event): void {
    this.events = keepEvent(this.events, event);
    if (event.type === 'paused' && this.status.kind === 'running') this.setStatus({ kind: 'paused' });
    if (event.type === 'resumed' && this.status.kind === 'paused') this.setStatus({ kind: 'running' });
    this.view.post({ type: 'labEvent', event });
    this.told.fire(event);
  }

  private control(action: 'pause' | 'resume' | 'stop'): void {
    this.given.work.control?.(action);
  }

  private end(tell: () => void): void {
    this.setStatus({ kind: 'ending' });
    tell();
  }

  private setStatus(status: LabStatus): void {
    this.status = status;
    this.view.post({ type: 'labStatus', status });
    this.changed.fire(status);
  }

  private showAll(): void {
    if (this.view.isReady) this.view.open(this.hydrate());
  }

  private hydrate(): HydrateLab<Event> {
    const { source, order: stored, strings } = this.given;
    return { type: 'hydrateLab', source, status: this.status, events: this.events, strings, stored };
  }
}
