import assert from 'node:assert/strict';
import { type HostToView } from '../../../src/protocol/viewMessages';
import { type ModelSummary } from '../../../src/protocol/summaries';
import { Inspection } from '../../../src/session/inspection';
import { InspectionRegistry } from '../../../src/session/inspectionRegistry';
import { linkViews } from '../../../src/session/linkedViews';
import { createFakeEngine } from './fakeEngine';

describe('linked views', () => {
  const registry = new InspectionRegistry();
  linkViews(registry);

  /** An inspection of a text split at these offsets, with a view that is ready. */
  const open = (text: string, cuts: readonly number[]) => {
    const engine = createFakeEngine();
    const subject = { title: 't', text, uri: 'file:///t', ranges: [], borders: [], isStored: true };
    const inspection = new Inspection({
      engine: engine.client,
      subject,
      model: { kind: 'bundled', name: 'x' },
      limits: {},
      nextId: () => 1,
      strings: {},
    });
    const cursors: (number | null)[] = [];
    inspection.connect((message: HostToView) => {
      if (message.type === 'cursor') cursors.push(message.step);
    });
    registry.add(inspection);
    inspection.receive({ type: 'ready' });
    const tokens = cuts.map((start, id) => ({ text: '', start, end: cuts[id + 1] ?? text.length, id }));
    engine
      .last('read')
      .listeners.onStarted?.({ inspection: 1, model: {} as ModelSummary, tokens, steps: tokens.length });
    return { inspection, cursors };
  };
  afterEach(() => registry.all.forEach((inspection) => registry.close(inspection)));

  it('follow each other by the place in the text, whatever the tokens', () => {
    const letters = open('ab cd', [0, 1, 2, 3, 4]);
    const words = open('ab cd', [0, 3]);
    letters.inspection.receive({ type: 'hover', step: 4 });
    words.inspection.receive({ type: 'hover', step: 0 });
    assert.deepEqual(words.cursors, [1]);
    assert.deepEqual(letters.cursors, [0]);
  });

  it('do not answer the echo of their own pointing', () => {
    const a = open('ab', [0, 1]);
    const b = open('ab', [0, 1]);
    a.inspection.receive({ type: 'hover', step: 1 });
    b.inspection.receive({ type: 'hover', step: 1 });
    assert.deepEqual([a.cursors, b.cursors], [[], [1]]);
    b.inspection.receive({ type: 'hover', step: 1 });
    assert.deepEqual(a.cursors, [1]);
  });

  it('leave other texts alone', () => {
    const a = open('ab', [0, 1]);
    const other = open('xy', [0, 1]);
    a.inspection.receive({ type: 'hover', step: 1 });
    assert.deepEqual(other.cursors, []);
  });
});
