import { type Disposable } from '../base/disposable';
import { toFailure } from '../base/errors';
import { type Result } from '../base/result';
import { type ModelReference } from '../protocol/modelReference';
import { type HostToOverview, type OverviewToHost } from '../protocol/overviewMessages';
import { type ViewRequestKind } from '../protocol/viewMessages';
import { type EngineClient } from './engineClient';
import { ViewConnection } from './viewConnection';
import { type ViewCall } from './viewRequests';

/** What an overview is handed at its start. */
export interface OverviewStart {
  readonly engine: EngineClient;
  readonly name: string;
  /** The model as it is now: asked once, and again after a change. */
  model(): Promise<ModelReference>;
  readonly isBundled: boolean;
  readonly strings: Readonly<Record<string, string>>;
}

/** What the page asks of VS Code, not of the session. */
export type OverviewSurfaceMessage = Extract<
  OverviewToHost,
  { readonly type: 'copy' | 'save' | 'showLog' | 'broken' | 'do' }
>;

/** One page that shows a model's weights; it asks the worker itself, layer by layer as they come in sight. */
export class OverviewSession implements Disposable {
  private readonly view: ViewConnection<HostToOverview>;
  private model: Promise<ModelReference> | null = null;

  constructor(private readonly start: OverviewStart) {
    this.view = new ViewConnection('overview', (kind, params, call) => this.ask(kind, params, call));
  }

  connect(post: (message: HostToOverview) => void): void {
    this.view.connect(post);
  }

  /** The file or its settings have changed: the page asks for everything again. */
  refresh(): void {
    this.model = null;
    if (this.view.isReady) this.view.open(this.hydrate());
  }

  /** What the page says. What is VS Code's to do is given back. */
  receive(message: OverviewToHost): OverviewSurfaceMessage | null {
    switch (message.type) {
      case 'ready':
        this.view.open(this.hydrate());
        return null;
      case 'request':
      case 'cancelRequest':
        this.view.receive(message);
        return null;
      case 'copy':
      case 'save':
      case 'showLog':
      case 'broken':
      case 'do':
        return message;
    }
  }

  /** The page is hidden: what it asked for is stopped. */
  hideView(): void {
    this.view.hide();
  }

  dispose(): void {
    this.view.dispose();
  }

  private async ask(kind: ViewRequestKind, params: object, { signal, id }: ViewCall): Promise<Result<unknown>> {
    try {
      this.model ??= this.start.model();
      const model = await this.model;
      return await this.start.engine.request(kind, { ...params, model } as never, {
        signal,
        onProgress: (done, total, message) =>
          this.view.post({ type: 'progress', id, done, total, ...(message === undefined ? {} : { message }) }),
      });
    } catch (thrown) {
      // The file could not be read: it is gone, or too large to be read whole.
      this.model = null;
      return { ok: false, error: toFailure(thrown) };
    }
  }

  private hydrate(): HostToOverview {
    const { name, isBundled, strings } = this.start;
    return { type: 'hydrateOverview', name, isBundled, strings };
  }
}
