import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { type ReadInput } from '../../../src/engine/forward/readInput';
import { pickTokens } from '../../../src/engine/why/pickTokens';

const tokens = ['a', 'b', 'c'].map((text, k) => ({ text, start: k, end: k + 1, id: k + 5 }));
const text: ReadInput = { tokens, ids: Int32Array.of(5, 6, 7), notes: ['n'] };
const rows: ReadInput = {
  tokens,
  values: { data: Float32Array.of(1, 2, 3, 4, 5, 6), width: 2, columnNames: ['x', 'y'] },
  notes: [],
};

describe('a text made of tokens of another', () => {
  it('has their ids in the order named', () => {
    const picked = pickTokens(text, [2, 0]);
    assert.deepEqual(
      picked.tokens.map((token) => token.text),
      ['c', 'a'],
    );
    assert.deepEqual([...(picked.ids ?? [])], [7, 5]);
    assert.deepEqual(picked.notes, ['n']);
  });

  it('has their rows where it is of numbers', () => {
    const { values } = pickTokens(rows, [2, 0]);
    assert.deepEqual([...(values?.data ?? [])], [5, 6, 1, 2]);
    assert.deepEqual(values?.columnNames, ['x', 'y']);
  });

  for (const [what, steps] of [
    ['none', []],
    ['one twice', [1, 1]],
    ['one that is not there', [0, 3]],
    ['one before the first', [-1]],
    ['half a one', [0.5]],
  ] as const) {
    it(`is refused in a sentence where it names ${what}`, () => {
      assert.throws(() => pickTokens(text, steps), InspectorError);
    });
  }
});
