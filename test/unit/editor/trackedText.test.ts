import assert from 'node:assert/strict';
import { TrackedText } from '../../../src/editor/trackedText';

const letters = (text: string) => [...text].map((letter, start) => ({ text: letter, start, end: start + 1, id: 0 }));

describe('a tracked text', () => {
  const before = 'xx hello world yy';
  const text = 'hello world';
  let tracked: TrackedText;

  beforeEach(() => {
    tracked = new TrackedText(text, [{ start: 3, end: 14 }]);
  });

  const edit = (document: string, changes: { start: number; removed: number; inserted: string }[]): string => {
    let after = document;
    for (const { start, removed, inserted } of [...changes].sort((a, b) => b.start - a.start)) {
      after = after.slice(0, start) + inserted + after.slice(start + removed);
    }
    tracked.change(
      changes.map(({ start, removed, inserted }) => ({ start, removed, text: inserted })),
      after,
    );
    return after;
  };
  const shown = (document: string): string =>
    letters(text)
      .map((token) =>
        tracked
          .rangesOf(token)
          .map(({ start, end }) => document.slice(start, end))
          .join(''),
      )
      .join('');

  it('moves with edits before it', () => {
    const after = edit(before, [{ start: 0, removed: 2, inserted: 'longer' }]);
    assert.ok(tracked.isIntact());
    assert.equal(shown(after), text);
    assert.equal(tracked.stepAt(letters(text), after.indexOf('w')), 6);
  });

  it('applies several changes of one edit in the offsets that all had before', () => {
    const after = edit(before, [
      { start: 0, removed: 1, inserted: '' },
      { start: 15, removed: 2, inserted: 'zzz' },
      { start: 2, removed: 1, inserted: '--' },
    ]);
    assert.equal(after, 'x--hello world zzz');
    assert.equal(shown(after), text);
  });

  it('keeps what still matches when a part is replaced, and is whole again after an undo', () => {
    const after = edit(before, [{ start: 9, removed: 5, inserted: 'earth' }]);
    assert.ok(!tracked.isIntact());
    assert.equal(shown(after), 'hello ');
    const undone = edit(after, [{ start: 9, removed: 5, inserted: 'world' }]);
    assert.ok(tracked.isIntact());
    assert.equal(shown(undone), text);
  });

  it('is not intact with an insertion inside, though every token is found', () => {
    const after = edit(before, [{ start: 8, removed: 0, inserted: ',' }]);
    assert.ok(!tracked.isIntact());
    assert.equal(shown(after), text);
    assert.deepEqual(tracked.rangesNow(), [{ start: 3, end: 15 }]);
  });

  it('finds nothing when all of it is deleted, and itself again when it comes back elsewhere', () => {
    const after = edit(before, [{ start: 0, removed: before.length, inserted: '' }]);
    assert.equal(shown(after), '');
    assert.deepEqual(tracked.rangesNow(), []);
    assert.equal(tracked.stepAt(letters(text), 0), -1);
    const back = edit(after, [{ start: 0, removed: 0, inserted: `## ${text}` }]);
    assert.equal(shown(back), text);
  });

  it('keeps a token of two UTF-16 units together', () => {
    const emoji = new TrackedText('a\u{1F600}b', [{ start: 0, end: 4 }]);
    const token = { text: '\u{1F600}', start: 1, end: 3, id: 0 };
    assert.deepEqual(emoji.rangesOf(token), [{ start: 1, end: 3 }]);
    assert.equal(emoji.stepAt([{ text: 'a', start: 0, end: 1, id: 0 }, token], 2), 1);
    emoji.change([{ start: 2, removed: 1, text: '' }], 'a\ud83db');
    assert.deepEqual(emoji.rangesOf(token), []);
  });

  it('keeps what an edit replaces by the same, as a file that is loaded again does with whole lines', () => {
    edit(before, [{ start: 0, removed: 17, inserted: 'xx hello strange world yy' }]);
    assert.deepEqual(tracked.marks(letters(text)), { changed: [], insertedBefore: [6] });
    edit('xx hello strange world yy', [{ start: 3, removed: 19, inserted: 'hellO strange world' }]);
    assert.deepEqual(tracked.marks(letters(text)), { changed: [{ from: 4, to: 5 }], insertedBefore: [6] });
  });

  it('is found where it went when its document is opened again, and else keeps what still matches at both ends', () => {
    tracked.settle('a new beginning, hello world');
    assert.equal(shown('a new beginning, hello world'), text);
    assert.deepEqual(tracked.marks(letters(text)), { changed: [], insertedBefore: [] });
    const other = new TrackedText(text, [{ start: 3, end: 14 }]);
    other.settle('xx hello my whole world yy');
    assert.deepEqual(other.marks(letters(text)), { changed: [], insertedBefore: [6] });
    other.settle('xx help me, world yy');
    assert.deepEqual(other.marks(letters(text)), { changed: [{ from: 3, to: 5 }], insertedBefore: [] });
    other.settle('no, nothing');
    assert.deepEqual(other.marks(letters(text)), { changed: [{ from: 0, to: 11 }], insertedBefore: [] });
  });
});
