import assert from 'node:assert/strict';
import { bordersOf, findSubject, type KeptSource } from '../../../src/editor/findSubject';
import { hashText } from '../../../src/session/subject';

const saved = (text: string) => () => Promise.resolve({ text, title: 'a.txt', isUntitled: false });
const gone = () => Promise.resolve(null);
const kept: KeptSource = {
  uri: 'file:///x/a%20b.txt',
  ranges: [
    { start: 1, end: 3 },
    { start: 4, end: 6 },
  ],
  hash: hashText('bcef'),
};

describe('the text of a restored panel', () => {
  it('is read from its document', async () => {
    const { subject, stale } = await findSubject(kept, saved('abcdefg'), 'Sentence');
    assert.deepEqual([subject.text, subject.borders, stale], ['bcef', [2], null]);
  });

  it('is what is there now, and stale, when the document changed', async () => {
    const { subject, stale } = await findSubject(kept, saved('aXYZ'), 'Sentence');
    assert.deepEqual([subject.text, stale], ['XY', 'changed']);
    assert.deepEqual(subject.ranges, [{ start: 1, end: 3 }]);
  });

  it('is empty and gone when the document is gone', async () => {
    const { subject, stale } = await findSubject(kept, gone, 'Sentence');
    assert.deepEqual([subject.title, subject.text, stale], ['a b.txt', '', 'gone']);
  });

  it('is the stored text of an untitled document that is gone, and of a sentence', async () => {
    const untitled = await findSubject({ ...kept, uri: 'untitled:Untitled-1', text: 'bcef' }, gone, 'Sentence');
    assert.deepEqual([untitled.subject.text, untitled.stale], ['bcef', 'gone']);
    const sentence = await findSubject({ ranges: [], hash: hashText('hi'), text: 'hi' }, gone, 'Sentence');
    assert.deepEqual([sentence.subject.title, sentence.subject.text, sentence.stale], ['Sentence', 'hi', null]);
  });

  it('borders where its ranges meet', () => {
    assert.deepEqual(bordersOf([]), []);
    assert.deepEqual(
      bordersOf([
        { start: 0, end: 2 },
        { start: 5, end: 6 },
        { start: 7, end: 9 },
      ]),
      [2, 3],
    );
  });

  it('has a hash that differs for different texts', () => {
    assert.equal(hashText(''), hashText(''));
    assert.equal(new Set(['', 'a', 'b', 'ab', 'ba', '\u{1F600}', '\ud83d'].map(hashText)).size, 7);
  });
});
