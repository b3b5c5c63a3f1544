import assert from 'node:assert/strict';
import { parseTrainingLog } from '../../../src/panel/trainingLog';
import { parseTransferLog } from '../../../src/panel/transferLog';

const figures = { loss: 1, accuracy: 0.5, count: 10 };
const started = {
  type: 'started',
  firstStep: 1,
  history: [],
  name: 'a',
  task: 'classify',
  parameters: 5,
  steps: 10,
  stepsPerEpoch: 5,
  sizes: [8, 1, 1],
  remarks: [],
  settings: { units: 4 },
};
const validated = { type: 'validated', step: 5, epoch: 1, training: figures, validation: figures, isBest: true };
const finished = {
  type: 'finished',
  why: 'complete',
  step: 10,
  seconds: 1,
  best: { step: 5, validation: figures },
  test: figures,
  testParts: [],
  labels: ['x', 'y'],
  files: [],
};
const kindsOf = (...events: readonly unknown[]): readonly string[] =>
  parseTrainingLog(events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n')).map(
    ({ type }) => type,
  );

describe('the log of a training, read again', () => {
  it('gives the events of its lines', () => {
    assert.deepEqual(kindsOf(started, validated, { type: 'epoch-kept', epoch: 1, folder: 'epoch-1' }, finished), [
      'started',
      'validated',
      'epoch-kept',
      'finished',
    ]);
  });

  it('leaves out a torn last line, other objects and what is no JSON', () => {
    assert.deepEqual(kindsOf(started, { type: 'step' }, 'null', '7', '[]', '{"type":"finis'), ['started']);
  });

  it('is empty without its beginning, or without a file', () => {
    assert.deepEqual(kindsOf(validated), []);
    assert.deepEqual(parseTrainingLog(''), []);
  });

  it('reads a loss that is no number as NaN', () => {
    const [, event] = parseTrainingLog(
      [started, { ...validated, validation: { ...figures, loss: NaN } }].map((each) => JSON.stringify(each)).join('\n'),
    );
    assert.ok(event?.type === 'validated' && Number.isNaN(event.validation.loss));
  });

  it('leaves out every event with a field that is missing or of another kind', () => {
    for (const event of [validated, finished]) {
      for (const field of Object.keys(event)) {
        for (const value of [undefined, 'x', { length: 1e9 }, [[{}]]])
          assert.deepEqual(kindsOf(started, { ...event, [field]: value }).slice(1), [], `${field}: ${String(value)}`);
      }
    }
    for (const field of Object.keys(started).filter((name) => name !== 'settings'))
      assert.deepEqual(kindsOf({ ...started, [field]: { length: 1e9 } }, finished), [], field);
    assert.deepEqual(kindsOf({ type: '__proto__' }, { type: 'constructor' }), []);
  });
});

describe('the log of a transfer, read again', () => {
  it('leaves out events whose fields are missing', () => {
    for (const type of ['transfer-started', 'transfer-phase', 'transfer-curve', 'transfer-result', 'transfer-finished'])
      assert.deepEqual(parseTransferLog(JSON.stringify({ type, labels: { length: 1e9 }, test: null })), []);
  });
});
