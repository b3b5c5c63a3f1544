import { type Disposable } from '../base/disposable';
import { DisposableStore } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { type Failure } from '../base/errors';
import { type Result } from '../base/result';
import { turn } from '../base/turn';
import { countParts, partOf, withoutParts } from '../protocol/hydrateParts';
import { type ModelReference } from '../protocol/modelReference';
import { type ModelSummary, type ReadingStarted, type StepSummary, type TraceSummary } from '../protocol/summaries';
import {
  type Hydrate,
  type HostToView,
  type ReadingStatus,
  type ViewState,
  type ViewToHost,
} from '../protocol/viewMessages';
import { type WorkerRequests } from '../protocol/workerRequests';
import { type Finding } from '../trace/reading/findings';
import { nothingStale, type StaleMarks } from '../trace/reading/staleMarks';
import { type Tokens, tokensToSend } from '../trace/reading/tokenList';
import { type EngineClient } from './engineClient';
import { FrameFlow } from './frameFlow';
import { editsInForce, switchedOff } from '../protocol/inForce';
import { InspectionReadings } from './inspectionReadings';
import { type InspectionStart, type SurfaceMessage } from './inspectionStart';
import { type Subject, storedSourceOf } from './subject';
import { ViewConnection } from './viewConnection';

type Going = Extract<HostToView, { readonly type: 'cursor' | 'show' }>;

/**
 * One inspection: a text, a model, and where the reading stands. It begins to read when it is made, whether a view is
 * there or not, and tells the view everything through `post`; what the view says comes in through {@link receive}.
 * States: loading -> reading -> complete | cancelled | failed, and back to loading by {@link restart}.
 */
export class Inspection implements Disposable {
  /** Status, tokens, model or staleness changed. */
  readonly changed = new Emitter<void>();
  /** The mouse in the view is on this token. */
  readonly hovered = new Emitter<number | null>();
  /** The view asks to show this token in the editor. */
  readonly revealed = new Emitter<number>();
  /** The view's own state changed: cursor, pins, ... */
  readonly stateChanged = new Emitter<ViewState>();
  tokens: Tokens = [];
  modelSummary: ModelSummary | null = null;
  /** Of rows of numbers: what their columns are called. */
  columns: readonly string[] | undefined;
  status: ReadingStatus = { kind: 'loading' };
  subject: Subject;
  model: ModelReference;
  state: ViewState | null;
  stale: Hydrate['stale'];
  staleMarks: StaleMarks = nothingStale;

  private readonly readings: InspectionReadings;
  private editProblem: string | null = null;
  private readonly store = new DisposableStore();
  private readonly flow: FrameFlow;
  private abort = new AbortController();
  private finished: Promise<Result<TraceSummary>>;
  private readonly view: ViewConnection<HostToView>;
  private isLost = false;
  private recovery: Promise<unknown> | null = null;
  private isDisposed = false;
  private sight: WorkerRequests['read']['params']['sight'] | null = null;
  /** The text that the tokens are of: while another is read, the last one's are shown. */
  private readText: string | null = null;
  /** The present sending of everything to the view; another object with each. */
  private opening: object | null = null;
  /** Where a view that is not ready is to go once it is: pins and findings in order, and the last place. */
  private waiting: readonly Going[] = [];

  constructor(private readonly start: InspectionStart) {
    ({ subject: this.subject, model: this.model } = start);
    this.state = start.state ?? null;
    this.stale = start.stale ?? null;
    const { engine } = start;
    this.readings = new InspectionReadings(engine, start.limits, start.nextId);
    this.flow = new FrameFlow({
      show: (sequence, frame) => this.view.post({ type: 'frame', sequence, frame }),
      acknowledge: (sequence) => engine.send({ type: 'ack', inspection: this.id, sequence }),
    });
    this.view = new ViewConnection('inspector', (kind, params, { signal, id }) =>
      this.ask(kind, params, signal, (done, total) => this.view.post({ type: 'progress', id, done, total })),
    );
    this.store.add(
      engine.onFrame(({ inspection, sequence, frame }) => {
        if (inspection === this.id) this.flow.receive(sequence, frame);
      }),
    );
    this.store.add(engine.onDied((failure) => this.handleDeath(failure)));
    this.finished = this.read();
  }

  /** The shown reading's number at the worker; another one after each restart. */
  get id(): number {
    return this.readings.id;
  }

  /** Where messages to the view go from now on. */
  connect(post: (message: HostToView) => void): void {
    this.view.connect(post);
  }

  /** Resolves when the present reading is complete, cancelled or failed. */
  whenFinished(): Promise<Result<TraceSummary>> {
    return this.finished;
  }

  /** Reads again: another text, another model, or the same ones. Takes over what has not changed. */
  restart(subject: Subject = this.subject, model: ModelReference = this.model): Promise<Result<TraceSummary>> {
    if (this.isDisposed) return this.finished;
    this.abort.abort();
    this.view.cancelAll();
    this.subject = subject;
    this.model = model;
    this.stale = null;
    this.staleMarks = nothingStale;
    this.waiting = [];
    if (!this.isLost) this.readings.forgetBase();
    this.finished = this.read();
    return this.finished;
  }

  /** Stops the reading; what has been read stays. */
  cancel(): void {
    this.abort.abort();
  }

  /** What the view says. What is not the inspection's to do is given back. */
  receive(message: ViewToHost): SurfaceMessage | null {
    switch (message.type) {
      case 'ready':
        this.showAll();
        return null;
      case 'ack':
        this.flow.painted(message.sequence);
        return null;
      case 'sight':
        this.sight = { layer: message.layer, direction: message.direction, from: message.from, to: message.to };
        this.sendSight();
        return null;
      case 'hover':
        this.hovered.fire(message.step);
        return null;
      case 'reveal':
        this.revealed.fire(message.step);
        return null;
      case 'state':
        // Before the tokens are there, a view has nowhere to put a restored cursor or pin, and says so.
        if (this.tokens.length === 0) return null;
        this.state = message.state;
        this.stateChanged.fire(message.state);
        this.applyEdits();
        return null;
      case 'request':
      case 'cancelRequest':
        this.view.receive(message);
        return null;
      case 'cancel':
        this.cancel();
        return null;
      case 'again':
      case 'chooseModel':
      case 'copy':
      case 'save':
      case 'report':
      case 'showLog':
      case 'broken':
        return message;
    }
  }

  /** The view is hidden: it gets nothing until it says `ready` again. */
  hideView(): void {
    this.opening = null;
    if (this.view.isHidden) return;
    this.view.hide();
    this.flow.viewHidden();
    this.sendSight();
  }

  /** Moves the view's cursor to a token, or pins it there. */
  pointAt(step: number | null, pin = false): void {
    const isPinned = step !== null && this.state?.pins.includes(step) === true;
    this.go({ type: 'cursor', step, pin: pin && !isPinned });
  }

  /** Shows what a finding is about: its layer, unit, first step and range, the text coloured by the unit. */
  show({ layer, direction, units, field, step, range }: Finding): void {
    const [unit] = units;
    this.go({
      type: 'show',
      layer,
      direction,
      unit: unit ?? null,
      step: step ?? range?.from ?? null,
      ...(range === undefined ? {} : { range }),
      ...(unit === undefined ? {} : { ribbon: `${field === 'c' ? 'c' : 'h'}:${unit}` }),
    });
  }

  /** The text in the editor changed, or is as it was, or its document is gone; and which tokens that touches. */
  setStale(stale: Hydrate['stale'], staleMarks: StaleMarks = nothingStale): void {
    if (stale === this.stale && isSameMarks(staleMarks, this.staleMarks)) return;
    this.stale = stale;
    this.staleMarks = staleMarks;
    this.view.post({ type: 'stale', stale, staleMarks });
    this.changed.fire();
  }

  /** The values of one step. */
  step(step: number, signal?: AbortSignal): Promise<Result<StepSummary>> {
    return this.ask('step', { step }, signal) as Promise<Result<StepSummary>>;
  }

  /** Asks the worker about this inspection; one that was lost with a dead worker is read again first. */
  async ask(
    kind: Parameters<EngineClient['request']>[0],
    params: object,
    signal?: AbortSignal,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Result<unknown>> {
    if (this.isLost && !this.isDisposed) this.recovery = this.restartQuietly();
    await this.recovery;
    const listeners = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
    // Units keep their places while edits come and go.
    const { id, base } = this.readings;
    const inspection = kind === 'unitOrder' && base !== 0 ? base : id;
    const full = { ...params, inspection, ...(kind === 'editEffect' && { before: base }) };
    return this.start.engine.request(kind, full as never, listeners);
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.opening = null;
    this.abort.abort();
    this.view.dispose();
    if (!this.isLost) this.readings.dispose();
    this.store.dispose();
    for (const emitter of [this.changed, this.hovered, this.revealed, this.stateChanged]) emitter.dispose();
  }

  /** Reads again where other edits are in force than those of the present reading. */
  private applyEdits(): void {
    const wanted = editsInForce(this.state);
    if (wanted.join('\n') === this.readings.edits.join('\n') || this.isDisposed) return;
    this.editProblem = null;
    this.abort.abort();
    this.view.cancelAll();
    this.finished = this.read();
  }

  private async read(): Promise<Result<TraceSummary>> {
    const abort = new AbortController();
    const { subject, model, sight, isLost, readings } = this;
    this.abort = abort;
    this.isLost = false;
    this.flow.reset();
    this.setStatus({ kind: 'loading' });
    const edits = editsInForce(this.state);
    const result = await readings.read(
      { subject, model, sight, isLost, edits },
      {
        signal: abort.signal,
        onStarted: (id, started) => {
          if (this.id === id) this.begin(started);
        },
        onProgress: (id, done) => {
          if (this.id === id && this.status.kind !== 'complete') this.setStatus({ kind: 'reading', done });
        },
      },
    );
    if (this.abort !== abort) return result;
    if (!result.ok && result.error.code === 'edit-invalid') return this.readUnedited(result.error);
    // One that was asked for while the last engine died is read by the next, which lives.
    if (result.ok) this.isLost = false;
    if (!this.isDisposed) this.setStatus(this.statusOf(result));
    return result;
  }

  /** An edit that this text or model cannot have loses nothing: all are kept, out of force, and the person is told. */
  private readUnedited({ message }: Failure): Promise<Result<TraceSummary>> {
    if (this.state) {
      this.state = { ...this.state, edits: switchedOff(this.state.edits ?? []) };
      this.stateChanged.fire(this.state);
    }
    this.editProblem = message;
    return this.read();
  }

  private begin({ tokens, model, columns }: ReadingStarted): void {
    this.tokens = tokens;
    this.readText = this.subject.text;
    this.modelSummary = model;
    this.columns = columns;
    this.status = { kind: 'reading', done: 0 };
    if (this.view.isReady || this.opening) this.showAll();
    else if (this.view.isHidden) this.sendSight();
    this.changed.fire();
  }

  private statusOf(result: Result<TraceSummary>): ReadingStatus {
    if (result.ok) return { kind: 'complete', summary: result.value };
    const done = this.status.kind === 'reading' ? this.status.done : 0;
    if (result.error.code === 'cancelled') return { kind: 'cancelled', done };
    return { kind: 'failed', failure: result.error };
  }

  private setStatus(status: ReadingStatus): void {
    this.status = status;
    this.view.post({ type: 'status', status });
    this.changed.fire();
  }

  private handleDeath(failure: Failure): void {
    this.isLost = true;
    if (this.status.kind === 'loading' || this.status.kind === 'reading') this.setStatus({ kind: 'failed', failure });
  }

  /** After the worker's death: the same reading again, so that what is shown can be asked about. */
  private async restartQuietly(): Promise<void> {
    this.finished = this.read();
    await this.finished;
    this.recovery = null;
  }

  /** A panel that was hidden, or that has just been made, is not ready yet when it is shown. */
  private go(message: Going): void {
    const isPlace = (other: Going): boolean => other.type === 'cursor' && !other.pin;
    if (this.view.isReady && this.tokens.length > 0) this.view.post(message);
    else this.waiting = [...this.waiting.filter((other) => !isPlace(other)), message];
  }

  /** A long text goes in pieces, so that neither the host nor VS Code is held; frames wait until it is there. */
  private showAll(): void {
    const opening = (this.opening = {});
    const hydrate = this.hydrate();
    const parts = countParts(hydrate);
    if (parts === 0) return this.open(hydrate);
    this.flow.viewHidden();
    void this.openInParts(hydrate, parts, () => this.opening === opening);
  }

  private async openInParts(hydrate: Hydrate, parts: number, isWanted: () => boolean): Promise<void> {
    for (let part = 0; part < parts; part++) {
      this.view.postPart(partOf(hydrate, part));
      await turn();
      if (!isWanted()) return;
    }
    const { status, stale, staleMarks, state } = this;
    this.open(withoutParts({ ...hydrate, status, stale, staleMarks, state }, parts));
  }

  private open(hydrate: Hydrate): void {
    this.opening = null;
    this.view.open(hydrate);
    if (this.tokens.length > 0) {
      for (const message of this.waiting) this.view.post(message);
      this.waiting = [];
    }
    this.sendSight();
    this.flow.viewReady();
  }

  private hydrate(): Hydrate {
    const { subject, tokens, status, stale, staleMarks, state, columns, modelSummary: model } = this;
    return {
      type: 'hydrate',
      inspection: this.id,
      source: subject.title,
      text: this.readText ?? subject.text,
      borders: subject.borders,
      tokens: tokensToSend(tokens),
      model,
      ...(columns && { columns }),
      status,
      stale,
      staleMarks,
      state,
      ...(this.readings.edits.length > 0 && { isEdited: true }),
      ...(this.editProblem !== null && { editProblem: this.editProblem }),
      strings: this.start.strings,
      stored: storedSourceOf(subject, this.model),
    };
  }

  private sendSight(): void {
    const { sight, id: inspection } = this;
    const visible = !this.view.isHidden;
    const { layer, direction, from, to } = sight ?? { layer: 0, direction: 'forward', from: 0, to: 0 };
    if (sight || !visible) this.start.engine.send({ type: 'sight', inspection, layer, direction, from, to, visible });
  }
}

function isSameMarks(a: StaleMarks, b: StaleMarks): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
