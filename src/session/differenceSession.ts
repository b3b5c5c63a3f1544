import { type Disposable, DisposableStore } from '../base/disposable';
import { type DifferenceToHost, type HostToDifference, type HydrateDifference } from '../protocol/differenceMessages';
import { type EngineClient } from './engineClient';
import { type Inspection } from './inspection';
import { ViewConnection } from './viewConnection';

/** What the page asks of VS Code, not of the session. */
export type DifferenceSurfaceMessage = Extract<
  DifferenceToHost,
  { readonly type: 'copy' | 'save' | 'showLog' | 'broken' }
>;

/** Two inspections of one text and what each is called, or said when it is read anew. */
export interface DifferenceStart {
  readonly engine: EngineClient;
  readonly before: Inspection;
  readonly now: Inspection;
  readonly nameOf: (inspection: Inspection) => string;
  readonly strings: Readonly<Record<string, string>>;
}

/**
 * One page that shows in what a later inspection differs from an earlier one; asks anew whenever one of them has been
 * read again.
 */
export class DifferenceSession implements Disposable {
  private readonly store = new DisposableStore();
  private readonly view: ViewConnection<HostToDifference>;
  private shown = '';
  private isClosed = false;

  constructor(private readonly start: DifferenceStart) {
    const { engine, before, now } = start;
    this.view = new ViewConnection('difference', (kind, params, { signal, id }) =>
      engine.request(kind, { ...params, ...this.inspections } as never, {
        signal,
        onProgress: (done, total) => this.view.post({ type: 'progress', id, done, total }),
      }),
    );
    for (const inspection of [before, now]) this.store.add(inspection.changed.on(() => this.refresh()));
  }

  /** The later inspection's document. */
  get title(): string {
    return this.start.now.subject.title;
  }

  /** Whether these two are compared, in this order. */
  isOf(before: Inspection, now: Inspection): boolean {
    return this.start.before === before && this.start.now === now;
  }

  /** One of the two is closed: what was compared stays in sight. */
  markClosed(inspection: Inspection): void {
    if (inspection !== this.start.before && inspection !== this.start.now) return;
    this.isClosed = true;
    this.refresh();
  }

  connect(post: (message: HostToDifference) => void): void {
    this.view.connect(post);
  }

  /** What the page says. What is not the session's to do is given back. */
  receive(message: DifferenceToHost): DifferenceSurfaceMessage | null {
    switch (message.type) {
      case 'ready':
        this.view.open(this.hydrate());
        return null;
      case 'request':
      case 'cancelRequest':
        this.view.receive(message);
        return null;
      case 'hover':
        // The views of both are linked by token: the earlier one follows.
        this.start.now.pointAt(message.step);
        return null;
      case 'copy':
      case 'save':
      case 'showLog':
      case 'broken':
        return message;
    }
  }

  hideView(): void {
    this.view.hide();
  }

  dispose(): void {
    this.store.dispose();
    this.view.dispose();
  }

  private get inspections(): HydrateDifference['inspections'] {
    return { before: this.start.before.id, inspection: this.start.now.id };
  }

  /** Says how it stands where that is another than the page knows; progress of a reading is no news. */
  private refresh(): void {
    const next = JSON.stringify([this.state, this.inspections]);
    if (next === this.shown) return;
    this.view.post(this.hydrate());
  }

  private get state(): HydrateDifference['state'] {
    if (this.isClosed) return 'closed';
    const kinds = [this.start.before, this.start.now].map(({ status }) => status.kind);
    if (kinds.every((kind) => kind === 'complete')) return 'ready';
    return kinds.some((kind) => kind === 'failed' || kind === 'cancelled') ? 'failed' : 'reading';
  }

  private hydrate(): HydrateDifference {
    const { before, now, nameOf, strings } = this.start;
    this.shown = JSON.stringify([this.state, this.inspections]);
    return {
      type: 'hydrateDifference',
      source: now.subject.title,
      before: nameOf(before),
      now: nameOf(now),
      inspections: this.inspections,
      state: this.state,
      strings,
    };
  }
}
