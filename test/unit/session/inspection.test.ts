import assert from 'node:assert/strict';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { joinParts } from '../../../src/protocol/hydrateParts';
import { Inspection } from '../../../src/session/inspection';
import { type Subject } from '../../../src/session/subject';
import { type HostToView, type Hydrate } from '../../../src/protocol/viewMessages';
import { type ModelSummary, type TraceSummary } from '../../../src/protocol/summaries';
import { packTokens, TokenList, tokensReceived } from '../../../src/trace/reading/tokenList';
import { createFakeEngine } from './fakeEngine';

const subject: Subject = {
  title: 'a.txt',
  text: 'abc',
  uri: 'file:///a.txt',
  ranges: [{ start: 0, end: 3 }],
  borders: [],
  isStored: true,
};
const tokens = [...'abc'].map((text, start) => ({ text, start, end: start + 1, id: start }));
const model = { name: 'prose-lstm' } as ModelSummary;
const summary: TraceSummary = { steps: 3, path: 'plain', computeMs: 1, notes: [] };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await settle();
};

describe('an inspection', () => {
  let engine: ReturnType<typeof createFakeEngine>;
  let posted: HostToView[];
  let inspection: Inspection;
  let ids: number;

  beforeEach(() => {
    engine = createFakeEngine();
    posted = [];
    ids = 0;
    inspection = new Inspection({
      engine: engine.client,
      subject,
      model: { kind: 'bundled', name: 'prose-lstm' },
      limits: { memoryMb: 64 },
      nextId: () => ++ids,
      strings: {},
    });
    inspection.connect((message) => void posted.push(message));
  });

  const started = (): void => {
    const { params, listeners } = engine.last('read');
    listeners.onStarted?.({ inspection: params.inspection ?? -1, model, tokens, steps: 3 });
  };
  const complete = async (): Promise<void> => {
    started();
    engine.last('read').answer({ ok: true, value: summary });
    await settle();
  };
  const types = (): string[] => posted.map(({ type }) => type);
  const hydrates = (): Hydrate[] => posted.filter((message) => message.type === 'hydrate');

  it('reads before there is a view, and tells it everything when it is ready', async () => {
    assert.equal(engine.last('read').params.inspection, 1);
    await complete();
    assert.deepEqual(posted, []);
    inspection.receive({ type: 'ready' });
    const [hydrate] = hydrates();
    assert.deepEqual(hydrate?.tokens, tokens);
    assert.deepEqual(hydrate?.status, { kind: 'complete', summary });
    assert.equal(hydrate?.stored.text, undefined, 'the text of a saved document is not stored');
  });

  it('shows the frame that came before the view, after the hydrate, and acknowledges it once it is painted', () => {
    started();
    engine.frames.fire({ inspection: 1, sequence: 4, frame: new ArrayBuffer(4) });
    engine.frames.fire({ inspection: 99, sequence: 5, frame: new ArrayBuffer(4) });
    inspection.receive({ type: 'ready' });
    assert.deepEqual(types(), ['hydrate', 'frame']);
    assert.deepEqual(engine.sent, []);
    inspection.receive({ type: 'ack', sequence: 4 });
    assert.deepEqual(engine.sent, [{ type: 'ack', inspection: 1, sequence: 4 }]);
  });

  it('gives a hidden view nothing, tells the worker, and shows the waiting frame when it returns', () => {
    inspection.receive({ type: 'ready' });
    started();
    inspection.hideView();
    posted.length = 0;
    engine.frames.fire({ inspection: 1, sequence: 0, frame: new ArrayBuffer(4) });
    engine.last('read').listeners.onProgress?.(2, 3);
    inspection.setStale('changed');
    assert.deepEqual(posted, []);
    assert.deepEqual(engine.sent.at(-1), {
      type: 'sight',
      inspection: 1,
      layer: 0,
      direction: 'forward',
      from: 0,
      to: 0,
      visible: false,
    });
    inspection.receive({ type: 'ready' });
    assert.deepEqual(types(), ['hydrate', 'frame']);
    assert.deepEqual(hydrates()[0]?.status, { kind: 'reading', done: 2 });
    assert.equal(hydrates()[0]?.stale, 'changed');
  });

  it('sends a long text in parts, frames after them, and gives up on a view that goes away meanwhile', async () => {
    const text = 'long '.repeat(50_000);
    const list = new TokenList(
      runAtOnce(
        packTokens(
          Array.from(text, (character, at) => ({ text: character, start: at, end: at + 1, id: 1 })),
          text,
        ),
      ),
      text,
    );
    void inspection.restart({ ...subject, text });
    engine.last('read').listeners.onStarted?.({ inspection: 2, model, tokens: list, steps: list.length });
    engine.frames.fire({ inspection: 2, sequence: 0, frame: new ArrayBuffer(4) });
    inspection.receive({ type: 'ready' });
    assert.deepEqual(types(), ['part'], 'the event loop gets its turn after each');
    inspection.hideView();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(types(), ['part']);
    posted.length = 0;
    inspection.receive({ type: 'ready' });
    await until(() => types().includes('frame'));
    assert.deepEqual(types(), ['part', 'part', 'part', 'hydrate', 'frame']);
    const parts = posted.filter((message) => message.type === 'part');
    const [hydrate] = hydrates();
    assert.ok(hydrate);
    const { tokens: joined, text: joinedText } = joinParts(hydrate, parts);
    assert.equal(joinedText, text);
    assert.deepEqual(tokensReceived(joined, joinedText).at(249_999), list.at(249_999));
  });

  it('tells the worker what is in sight again when the view returns', () => {
    inspection.receive({ type: 'ready' });
    inspection.receive({ type: 'sight', layer: 1, direction: 'backward', from: 5, to: 9 });
    inspection.hideView();
    inspection.receive({ type: 'ready' });
    const sights = engine.sent.map((message) => message.type === 'sight' && message.visible);
    assert.deepEqual(sights, [true, false, true]);
    assert.deepEqual(engine.sent.at(-1), {
      type: 'sight',
      inspection: 1,
      layer: 1,
      direction: 'backward',
      from: 5,
      to: 9,
      visible: true,
    });
  });

  it('goes where it is told while its view is hidden, once the view is back: every pin, and the last place', async () => {
    await complete();
    inspection.receive({ type: 'ready' });
    inspection.hideView();
    posted.length = 0;
    inspection.pointAt(0);
    inspection.pointAt(1, true);
    inspection.pointAt(0);
    inspection.pointAt(2);
    assert.deepEqual(posted, []);
    inspection.receive({ type: 'ready' });
    assert.deepEqual(
      posted.filter(({ type }) => type !== 'hydrate'),
      [
        { type: 'cursor', step: 1, pin: true },
        { type: 'cursor', step: 2, pin: false },
      ],
    );
    posted.length = 0;
    inspection.receive({ type: 'ready' });
    assert.deepEqual(types(), ['hydrate'], 'it goes there once');
  });

  it('keeps what has been read when it is cancelled', async () => {
    inspection.receive({ type: 'ready' });
    started();
    engine.last('read').listeners.onProgress?.(2, 3);
    inspection.receive({ type: 'cancel' });
    const result = await inspection.whenFinished();
    assert.ok(!result.ok);
    assert.deepEqual(inspection.status, { kind: 'cancelled', done: 2 });
  });

  it("fails with the worker's sentence", async () => {
    engine.last('read').answer({ ok: false, error: { code: 'model-missing', message: 'The model is not there.' } });
    await inspection.whenFinished();
    assert.deepEqual(inspection.status, {
      kind: 'failed',
      failure: { code: 'model-missing', message: 'The model is not there.' },
    });
  });

  it("reads another text as a new inspection that takes over the old one's beginning, then releases the old", async () => {
    await complete();
    const again = inspection.restart({ ...subject, text: 'abcd' });
    assert.deepEqual([engine.last('read').params.inspection, engine.last('read').params.previous], [2, 1]);
    await complete();
    assert.ok((await again).ok);
    assert.equal(engine.last('release').params.inspection, 1);
  });

  it('tells the worker from the start what the view shows already', async () => {
    assert.equal(engine.last('read').params.sight, undefined);
    inspection.receive({ type: 'ready' });
    await complete();
    inspection.receive({ type: 'sight', layer: 0, direction: 'forward', from: 5, to: 9 });
    void inspection.restart();
    assert.deepEqual(engine.last('read').params.sight, { layer: 0, direction: 'forward', from: 5, to: 9 });
  });

  it('ignores what a replaced reading still says', async () => {
    const first = engine.last('read');
    void inspection.restart();
    first.listeners.onStarted?.({ inspection: 1, model, tokens: [], steps: 0 });
    first.listeners.onProgress?.(1, 1);
    engine.frames.fire({ inspection: 1, sequence: 0, frame: new ArrayBuffer(4) });
    await complete();
    await settle();
    assert.equal(inspection.tokens.length, 3);
    assert.equal(inspection.status.kind, 'complete');
    inspection.receive({ type: 'ready' });
    assert.deepEqual(types(), ['hydrate']);
  });

  it('keeps a restored state until there are tokens to put it on', async () => {
    const state = {
      layer: 0,
      direction: 'forward',
      cursor: 2,
      pins: [1],
      unit: null,
      order: 'stored',
      zoom: null,
      ribbon: 'h',
    } as const;
    const restored = new Inspection({
      engine: engine.client,
      subject,
      model: { kind: 'bundled', name: 'x' },
      limits: {},
      nextId: () => 9,
      strings: {},
      state,
    });
    restored.connect((message) => void posted.push(message));
    restored.receive({ type: 'ready' });
    restored.receive({ type: 'state', state: { ...state, cursor: null, pins: [] } });
    await complete();
    assert.deepEqual(hydrates().at(-1)?.state, state);
    restored.receive({ type: 'state', state: { ...state, cursor: 0 } });
    assert.equal(restored.state?.cursor, 0);
  });

  it("hands the view's requests to the worker with its own number, and answers each once", async () => {
    await complete();
    inspection.receive({ type: 'ready' });
    inspection.receive({ type: 'request', id: 8, kind: 'formula', params: { inspection: 12345, step: 1 } });
    await settle();
    assert.deepEqual(engine.last('formula').params, { inspection: 1, step: 1 });
    engine.last('formula').answer({ ok: true, value: 'values' });
    await settle();
    assert.deepEqual(posted.at(-1), { type: 'answer', id: 8, result: { ok: true, value: 'values' } });
  });

  it('cancels a request of the view', async () => {
    await complete();
    inspection.receive({ type: 'ready' });
    inspection.receive({ type: 'request', id: 8, kind: 'gradients', params: null });
    await settle();
    inspection.receive({ type: 'cancelRequest', id: 8 });
    await settle();
    const answer = posted.at(-1);
    assert.ok(answer?.type === 'answer' && !answer.result.ok && answer.result.error.code === 'cancelled');
  });

  it('fails when the worker dies in mid-run, and reads again when asked to', async () => {
    started();
    engine.die();
    await settle();
    assert.equal(inspection.status.kind, 'failed');
    void inspection.restart();
    assert.equal(engine.last('read').params.previous, undefined, "the dead worker's inspection is not there any more");
    await complete();
    assert.equal(inspection.status.kind, 'complete');
  });

  it('reads again by itself when it is asked about after the worker died', async () => {
    await complete();
    engine.die();
    assert.equal(inspection.status.kind, 'complete', 'what is shown stays');
    const [first, second] = [inspection.step(1), inspection.step(2)];
    await complete();
    assert.equal(engine.calls.filter(({ kind }) => kind === 'read').length, 2);
    for (const call of engine.calls.filter(({ kind }) => kind === 'step')) {
      assert.equal(call.params.inspection, 2);
      call.answer({ ok: true, value: call.params.step });
    }
    assert.deepEqual(await Promise.all([first, second]), [
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ]);
  });

  it('stops the work and releases it when it is disposed, once', async () => {
    started();
    inspection.dispose();
    inspection.dispose();
    await settle();
    assert.equal(engine.last('read').listeners.signal?.aborted, true);
    assert.equal(engine.calls.filter(({ kind }) => kind === 'release').length, 1);
  });
});
