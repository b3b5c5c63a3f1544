import { type Disposable } from '../base/disposable';
import { type Result } from '../base/result';
import { mayAsk, type PageName } from '../protocol/pageRequests';
import { type ViewRequestKind } from '../protocol/viewMessages';
import { type ViewCall, ViewRequests } from './viewRequests';

type Answer = { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> };
type RequestMessage =
  | { readonly type: 'request'; readonly id: number; readonly kind: ViewRequestKind; readonly params: unknown }
  | { readonly type: 'cancelRequest'; readonly id: number };

const refused: Result<unknown> = {
  ok: false,
  error: { code: 'internal', message: 'This page may not ask for that.' },
};

/**
 * The wire between a session and its page: says nothing before the page is `ready`, after it is hidden or gone (a
 * hidden page is ended by VS Code and says `ready` again), and answers what it asks.
 */
export class ViewConnection<Message extends { readonly type: string }> implements Disposable {
  private state: 'loading' | 'ready' | 'hidden' = 'loading';
  private poster: (message: Message | Answer) => void = () => undefined;
  private readonly requests: ViewRequests;

  /** `ask` gets only what a page of this kind may ask for. */
  constructor(
    private readonly page: PageName,
    ask: (kind: ViewRequestKind, params: object, call: ViewCall) => Promise<Result<unknown>>,
  ) {
    this.requests = new ViewRequests({ ask, answer: (id, result) => this.post({ type: 'answer', id, result }) });
  }

  get isReady(): boolean {
    return this.state === 'ready';
  }

  get isHidden(): boolean {
    return this.state === 'hidden';
  }

  /** Where messages go from now on; the page there is not ready yet. */
  connect(post: (message: Message | Answer) => void): void {
    this.poster = post;
    this.state = 'loading';
  }

  /** Dropped unless the page listens. */
  post(message: Message | Answer): void {
    if (this.state === 'ready') this.poster(message);
  }

  /** To a page that listens, though it has not heard its first message: a piece of that one. */
  postPart(message: Message): void {
    this.poster(message);
  }

  /** The page listens from now on, and first hears this. */
  open(hydrate: Message): void {
    this.state = 'ready';
    this.poster(hydrate);
  }

  /** Runs or cancels a request of the page. */
  receive(message: RequestMessage): void {
    if (message.type === 'cancelRequest') this.requests.cancel(message.id);
    else if (mayAsk(this.page, message.kind)) void this.requests.run(message.id, message.kind, message.params);
    else this.post({ type: 'answer', id: message.id, result: refused });
  }

  /** What the page asked for is stopped; the page stays. */
  cancelAll(): void {
    this.requests.cancelAll();
  }

  /** The page is hidden: what it asked for is stopped, and it gets nothing until {@link open}. */
  hide(): void {
    this.state = 'hidden';
    this.cancelAll();
  }

  dispose(): void {
    this.hide();
    this.poster = () => undefined;
  }
}
