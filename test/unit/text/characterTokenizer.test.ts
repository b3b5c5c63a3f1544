import assert from 'node:assert/strict';
import { createCharacterTokenizer, unknownText } from '../../../src/text/characterTokenizer';
import { createPlainCharacterTokenizer } from '../../support/plainTokenizer';

const plain = createPlainCharacterTokenizer();

function read(text: string): { readonly slices: readonly string[]; readonly as: string } {
  const tokens = plain.tokenize(text);
  let at = 0;
  for (const token of tokens) {
    assert.equal(token.start, at);
    assert.equal(token.text, text.slice(token.start, token.end));
    assert.ok(token.id >= 0 && token.id < plain.vocabularySize);
    at = token.end;
  }
  assert.equal(at, text.length);
  assert.deepEqual(
    [...plain.encode(text)],
    tokens.map(({ id }) => id),
  );
  return { slices: tokens.map((token) => token.text), as: tokens.map(({ id }) => plain.textOf(id)).join('') };
}

describe('the plain character tokenizer', () => {
  it('has 98 symbols and reads an empty text as no token', () => {
    assert.equal(plain.vocabularySize, 98);
    assert.deepEqual(read('').slices, []);
  });

  it('gives every plain character its own id and gives it back', () => {
    const text = `\t\n${Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('')}`;
    assert.equal(read(text).as, text);
    assert.equal(new Set(plain.encode(text)).size, 97);
  });

  it('takes CRLF as one newline, and a lone carriage return as one', () => {
    assert.deepEqual(read('a\r\nb\rc\n').slices, ['a', '\r\n', 'b', '\r', 'c', '\n']);
    assert.equal(read('a\r\nb\rc\n\r').as, 'a\nb\nc\n\n');
  });

  it('folds quotes, dashes, accents, full-width and styled letters', () => {
    assert.equal(
      read('\u201cNai\u0308ve\u201d \u2014 caf\u00e9\u2026 \uff21\u{1d400}\u00a0\u0142').as,
      '"Naive" - cafe. AA l',
    );
  });

  it('keeps combining marks with their base', () => {
    assert.deepEqual(read('e\u0301a\u0323\u0302x').slices, ['e\u0301', 'a\u0323\u0302', 'x']);
    assert.equal(read('e\u0301a\u0323\u0302x').as, 'eax');
    assert.deepEqual(read('\u0301a').slices, ['\u0301', 'a']);
  });

  it('takes emoji, joined emoji and flags as one unknown character each', () => {
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
    const read4 = read(`\u{1f600}${family}\u{1f44d}\u{1f3fd}\u{1f1eb}\u{1f1f7}\u2764\ufe0f.`);
    assert.equal(read4.slices.length, 6);
    assert.equal(read4.as, `${unknownText.repeat(5)}.`);
  });

  it('survives lone surrogates at every place', () => {
    assert.equal(read('\ud83d').as, unknownText);
    assert.equal(read('a\ude00b\ud83dc').as, `a${unknownText}b${unknownText}c`);
  });

  it('does not fold what has no plain form of one character', () => {
    assert.equal(read('\ufb01\u00bd\u4f60\u03b1').as, unknownText.repeat(4));
  });
});

describe('a character tokenizer with its own vocabulary', () => {
  const own = createCharacterTokenizer({ vocabulary: ['\n', 'a', 'b', '\u00e9'], folding: 'none', lowercase: true });

  it('leaves out what it does not know where it has no unknown entry', () => {
    assert.deepEqual(
      own.tokenize('a?B').map(({ start, id }) => [start, id]),
      [
        [0, 1],
        [2, 2],
      ],
    );
  });

  it('finds composed and decomposed spellings and lower case', () => {
    assert.deepEqual([...own.encode('e\u0301\u00c9')], [3, 3]);
  });

  it('reads CRLF as a newline unless the vocabulary knows the carriage return', () => {
    assert.deepEqual([...own.encode('a\r\nb')], [1, 0, 2]);
    const both = createCharacterTokenizer({ vocabulary: ['\r', '\n'], folding: 'none' });
    assert.deepEqual(
      both.tokenize('\r\n').map(({ start, end, id }) => [start, end, id]),
      [
        [0, 1, 0],
        [1, 2, 1],
      ],
    );
  });
});
