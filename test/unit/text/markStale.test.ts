import assert from 'node:assert/strict';
import { createRandom } from '../../../src/base/random';
import { markStale } from '../../../src/text/markStale';
import { applyChange, rangesInDocument, runsOfRanges, type TextRun } from '../../../src/text/textRanges';
import { countChanged, isChanged, nothingStale } from '../../../src/trace/reading/staleMarks';

/** Tokens of these lengths, one after the other. */
function tokensOf(lengths: readonly number[]) {
  let start = 0;
  return lengths.map((length) => {
    const token = { text: 'x'.repeat(length), start, end: start + length, id: 0 };
    start = token.end;
    return token;
  });
}

const letters = tokensOf([1, 1, 1, 1, 1]);
const whole = runsOfRanges([{ start: 10, end: 15 }]);

describe('the marks of a text that has changed', () => {
  it('are none while every token stands in its place, wherever that is', () => {
    assert.deepEqual(markStale(letters, whole, []), nothingStale);
    assert.deepEqual(markStale(letters, applyChange(whole, { start: 0, removed: 3, inserted: 8 }), []), nothingStale);
    assert.deepEqual(markStale([], [], []), nothingStale);
  });

  it('strike out what was replaced, in runs', () => {
    const marks = markStale(
      letters,
      applyChange(applyChange(whole, { start: 11, removed: 2, inserted: 3 }), { start: 15, removed: 1, inserted: 0 }),
      [],
    );
    assert.deepEqual(marks, {
      changed: [
        { from: 1, to: 3 },
        { from: 4, to: 5 },
      ],
      insertedBefore: [],
    });
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((step) => isChanged(marks, step)),
      [false, true, true, false, true],
    );
    assert.equal(countChanged(marks), 3);
    assert.deepEqual(markStale(letters, [], []), { changed: [{ from: 0, to: 5 }], insertedBefore: [] });
  });

  it('point at an insertion between two tokens, and strike out a token that an insertion splits', () => {
    const inserted = applyChange(whole, { start: 12, removed: 0, inserted: 4 });
    assert.deepEqual(markStale(letters, inserted, []), { changed: [], insertedBefore: [2] });
    assert.deepEqual(markStale(tokensOf([1, 2, 2]), inserted, []), {
      changed: [{ from: 1, to: 2 }],
      insertedBefore: [],
    });
  });

  it('take the border of two selections for none of these', () => {
    const two = runsOfRanges([
      { start: 0, end: 3 },
      { start: 20, end: 22 },
    ]);
    assert.deepEqual(markStale(letters, two, [3]), nothingStale);
    assert.deepEqual(markStale(tokensOf([2, 2, 1]), two, [3]), nothingStale, 'a word over the border');
    assert.deepEqual(markStale(letters, applyChange(two, { start: 3, removed: 0, inserted: 9 }), [3]), nothingStale);
  });

  it('agree with the document after any edits', () => {
    const random = createRandom(3);
    const draw = (below: number): number => Math.floor(random() * below);
    for (let round = 0; round < 300; round++) {
      const tokens = tokensOf(Array.from({ length: 1 + draw(12) }, () => 1 + draw(4)));
      const length = tokens.at(-1)?.end ?? 0;
      let document = Array.from({ length: length + 6 }, (_, at) => at - 3);
      let runs: readonly TextRun[] = runsOfRanges([{ start: 3, end: 3 + length }]);
      for (let edit = draw(4); edit > 0; edit--) {
        const start = draw(document.length);
        const change = { start, removed: draw(Math.min(4, document.length - start)), inserted: draw(3) };
        document = [
          ...document.slice(0, start),
          ...Array.from({ length: change.inserted }, () => NaN),
          ...document.slice(start + change.removed),
        ];
        runs = applyChange(runs, change);
      }
      const marks = markStale(tokens, runs, []);
      tokens.forEach((token, step) => {
        // Every character of the document knows which offset of the text it was.
        const at = document.indexOf(token.start);
        const isWhole =
          at >= 0 &&
          Array.from({ length: token.end - token.start }, (_, k) => document[at + k]).every(
            (offset, k) => offset === token.start + k,
          );
        assert.equal(isChanged(marks, step), !isWhole, `round ${round}, step ${step}`);
        if (isWhole) assert.equal(rangesInDocument(runs, token.start, token.end)[0]?.start, at);
      });
    }
  });
});
