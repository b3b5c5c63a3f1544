import assert from 'node:assert/strict';
import { type HostToDecay } from '../../../src/protocol/decayMessages';
import { Comparison, firstComparison } from '../../../src/session/comparison';
import { type Subject } from '../../../src/session/subject';
import { createFakeEngine } from './fakeEngine';

const subject: Subject = { title: 'a.txt', text: 'abc', ranges: [], borders: [], isStored: false };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a comparison of gradient decay', () => {
  let engine: ReturnType<typeof createFakeEngine>;
  let posted: HostToDecay[];
  let comparison: Comparison;

  beforeEach(() => {
    engine = createFakeEngine();
    posted = [];
    comparison = new Comparison({ engine: engine.client, subject, params: firstComparison('abc'), strings: {} });
    comparison.connect((message) => void posted.push(message));
  });

  it('starts with three trained networks on the text, or with cells on noise', () => {
    const onText = firstComparison('abc');
    assert.deepEqual(onText.models?.length, 3);
    assert.equal(onText.untrainedTwins, false);
    assert.deepEqual(onText.input, { kind: 'text', text: 'abc' });
    const without = firstComparison('abc', ['prose-lstm']);
    assert.deepEqual(
      without.models?.map((model) => model.kind === 'bundled' && model.name),
      ['prose-lstm'],
    );
    assert.deepEqual(
      without.cells?.map(({ cell }) => cell),
      ['rnn', 'gru'],
      'untrained cells stand for what is not there',
    );
    assert.deepEqual(
      firstComparison('').cells?.map(({ cell }) => cell),
      ['rnn', 'gru', 'lstm'],
    );
  });

  it('tells the page everything when it is ready, with the controls as they were left', () => {
    comparison.receive({ type: 'decayState', params: { ...firstComparison('abc'), seeds: 9 }, curves: 'all' });
    comparison.receive({ type: 'ready' });
    const [hydrate] = posted;
    assert.ok(hydrate?.type === 'hydrateDecay');
    assert.deepEqual(
      [hydrate.params.seeds, hydrate.curves, hydrate.text, hydrate.stored.text, hydrate.comparison],
      [9, 'all', 'abc', 'abc', null],
    );
  });

  it('hands on requests, their progress and their answers', async () => {
    comparison.receive({ type: 'ready' });
    posted.length = 0;
    comparison.receive({ type: 'request', id: 3, kind: 'decay', params: firstComparison('abc') });
    await settle();
    engine.last('decay').listeners.onProgress?.(1, 30, 'prose-rnn');
    engine.last('decay').answer({ ok: true, value: 'curves' });
    await settle();
    assert.deepEqual(posted, [
      { type: 'progress', id: 3, done: 1, total: 30, message: 'prose-rnn' },
      { type: 'answer', id: 3, result: { ok: true, value: 'curves' } },
    ]);
  });

  it('gives a page that comes back its result, until a control has changed what is asked', async () => {
    const params = firstComparison('abc');
    const hydrated = (): unknown => {
      posted.length = 0;
      comparison.receive({ type: 'ready' });
      return posted[0]?.type === 'hydrateDecay' ? posted[0].comparison : undefined;
    };
    comparison.receive({ type: 'request', id: 3, kind: 'decay', params });
    await settle();
    engine.last('decay').answer({ ok: true, value: 'curves' });
    await settle();
    comparison.hideView();
    assert.equal(hydrated(), 'curves');
    comparison.receive({ type: 'decayState', params: { ...params, seeds: 9 }, curves: 'h' });
    assert.equal(hydrated(), null, 'computed from something else');
  });

  it('stops what runs when it is hidden, and says nothing once it is closed', async () => {
    comparison.receive({ type: 'request', id: 3, kind: 'decay', params: {} });
    await settle();
    comparison.hideView();
    assert.equal(engine.last('decay').listeners.signal?.aborted, true);
    comparison.dispose();
    posted.length = 0;
    comparison.receive({ type: 'ready' });
    assert.deepEqual(posted, []);
  });

  it("gives back what is VS Code's to do", () => {
    assert.deepEqual(comparison.receive({ type: 'copy', text: 'x' }), { type: 'copy', text: 'x' });
  });
});
