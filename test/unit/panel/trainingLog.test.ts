import assert from 'node:assert/strict';
import { parseTrainingLog } from '../../../src/panel/trainingLog';

describe('the log of a training, read again', () => {
  const started = '{"type":"started","name":"a","steps":10}';

  it('gives the events of its lines', () => {
    assert.deepEqual(
      parseTrainingLog(`${started}\n{"type":"validated","step":5}\n`).map(({ type }) => type),
      ['started', 'validated'],
    );
  });

  it('leaves out a torn last line, other objects and what is no JSON', () => {
    assert.deepEqual(
      parseTrainingLog(`${started}\n{"type":"step"}\nnull\n7\n{"type":"finis`).map(({ type }) => type),
      ['started'],
    );
  });

  it('is empty without its beginning, or without a file', () => {
    assert.deepEqual(parseTrainingLog('{"type":"validated","step":5}'), []);
    assert.deepEqual(parseTrainingLog(''), []);
  });
});
