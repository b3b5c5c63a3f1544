import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import { createPlainCharacterTokenizer } from '../../support/plainTokenizer';
import { tokensOfIds, tokensOfRows } from '../../../src/text/inputTokens';
import { createWordTokenizer, splitWords } from '../../../src/text/wordTokenizer';
import { buildWordVocabulary } from '../../../src/text/wordVocabulary';

const forms = (text: string): readonly string[] => splitWords(text, { lowercase: true, folding: 'ascii' });

describe('splitWords', () => {
  it('splits at white space and at signs, and keeps apostrophes inside a word', () => {
    assert.deepEqual(forms("It's  a well-made\tfilm, isn\u2019t it?\r\n"), [
      "it's",
      'a',
      'well',
      '-',
      'made',
      'film',
      ',',
      "isn't",
      'it',
      '?',
    ]);
  });

  it('gives nothing for an empty text or white space', () => {
    assert.deepEqual(forms(''), []);
    assert.deepEqual(forms(' \t\r\n\u00a0'), []);
  });

  it('strips marks, and takes an emoji as one sign', () => {
    assert.deepEqual(forms('Cafe\u0301 \u00c9T\u00c9 \u{1f600}!'), ['cafe', 'ete', '\u{1f600}', '!']);
  });
});

describe('the word tokenizer', () => {
  const vocabulary = buildWordVocabulary(['b a b', 'a b c'], {
    size: 4,
    minimumCount: 1,
    lowercase: true,
    folding: 'ascii',
  });

  it('keeps the most frequent words after padding and unknown', () => {
    assert.deepEqual(vocabulary, ['', '<unknown>', 'b', 'a']);
    assert.deepEqual(buildWordVocabulary([], { size: 9, minimumCount: 1, lowercase: true, folding: 'ascii' }), [
      '',
      '<unknown>',
    ]);
    assert.deepEqual(
      buildWordVocabulary(['x x y'], { size: 9, minimumCount: 2, lowercase: true, folding: 'ascii' }).slice(2),
      ['x'],
    );
  });

  it('gives slices of the text in order, unknown ones with the unknown id', () => {
    const text = 'B  x\u{1f600}a';
    const tokens = createWordTokenizer({ vocabulary, unknownId: 1, lowercase: true, folding: 'ascii' }).tokenize(text);
    assert.deepEqual(
      tokens.map(({ id }) => id),
      [2, 1, 1, 3],
    );
    for (const token of tokens) assert.equal(text.slice(token.start, token.end), token.text);
  });
});

describe('the tokens of bare ids and rows', () => {
  it('show the vocabulary, and tile the joined texts', () => {
    const tokens = tokensOfIds([2, 1], 98, createPlainCharacterTokenizer());
    assert.deepEqual(tokens, [
      { text: ' ', start: 0, end: 1, id: 2 },
      { text: '\n', start: 1, end: 2, id: 1 },
    ]);
    assert.deepEqual(tokensOfIds([7], 8)[0]?.text, '7');
  });

  it('refuse an id outside the vocabulary and say where', () => {
    assert.throws(
      () => tokensOfIds([0, 8], 8),
      (error) => error instanceof InspectorError && /Id 8 at position 1/.test(error.message),
    );
    assert.throws(() => tokensOfIds([0.5], 8), InspectorError);
    assert.throws(() => tokensOfIds([Number.NaN], 8), InspectorError);
  });

  it('name rows', () => {
    assert.deepEqual(
      tokensOfRows(2, { names: ['monday'] }).map(({ text }) => text),
      ['monday', '1'],
    );
    assert.deepEqual(tokensOfRows(0), []);
  });
});
