import assert from 'node:assert/strict';
import { chooseText, paragraphAt } from '../../../src/editor/chooseText';

const cursor = (at: number) => [{ start: at, end: at }];
const chosen = (text: string, selections: { start: number; end: number }[], limit = 100) =>
  chooseText({ text, selections }, limit);

describe('what is inspected', () => {
  it('is the selection', () => {
    const result = chosen('one two three', [{ start: 4, end: 7 }]);
    assert.deepEqual(result, {
      text: 'two',
      ranges: [{ start: 4, end: 7 }],
      borders: [],
      from: 'selection',
      leftOut: 0,
    });
  });

  it('is several selections in document order, with their borders', () => {
    const result = chosen('one two three', [
      { start: 8, end: 13 },
      { start: 0, end: 3 },
      { start: 5, end: 5 },
    ]);
    assert.equal(result?.text, 'onethree');
    assert.deepEqual(result.ranges, [
      { start: 0, end: 3 },
      { start: 8, end: 13 },
    ]);
    assert.deepEqual(result.borders, [3]);
  });

  it('is the paragraph at the cursor, whatever its line ends', () => {
    assert.equal(chosen('a\nb\n\nc d\ne\n\nf', cursor(7))?.text, 'c d\ne');
    assert.equal(chosen('a\r\nb\r\n\r\nc d\r\ne\r\n \r\nf', cursor(9))?.text, 'c d\r\ne');
    assert.equal(chosen('a\r\nb', cursor(0))?.text, 'a\r\nb');
    assert.equal(chosen('a\r\nb', cursor(2))?.text, 'a\r\nb', 'a cursor between CR and LF');
    assert.equal(chosen('only', cursor(4))?.text, 'only');
  });

  it('is the file when the cursor is on a blank line', () => {
    assert.deepEqual(chosen('a\n\nb', cursor(2)), {
      text: 'a\n\nb',
      ranges: [{ start: 0, end: 4 }],
      borders: [],
      from: 'file',
      leftOut: 0,
    });
    assert.equal(chosen('a\r\n\r\nb', cursor(3))?.from, 'file');
  });

  it('is nothing in an empty or blank file', () => {
    assert.equal(chosen('', cursor(0)), null);
    assert.equal(chosen(' \n\t\r\n', cursor(1)), null);
  });

  it('keeps a selection of white space: that is what the person chose', () => {
    assert.equal(chosen(' \n ', [{ start: 0, end: 3 }])?.text, ' \n ');
  });

  it('is cut at the limit, and says how much is left out', () => {
    const result = chosen(
      'abcdefgh',
      [
        { start: 0, end: 3 },
        { start: 4, end: 8 },
      ],
      5,
    );
    assert.deepEqual(result, {
      text: 'abcef',
      ranges: [
        { start: 0, end: 3 },
        { start: 4, end: 6 },
      ],
      borders: [3],
      from: 'selection',
      leftOut: 2,
    });
  });

  it('is never cut through an emoji or a CRLF', () => {
    assert.equal(chosen('ab\u{1F600}', [{ start: 0, end: 4 }], 3)?.text, 'ab');
    assert.equal(chosen('ab\r\nc', [{ start: 0, end: 5 }], 3)?.text, 'ab');
    assert.equal(chosen('\u{1F600}', [{ start: 0, end: 2 }], 1)?.text, '');
  });

  it('is a window with the cursor inside where one line is huge', () => {
    const text = 'x'.repeat(1_000_000);
    const result = chosen(text, cursor(500_000), 1000);
    assert.equal(result?.text.length, 1000);
    assert.deepEqual(result.ranges, [{ start: 499_500, end: 500_500 }]);
    assert.equal(result.leftOut, 999_000);
    assert.deepEqual(chosen(text, cursor(0), 1000)?.ranges, [{ start: 0, end: 1000 }]);
    assert.deepEqual(chosen(text, cursor(1_000_000), 1000)?.ranges, [{ start: 999_000, end: 1_000_000 }]);
  });

  it('finds a paragraph among lone carriage returns', () => {
    assert.deepEqual(paragraphAt('a\rb\r\rc', 2), { start: 0, end: 3 });
    assert.equal(paragraphAt('', 0), null);
  });
});
