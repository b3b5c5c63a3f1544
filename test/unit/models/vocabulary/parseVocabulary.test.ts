import assert from 'node:assert/strict';
import { InspectorError } from '../../../../src/base/errors';
import { type Tokenizer } from '../../../../src/text/tokenizer';
import { createTokenizerOf } from '../../../../src/models/vocabulary/createTokenizerOf';
import {
  oddityOfTextVectorization,
  parseTextVectorization,
  parseVocabulary,
  type VocabularyChoice,
} from '../../../../src/models/vocabulary/parseVocabulary';
import { vocabularySizeOf } from '../../../../src/text/vocabularySpec';

function open(content: unknown, choice: Partial<VocabularyChoice> = {}): Tokenizer {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const spec = parseVocabulary(text, 'v', { size: 0, ...choice });
  return createTokenizerOf(spec, choice.size ?? vocabularySizeOf(spec));
}

const idsOf = (tokenizer: Tokenizer, text: string): readonly number[] => tokenizer.tokenize(text).map(({ id }) => id);
const textsOf = (tokenizer: Tokenizer, text: string): readonly string[] =>
  tokenizer.tokenize(text).map((token) => token.text);

/** What `Tokenizer(num_words=5, oov_token='<OOV>').to_json()` gives: the indices are JSON within JSON. */
const kerasConfig = {
  num_words: 5,
  filters: '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n',
  lower: true,
  split: ' ',
  char_level: false,
  oov_token: '<OOV>',
  document_count: 2,
  word_counts: '{"the": 3, "film": 2, "isn\'t": 1, "good": 1}',
  word_docs: '{"the": 2, "film": 2, "isn\'t": 1, "good": 1}',
  index_docs: '{"2": 2, "3": 2, "4": 1, "5": 1}',
  index_word: '{"1": "<OOV>", "2": "the", "3": "film", "4": "isn\'t", "5": "good"}',
  word_index: '{"<OOV>": 1, "the": 2, "film": 3, "isn\'t": 4, "good": 5}',
};
const kerasTokenizer = { class_name: 'Tokenizer', config: kerasConfig };

describe("Keras's Tokenizer.to_json()", () => {
  const text = "The film-the FILM\nisn't, (good) film.";
  it('splits, lower-cases and filters as Keras does; words from num_words on are unknown', () => {
    const tokenizer = open(kerasTokenizer);
    assert.equal(tokenizer.vocabularySize, 5);
    assert.deepEqual(idsOf(tokenizer, text), [2, 3, 2, 3, 4, 1, 3]);
    assert.deepEqual(textsOf(tokenizer, text), ['The', 'film', 'the', 'FILM', "isn't", 'good', 'film']);
  });

  it('is the same where json.dump wrote the string within a string', () => {
    assert.deepEqual(idsOf(open(JSON.stringify(JSON.stringify(kerasTokenizer))), text), [2, 3, 2, 3, 4, 1, 3]);
  });

  it('leaves unknown words out where it has no oov_token, and keeps case where lower is false', () => {
    const config = {
      ...kerasConfig,
      num_words: null,
      oov_token: null,
      lower: false,
      word_index: '{"the": 1, "Film": 2}',
    };
    assert.deepEqual(idsOf(open({ class_name: 'Tokenizer', config }), 'the Film The film'), [1, 2]);
  });

  it('takes every character, signs too, where it is of characters', () => {
    const config = {
      ...kerasConfig,
      num_words: null,
      char_level: true,
      word_index: '{"<OOV>": 1, " ": 2, "a": 3, ",": 4}',
    };
    assert.deepEqual(idsOf(open({ class_name: 'Tokenizer', config }), 'A, \u{1f600}a'), [3, 4, 2, 1, 3]);
  });

  it('is refused in one line where it is damaged', () => {
    for (const broken of [
      '{',
      '{"class_name": "Tokenizer", "config": {}}',
      '{"class_name": "Tokenizer", "config": {"word_index": "{"}}',
    ]) {
      assert.throws(
        () => open(broken),
        (thrown) => thrown instanceof InspectorError && !thrown.message.includes('\n'),
        broken,
      );
    }
  });
});

describe('a word_index', () => {
  it('counts from 1 and takes punctuation away as the Tokenizer that made it', () => {
    const tokenizer = open({ '<OOV>': 1, the: 2, film: 3, constructor: 4 });
    assert.deepEqual(idsOf(tokenizer, 'The, film! constructor toString'), [2, 3, 4, 1]);
    assert.equal(tokenizer.vocabularySize, 5);
    assert.equal(tokenizer.textOf(3), 'film');
  });

  it('keeps punctuation where it lists it', () => {
    assert.deepEqual(idsOf(open({ '<pad>': 0, '<unk>': 1, the: 2, ',': 3 }), 'the, the; x'), [2, 3, 2, 1, 1]);
  });

  it("is moved by the offset of Keras's IMDB data", () => {
    assert.deepEqual(idsOf(open({ the: 1, and: 2, a: 3 }, { offset: 3, unknown: 2 }), 'And the plot, a'), [5, 4, 2, 6]);
  });

  it('may be turned round, id to word', () => {
    assert.deepEqual(idsOf(open({ 0: 'x', 1: 'yes', 2: 'no' }), 'no yes'), [2, 1]);
  });

  it('is asked for by name where a file holds several lists that fit', () => {
    const file = { source: { word2idx: { ja: 0, nein: 1 } }, target: { word2idx: { yes: 0, no: 1 } } };
    assert.throws(() => open(file, { size: 2 }), /source\.word2idx \(2\), target\.word2idx \(2\).*--vocab/);
    assert.deepEqual(idsOf(open(file, { size: 2, key: 'target.word2idx' }), 'no yes'), [1, 0]);
  });

  it('longer than the model counts the rest as unknown', () => {
    assert.deepEqual(idsOf(open({ '<unk>': 0, yes: 1, no: 2, perhaps: 3 }, { size: 3 }), 'yes perhaps'), [1, 0]);
  });
});

describe('a list of tokens', () => {
  it('is one token a line, with either line end', () => {
    for (const end of ['\n', '\r\n']) {
      const tokenizer = open(`${['<pad>', '<unk>', 'the', 'film', '.'].join(end)}${end}`);
      assert.equal(tokenizer.vocabularySize, 5);
      assert.deepEqual(idsOf(tokenizer, 'The film is.'), [2, 3, 1, 4]);
    }
  });

  it('may have ids or counts behind a tab', () => {
    assert.deepEqual(idsOf(open('no\t2\nyes\t1\n'), 'yes no'), [1, 2]);
    assert.deepEqual(idsOf(open('the\t90000\nfilm\t1200\n'), 'the film'), [0, 1]);
  });

  it('is JSON too, of words or of characters', () => {
    assert.deepEqual(idsOf(open(['<unk>', 'Yes', 'no']), 'Yes yes no'), [1, 0, 2]);
    assert.deepEqual(idsOf(open(['\n', ' ', 'a', 'b']), 'ab\nA a'), [2, 3, 0, 2, 1, 2]);
  });

  it('is the characters in one line, or with the line end among them', () => {
    assert.deepEqual(idsOf(open(' abc'), 'cab b'), [3, 1, 2, 0, 2]);
    assert.deepEqual(idsOf(open('\n abc', { size: 5 }), 'c\na'), [4, 0, 2]);
  });

  it('with capitals keeps case', () => {
    assert.deepEqual(idsOf(open('aA'), 'aAB'), [0, 1]);
  });

  it('is refused where there is none', () => {
    for (const broken of ['{}', '{"a": {"b": "c"}}']) assert.throws(() => open(broken), InspectorError, broken);
  });
});

describe('TextVectorization', () => {
  it('takes signs out of words and puts padding and unknown in front', () => {
    const spec = parseTextVectorization({ standardize: 'lower_and_strip_punctuation', split: 'whitespace' }, [
      'the',
      'isnt',
    ]);
    const tokenizer = createTokenizerOf(spec, 4);
    assert.deepEqual(idsOf(tokenizer, "The isn't , plot"), [2, 3, 1]);
    assert.deepEqual(textsOf(tokenizer, "The isn't , plot"), ['The', "isn't", 'plot']);
  });

  it('keeps a list that has them, case and signs where nothing is standardised, and splits characters', () => {
    const plain = createTokenizerOf(
      parseTextVectorization({ standardize: null, split: 'whitespace' }, ['', '[UNK]', 'The', 'x,']),
      4,
    );
    assert.deepEqual(idsOf(plain, 'The the x,'), [2, 1, 3]);
    const characters = createTokenizerOf(
      parseTextVectorization({ standardize: 'lower', split: 'character' }, ['', '[UNK]', 'a', ' ']),
      4,
    );
    assert.deepEqual(idsOf(characters, 'A b'), [2, 3, 1]);
    const stripped = createTokenizerOf(
      parseTextVectorization({ standardize: 'lower_and_strip_punctuation', split: 'character' }, [
        '',
        '[UNK]',
        'a',
        ' ',
      ]),
      4,
    );
    assert.deepEqual(idsOf(stripped, "A, 'b!"), [2, 3, 1], 'signs are gone before the text is split');
  });

  it('is not imitated where it takes n-grams or has functions of its own', () => {
    assert.equal(oddityOfTextVectorization({ standardize: 'lower', split: 'whitespace', ngrams: null }), null);
    assert.equal(oddityOfTextVectorization({}), null);
    for (const config of [
      { ngrams: [1, 2] },
      { split: null },
      { standardize: { class_name: 'function' } },
      { split: { class_name: 'function' } },
    ])
      assert.notEqual(oddityOfTextVectorization(config), null);
  });
});
