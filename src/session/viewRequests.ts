import { type Result } from '../base/result';
import { type ViewRequestKind } from '../protocol/viewMessages';

/** One request of the view: its number there, and what cancels it. */
export interface ViewCall {
  readonly id: number;
  readonly signal: AbortSignal;
}

/** What the answering side of the view's requests needs. */
export interface ViewRequestEnds {
  ask(kind: ViewRequestKind, params: object, call: ViewCall): Promise<Result<unknown>>;
  answer(id: number, result: Result<unknown>): void;
}

/** Hands the view's requests on and answers each once; a cancelled one is answered `cancelled` by whoever was asked. */
export class ViewRequests {
  private readonly running = new Map<number, AbortController>();

  constructor(private readonly ends: ViewRequestEnds) {}

  async run(id: number, kind: ViewRequestKind, params: unknown): Promise<void> {
    const abort = new AbortController();
    this.running.set(id, abort);
    const result = await this.ends.ask(kind, typeof params === 'object' && params !== null ? params : {}, {
      id,
      signal: abort.signal,
    });
    this.running.delete(id);
    this.ends.answer(id, result);
  }

  cancel(id: number): void {
    this.running.get(id)?.abort();
  }

  cancelAll(): void {
    for (const abort of this.running.values()) abort.abort();
  }
}
