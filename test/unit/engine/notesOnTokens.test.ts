import assert from 'node:assert/strict';
import { notesOnTokens } from '../../../src/engine/forward/notesOnTokens';

describe('the notes on how a text was read', () => {
  const notes = (counts: object) =>
    notesOnTokens({ count: 4, unknown: 0, leftOut: 0, lowercase: 0, folded: 0, ...counts }, 'word').join(' ');

  it('count what is unknown in one note, read so or left out', () => {
    assert.equal(notes({}), '');
    assert.equal(notes({ unknown: 1 }), '1 of 4 words is not in the vocabulary and read as unknown.');
    assert.equal(notes({ leftOut: 2 }), '2 of 6 words are not in the vocabulary and left out.');
    assert.match(notes({ unknown: 4 }), /None of the 4 words is in the vocabulary/);
    assert.equal(notes({ unknown: 1, leftOut: 2 }), '3 of 6 words are not in the vocabulary and 2 of them left out.');
  });

  it('count what was found otherwise than as written', () => {
    assert.equal(
      notes({ lowercase: 1, folded: 2 }),
      '3 of 4 words are not in the vocabulary as written, and found otherwise: 1 in lower case, 2 without accents or in another plain form.',
    );
  });
});
