import assert from 'node:assert/strict';
import { describeUnit } from '../../../webview/store/sentences';

describe('the sentences on a unit', () => {
  it('stand in the order of the pictures, whatever the order of the values', () => {
    const now = { i: 0.5, f: 0.9, g: 0.2, o: 0.5, c: 0.3, h: 0.1 };
    const order = (told: ReturnType<typeof describeUnit>): string => told.map(({ field }) => field).join('');
    assert.equal(order(describeUnit('lstm', { now, before: { c: 0.2, h: 0.1 } })), 'figoch');
    assert.equal(order(describeUnit('gru', { now: { h: 0.1, n: 0.2, r: 0.3, z: 0.4 }, before: { h: 0 } })), 'zrnh');
    assert.equal(order(describeUnit('rnn', { now: { h: 0.1 }, before: { h: 0 } })), 'h');
  });

  it('say so where a value is no number', () => {
    const told = describeUnit('rnn', { now: { h: NaN }, before: { h: 0 } });
    assert.deepEqual(told, [{ field: 'h', sentence: 'It is not a finite number here.' }]);
  });
});
