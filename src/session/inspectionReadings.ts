import { type Result } from '../base/result';
import { type ModelReference } from '../protocol/modelReference';
import { type ReadingStarted, type TraceSummary } from '../protocol/summaries';
import { type WorkerRequests } from '../protocol/workerRequests';
import { type EngineClient } from './engineClient';
import { type ReadingLimits } from './inspectionStart';
import { inputOf, type Subject } from './subject';

/** What is to be read. */
export interface ReadingOrder {
  readonly subject: Subject;
  readonly model: ModelReference;
  /** In the language of trace/edits; none for the untouched reading. */
  readonly edits: readonly string[];
  /** What the view shows, if it said so. */
  readonly sight: WorkerRequests['read']['params']['sight'] | null;
  /** The worker died, and every reading with it. */
  readonly isLost: boolean;
}

/** Hears of a reading by its number. */
export interface ReadingListeners {
  readonly signal: AbortSignal;
  onStarted(id: number, started: ReadingStarted): void;
  onProgress(id: number, done: number): void;
}

/**
 * The readings that one inspection has at the worker: the one that is shown, and while edits are in force the untouched
 * one of the same text, which unit orders and comparisons are asked of. Every reading takes over from the last one what
 * has not changed, and the last one is released once it is done.
 */
export class InspectionReadings {
  /** The shown reading's number; another one with each reading. */
  id = 0;
  /** The untouched reading's number while edits are in force; else 0. */
  base = 0;
  /** The edits of the shown reading. */
  edits: readonly string[] = [];

  constructor(
    private readonly engine: EngineClient,
    private readonly limits: ReadingLimits,
    private readonly nextId: () => number,
  ) {}

  /** Reads; what an earlier call still says is of a number that is not `id` any more. */
  async read(order: ReadingOrder, listeners: ReadingListeners): Promise<Result<TraceSummary>> {
    const { edits, sight, isLost } = order;
    if (isLost) this.base = 0;
    const shown = isLost ? 0 : this.id;
    this.edits = edits;
    if (edits.length > 0 && this.base === 0) {
      this.base = shown === 0 ? this.nextId() : shown;
      if (shown === 0) {
        this.id = this.base;
        const untouched = await this.request(this.base, order, listeners, { stream: false });
        if (!untouched.ok || listeners.signal.aborted) return untouched;
      }
    }
    const id = this.nextId();
    this.id = id;
    const previous = edits.length > 0 ? shown || this.base : this.base || shown;
    const result = await this.request(id, order, listeners, {
      ...(previous ? { previous } : {}),
      ...(sight ? { sight } : {}),
      ...(edits.length > 0 ? { edits, other: inputOf(order.subject) } : {}),
    });
    this.letGoOf(shown, id);
    return result;
  }

  /** Another text or model is read next: the untouched reading is of no use any more. */
  forgetBase(): void {
    if (this.base !== this.id) this.release(this.base);
    this.base = 0;
  }

  /** Releases everything. */
  dispose(): void {
    this.release(this.id);
    if (this.base !== this.id) this.release(this.base);
  }

  private letGoOf(shown: number, id: number): void {
    if (shown !== this.base) this.release(shown);
    if (this.edits.length > 0 || this.id !== id) return;
    this.release(this.base);
    this.base = 0;
  }

  private release(id: number): void {
    if (id !== 0) void this.engine.request('release', { inspection: id });
  }

  private request(
    id: number,
    { subject, model }: ReadingOrder,
    { signal, onStarted, onProgress }: ReadingListeners,
    more: Partial<WorkerRequests['read']['params']>,
  ): Promise<Result<TraceSummary>> {
    const params = { inspection: id, model, input: inputOf(subject), stream: true };
    return this.engine.request(
      'read',
      { ...params, ...this.limits, ...more },
      {
        signal,
        onStarted: (started) => {
          if (more.stream !== false) onStarted(id, started);
        },
        onProgress: (done) => {
          if (more.stream !== false) onProgress(id, done);
        },
      },
    );
  }
}
