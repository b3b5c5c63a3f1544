import assert from 'node:assert/strict';
import { InspectorError } from '../../../../src/base/errors';
import { type Tokenizer } from '../../../../src/text/tokenizer';
import { createTokenizerOf } from '../../../../src/models/vocabulary/createTokenizerOf';
import { parseVocabulary } from '../../../../src/models/vocabulary/parseVocabulary';
import { vocabularySizeOf } from '../../../../src/text/vocabularySpec';

const added = (id: number, content: string) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});
const indexOf = (tokens: readonly string[]): Record<string, number> =>
  Object.fromEntries(tokens.map((token, id) => [token, id]));
const shared = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  post_processor: null,
  decoder: null,
};

const wordPiece = {
  ...shared,
  added_tokens: [added(0, '[PAD]'), added(1, '[UNK]'), added(2, '[CLS]'), added(3, '[SEP]')],
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: indexOf(['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'play', '##ing', 'a', 'cafe', '!']),
  },
};

const byteLevel = {
  ...shared,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: '',
    end_of_word_suffix: '',
    fuse_unk: false,
    byte_fallback: false,
    vocab: indexOf([
      'h',
      'e',
      'l',
      'o',
      '\u0120',
      '\u00c3',
      '\u00a9',
      'he',
      'll',
      '\u010a',
      '\u00f0',
      '\u0141',
      '\u0139',
      '\u0122',
      '\u013a',
      '\u0120he',
    ]),
    merges: ['h e', 'l l', '\u0120 he'],
  },
};

const wordLevel = {
  ...shared,
  added_tokens: [added(0, '<unk>')],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  model: { type: 'WordLevel', unk_token: '<unk>', vocab: indexOf(['<unk>', 'the', 'film', '.']) },
};

const unigram = {
  ...shared,
  added_tokens: [added(0, '<unk>')],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: {
    type: 'Metaspace',
    replacement: '\u2581',
    add_prefix_space: true,
    prepend_scheme: 'always',
    split: true,
  },
  decoder: { type: 'Metaspace', replacement: '\u2581', add_prefix_space: true },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['\u2581the', -1],
      ['\u2581film', -2],
      ['s', -3],
      ['\u2581', -4],
    ],
  },
};

function open(json: unknown): Tokenizer {
  const spec = parseVocabulary(JSON.stringify(json, null, 2), 'tokenizer.json', { size: 0 });
  return createTokenizerOf(spec, vocabularySizeOf(spec));
}

function assertTokens(tokenizer: Tokenizer, text: string, expected: readonly (readonly [number, string])[]): void {
  const tokens = tokenizer.tokenize(text);
  assert.deepEqual(
    tokens.map((token) => [token.id, token.text]),
    expected,
  );
  let last = 0;
  for (const { start, end, text: slice } of tokens) {
    assert.equal(text.slice(start, end), slice);
    assert.ok(start >= last && end >= start, `${last} ${start} ${end}`);
    last = end;
  }
}

describe('a Hugging Face tokenizer.json', () => {
  it('of WordPiece: special tokens take no text, accents and capitals stay in the text, an unknown word is a whole one', () => {
    assertTokens(open(wordPiece), 'Playing a Caf\u00e9 xayzzy a!', [
      [2, ''],
      [4, 'Play'],
      [5, 'ing'],
      [6, 'a'],
      [7, 'Caf\u00e9'],
      [1, 'xayzzy'],
      [6, 'a'],
      [8, '!'],
      [3, ''],
    ]);
  });

  it('of bytes: the tokens tile the text, and a character in several tokens belongs to its first', () => {
    const tokenizer = open(byteLevel);
    assertTokens(tokenizer, 'hello \u00e9\n\u{1f600}hehe he', [
      [7, 'he'],
      [8, 'll'],
      [3, 'o'],
      [4, ' '],
      [5, '\u00e9'],
      [6, ''],
      [9, '\n'],
      [10, '\u{1f600}'],
      [11, ''],
      [14, ''],
      [13, ''],
      [7, 'he'],
      [7, 'he'],
      [15, ' he'],
    ]);
    assert.equal(
      tokenizer
        .tokenize('hello \u00e9\n')
        .map(({ text }) => text)
        .join(''),
      'hello \u00e9\n',
    );
  });

  it('of bytes with a space in front: the space is not looked for', () => {
    assertTokens(
      open({ ...byteLevel, pre_tokenizer: { ...byteLevel.pre_tokenizer, add_prefix_space: true } }),
      'hello',
      [
        [15, 'he'],
        [8, 'll'],
        [3, 'o'],
      ],
    );
  });

  it('of whole words: a word that it lacks is the unknown one', () => {
    assertTokens(open(wordLevel), 'The film, thexyz. the', [
      [1, 'The'],
      [2, 'film'],
      [0, ','],
      [0, 'thexyz'],
      [3, '.'],
      [1, 'the'],
    ]);
  });

  it('of pieces: an unknown one reaches to the next that is known', () => {
    assertTokens(open(unigram), 'The films \u2603\u2603 the', [
      [1, 'The'],
      [2, 'film'],
      [3, 's'],
      [4, ''],
      [0, '\u2603\u2603'],
      [1, 'the'],
    ]);
  });

  it('makes no tokens of no text', () => {
    for (const json of [byteLevel, wordLevel]) assert.deepEqual(open(json).tokenize(''), []);
  });

  it('counts added tokens in its size', () => {
    const json = { ...wordLevel, added_tokens: [added(0, '<unk>'), added(9, '<end>')] };
    assert.equal(open(json).vocabularySize, 10);
  });

  it('is refused in one line where its library does not know it, or the model is smaller', () => {
    assert.throws(() => open({ ...wordLevel, normalizer: { type: 'Nonsense' } }), InspectorError);
    const spec = parseVocabulary(JSON.stringify(wordLevel), 'tokenizer.json', { size: 2 });
    assert.throws(() => createTokenizerOf(spec, 2), /4 tokens, the model 2/);
  });
});
