import assert from 'node:assert/strict';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { createCharacterTokenizer } from '../../../src/text/characterTokenizer';
import { buildCharacterVocabulary } from '../../../src/text/characterVocabulary';
import { eachCharacter } from '../../../src/text/segmentCharacters';
import { createTally } from '../../../src/text/tokenizer';
import { createWordTokenizer, splitWords } from '../../../src/text/wordTokenizer';
import { buildWordVocabulary } from '../../../src/text/wordVocabulary';

const written = { lowercase: true, folding: 'none' } as const;
const limits = { size: 99, minimumCount: 1, ...written };

/** Reads a text by a person's own list of words; ids, texts and how they were found. */
function readBy(vocabulary: readonly string[], text: string, more: object = {}) {
  const tokenizer = createWordTokenizer({ vocabulary, lowercase: false, folding: 'none', lookup: 'nearest', ...more });
  const tally = createTally();
  const tokens = tokenizer.tokenize(text, tally);
  assert.deepEqual(
    [...runAtOnce(tokenizer.encodeSlowly?.(text) ?? assert.fail())],
    tokens.map(({ id }) => id),
  );
  for (const { start, end, text: own } of tokens) assert.equal(text.slice(start, end), own);
  return { texts: tokens.map(({ text: own, id }) => `${own}=${vocabulary[id] ?? '?'}`), tally };
}

describe('the characters of a text', () => {
  const split = (text: string) => [...eachCharacter(text)];

  it('hold their marks, joined emoji, flags, tags and the letters of a syllable', () => {
    const family = '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}';
    const scotland = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}';
    const parts = [
      '\u0915\u0940',
      '\u0e19\u0e49\u0e33',
      family,
      '\u{1f44d}\u{1f3fd}',
      '\u{1f1e9}\u{1f1ea}',
      scotland,
      '1\ufe0f\u20e3',
    ];
    assert.deepEqual(split(parts.join('')), parts);
    assert.deepEqual(split('\ud55c\uae00'.normalize('NFD')), ['\ud55c'.normalize('NFD'), '\uae00'.normalize('NFD')]);
    assert.deepEqual(split('\u0645\u0650\u0646'), ['\u0645\u0650', '\u0646']);
  });

  it('are counted as written, composed, a line end as a newline', () => {
    assert.deepEqual(buildCharacterVocabulary(['\u0439\r\n', '\u0438\u0306\u042f'], limits), [
      '\n',
      '\u0439',
      '\u044f',
    ]);
    assert.deepEqual(buildCharacterVocabulary(['aab'], { ...limits, minimumCount: 2 }), ['a']);
    assert.deepEqual(buildCharacterVocabulary(['abbc'], { ...limits, size: 1 }), ['b']);
    assert.deepEqual(buildCharacterVocabulary([], limits), []);
  });

  it('are found in a list of their own as written first, then in lower case, then bare', () => {
    const tokenizer = createCharacterTokenizer({
      vocabulary: ['e', '\u00e9', 'a'],
      folding: 'none',
      lookup: 'nearest',
    });
    const tally = createTally();
    assert.deepEqual(
      tokenizer.tokenize('\u00e9e\u0301A\u00e0x', tally).map(({ id }) => id),
      [1, 1, 2, 2],
    );
    assert.deepEqual(tally, { leftOut: 1, lowercase: 1, folded: 1 });
  });
});

describe('the words of a training', () => {
  it('keep their marks, and are composed', () => {
    assert.deepEqual(splitWords('Scho\u0308n \u0915\u0940 \ud55c\uad6d\uc5b4', written), [
      'sch\u00f6n',
      '\u0915\u0940',
      '\ud55c\uad6d\uc5b4',
    ]);
    assert.deepEqual(buildWordVocabulary(['m\u00e0 m\u00e1 ma'], limits).slice(2), ['ma', 'm\u00e0', 'm\u00e1']);
  });

  it('hold joiners, and joined emoji are one sign', () => {
    const persian = '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645';
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
    assert.deepEqual(splitWords(`${persian} ${family}\u{1f1eb}\u{1f1f7}!`, written), [
      persian,
      family,
      '\u{1f1eb}\u{1f1f7}',
      '!',
    ]);
  });

  it('are found by dictionaries where no spaces part them, in training as in reading', () => {
    const words = splitWords('\u4eca\u5929\u5929\u6c14\u5f88\u597d', written);
    assert.ok(words.length > 1 && words.includes('\u4eca\u5929'), words.join(' '));
    const vocabulary = buildWordVocabulary(['\u4eca\u5929\u5929\u6c14\u5f88\u597d'], limits);
    const tokenizer = createWordTokenizer({ vocabulary, unknownId: 1, ...written });
    assert.deepEqual(
      tokenizer.tokenize('\u4eca\u5929\u5929\u6c14\u5f88\u597d').map(({ id }) => vocabulary[id]),
      words,
    );
  });
});

describe("a person's own list of words", () => {
  const list = [
    '<pad>',
    'sch\u00f6n',
    '\ud55c\uad6d\uc5b4',
    '\u0928\u092e\u0938\u094d\u0924\u0947',
    '13.2',
    "don't",
    'e-mail',
    'NASA',
    'good',
    'it',
    "'s",
    'do',
    "n't",
  ];

  it('is matched as written, also where entries carry marks, are Hangul or hold punctuation', () => {
    const { texts, tally } = readBy(
      list,
      "sch\u00f6n, \ud55c\uad6d\uc5b4 \u0928\u092e\u0938\u094d\u0924\u0947 13.2% don't e-mail! NASA",
    );
    assert.deepEqual(texts, [
      'sch\u00f6n=sch\u00f6n',
      '\ud55c\uad6d\uc5b4=\ud55c\uad6d\uc5b4',
      '\u0928\u092e\u0938\u094d\u0924\u0947=\u0928\u092e\u0938\u094d\u0924\u0947',
      '13.2=13.2',
      "don't=don't",
      'e-mail=e-mail',
      'NASA=NASA',
    ]);
    assert.deepEqual(tally, { leftOut: 3, lowercase: 0, folded: 0 });
  });

  it('is matched in lower case next, then without accents, and counts both', () => {
    const { texts, tally } = readBy(list, 'Good SCHO\u0308N g\u00f3od don\u2019t schon E-Mail');
    assert.deepEqual(texts, [
      'Good=good',
      'SCHO\u0308N=sch\u00f6n',
      'g\u00f3od=good',
      "don\u2019t=don't",
      'E-Mail=e-mail',
    ]);
    assert.deepEqual(tally, { leftOut: 1, lowercase: 3, folded: 2 });
  });

  it('keeps capital letters apart where someone said so, and takes stated lower case for as written', () => {
    assert.deepEqual(readBy(list, 'Good', { saysCase: true }).tally, { leftOut: 1, lowercase: 0, folded: 0 });
    const stated = readBy(list, 'Good', { saysCase: true, lowercase: true });
    assert.deepEqual([stated.texts, stated.tally.lowercase], [['Good=good'], 0]);
  });

  it('has endings behind an apostrophe apart where it lists them so', () => {
    assert.deepEqual(readBy(list, "it's").texts, ['it=it', "'s='s"]);
    assert.deepEqual(
      readBy(
        list.filter((word) => word !== "don't"),
        "don't",
      ).texts,
      ['do=do', "n't=n't"],
    );
  });

  it('finds its words in a run without spaces, the longest first; what is between is one unknown word', () => {
    const words = ['<unk>', '\u4eca\u5929', '\u5929\u6c14', '\u5929', '\u597d'];
    const { texts } = readBy(words, '\u4eca\u5929\u5929\u6c14\u975e\u5e38\u597d\u3002', { unknownId: 0 });
    assert.deepEqual(texts, [
      '\u4eca\u5929=\u4eca\u5929',
      '\u5929\u6c14=\u5929\u6c14',
      '\u975e\u5e38=<unk>',
      '\u597d=\u597d',
      '\u3002=<unk>',
    ]);
  });

  it('that was made without marks is matched without them', () => {
    assert.deepEqual(readBy(['\u0915', 'schon'], '\u0915\u0940 sch\u00f6n').tally, {
      leftOut: 0,
      lowercase: 0,
      folded: 2,
    });
    assert.deepEqual(readBy(['\u0915', 'sch\u00f6n'], '\u0915\u0940').tally, { leftOut: 1, lowercase: 0, folded: 0 });
  });

  it('gives nothing for nothing', () => {
    assert.deepEqual(readBy(list, '').texts, []);
    assert.deepEqual(readBy([], 'a').tally.leftOut, 1);
  });
});
