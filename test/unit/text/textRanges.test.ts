import assert from 'node:assert/strict';
import {
  applyChange,
  cutAt,
  isInsideCharacter,
  isWhole,
  offsetInText,
  rangesInDocument,
  runsOfRanges,
  type TextChange,
  type TextRun,
  tokenAt,
} from '../../../src/text/textRanges';
import { createRandom } from '../../../src/base/random';

const runs = runsOfRanges([
  { start: 10, end: 15 },
  { start: 20, end: 23 },
]);

describe('the ranges of an inspected text', () => {
  it('lie one after the other in the text', () => {
    assert.deepEqual(runs, [
      { textStart: 0, documentStart: 10, length: 5 },
      { textStart: 5, documentStart: 20, length: 3 },
    ]);
    assert.deepEqual(runsOfRanges([]), []);
  });

  it('map a token to the document, over a border too', () => {
    assert.deepEqual(rangesInDocument(runs, 1, 3), [{ start: 11, end: 13 }]);
    assert.deepEqual(rangesInDocument(runs, 4, 6), [
      { start: 14, end: 15 },
      { start: 20, end: 21 },
    ]);
    assert.deepEqual(rangesInDocument(runs, 7, 9), []);
  });

  it('map a document offset to the text', () => {
    assert.equal(offsetInText(runs, 10), 0);
    assert.equal(offsetInText(runs, 22), 7);
    for (const outside of [9, 15, 19, 23]) assert.equal(offsetInText(runs, outside), null);
  });

  it('move when something before them changes, and stay when it is behind', () => {
    assert.deepEqual(
      applyChange(runs, { start: 0, removed: 2, inserted: 5 }).map((run) => run.documentStart),
      [13, 23],
    );
    assert.deepEqual(applyChange(runs, { start: 23, removed: 4, inserted: 0 }), runs);
    assert.deepEqual(
      applyChange(runs, { start: 10, removed: 0, inserted: 2 }).map((run) => run.documentStart),
      [12, 22],
    );
    assert.deepEqual(
      applyChange(runs, { start: 15, removed: 0, inserted: 2 }).map((run) => run.documentStart),
      [10, 22],
    );
  });

  it('split at an insertion, so that what still matches keeps working', () => {
    const split = applyChange(runs, { start: 12, removed: 0, inserted: 1 });
    assert.ok(isWhole(split, 8));
    assert.deepEqual(rangesInDocument(split, 3, 5), [{ start: 14, end: 16 }]);
    assert.deepEqual(rangesInDocument(split, 1, 3), [
      { start: 11, end: 12 },
      { start: 13, end: 14 },
    ]);
  });

  it('lose what was replaced', () => {
    const cut = applyChange(runs, { start: 14, removed: 7, inserted: 1 });
    assert.ok(!isWhole(cut, 8));
    assert.deepEqual(rangesInDocument(cut, 4, 5), []);
    assert.deepEqual(rangesInDocument(cut, 6, 8), [{ start: 15, end: 17 }]);
    assert.deepEqual(applyChange(runs, { start: 0, removed: 100, inserted: 0 }), []);
  });

  it('still point at the same characters after many random changes', () => {
    const random = createRandom(7);
    for (let round = 0; round < 300; round++) {
      let document = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => letter);
      let live: readonly TextRun[] = runsOfRanges([
        { start: 3, end: 9 },
        { start: 12, end: 20 },
      ]);
      const text = 'defghi' + 'mnopqrst';
      for (let k = 0; k < 6; k++) {
        const start = Math.floor(random() * (document.length + 1));
        const removed = Math.min(document.length - start, Math.floor(random() * 4));
        const change: TextChange = { start, removed, inserted: Math.floor(random() * 4) };
        document = [...document.slice(0, start), ...'#'.repeat(change.inserted), ...document.slice(start + removed)];
        live = applyChange(live, change);
      }
      for (let at = 0; at < text.length; at++) {
        const [range] = rangesInDocument(live, at, at + 1);
        assert.equal(range !== undefined, document.includes(text[at] ?? ''), `round ${round}, ${text[at]}`);
        if (range) assert.equal(document[range.start], text[at]);
      }
    }
  });
});

describe('the token at an offset', () => {
  const tokens = [
    { start: 0, end: 2 },
    { start: 2, end: 3 },
    { start: 5, end: 8 },
  ];

  it('is found by its range', () => {
    assert.deepEqual(
      [0, 1, 2, 5, 7].map((offset) => tokenAt(tokens, offset)),
      [0, 0, 1, 2, 2],
    );
  });

  it('is none between words, outside, and without tokens', () => {
    assert.deepEqual(
      [-1, 3, 4, 8].map((offset) => tokenAt(tokens, offset)),
      [-1, -1, -1, -1],
    );
    assert.equal(tokenAt([], 0), -1);
  });
});

describe('a cut text', () => {
  it('never ends inside a character', () => {
    assert.equal(cutAt('abc', 3), 'abc');
    assert.equal(cutAt('abc', 0), '');
    assert.equal(cutAt('a\u{1F600}', 2), 'a');
    assert.equal(cutAt('a\r\n', 2), 'a');
    assert.equal(isInsideCharacter('\n\r', 1), false);
    assert.equal(isInsideCharacter('ab', 0), false);
  });
});
