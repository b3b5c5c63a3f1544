import assert from 'node:assert/strict';
import { createModelFiles } from '../../../../src/models/fileAccess';
import { readOwnModel } from '../../../../src/models/ownModel';
import { type VocabularyChoice } from '../../../../src/models/vocabulary/parseVocabulary';
import { readVocabulary } from '../../../../src/models/vocabulary/readVocabulary';
import { type KerasVocabulary, type ListVocabulary } from '../../../../src/text/vocabularySpec';
import { pickleOf, torchZipOf } from '../../../support/files/pickleFile';

function read(bytes: Uint8Array, choice: Partial<VocabularyChoice> = {}): ListVocabulary | KerasVocabulary {
  const spec = readVocabulary(bytes, 'v.pkl', { size: 4, ...choice });
  if (spec.kind === 'huggingFace') throw new Error('a pickle holds no tokenizer.json');
  return spec;
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

/**
 * `pickle.dumps({'word_index': {'café': 1, "don't": 2, 'a\\b': 3, '中': 4, '😀': 5}, 'n': 3}, protocol)` of protocols 0
 * to 5.
 */
const protocols: readonly string[] = [
  'KGRwMApWd29yZF9pbmRleApwMQooZHAyClZjYWbpCnAzCkkxCnNWZG9uJ3QKcDQKSTIKc1ZhXHUwMDVjYgpwNQpJMwpzVlx1NGUyZApwNgpJNApzVlxVMDAwMWY2MDAKcDcKSTUKc3NWbgpwOApJMwpzLg==',
  'fXEAKFgKAAAAd29yZF9pbmRleHEBfXECKFgFAAAAY2Fmw6lxA0sBWAUAAABkb24ndHEESwJYAwAAAGFcYnEFSwNYAwAAAOS4rXEGSwRYBAAAAPCfmIBxB0sFdVgBAAAAbnEISwN1Lg==',
  'gAJ9cQAoWAoAAAB3b3JkX2luZGV4cQF9cQIoWAUAAABjYWbDqXEDSwFYBQAAAGRvbid0cQRLAlgDAAAAYVxicQVLA1gDAAAA5LitcQZLBFgEAAAA8J+YgHEHSwV1WAEAAABucQhLA3Uu',
  'gAN9cQAoWAoAAAB3b3JkX2luZGV4cQF9cQIoWAUAAABjYWbDqXEDSwFYBQAAAGRvbid0cQRLAlgDAAAAYVxicQVLA1gDAAAA5LitcQZLBFgEAAAA8J+YgHEHSwV1WAEAAABucQhLA3Uu',
  'gASVSQAAAAAAAAB9lCiMCndvcmRfaW5kZXiUfZQojAVjYWbDqZRLAYwFZG9uJ3SUSwKMA2FcYpRLA4wD5LitlEsEjATwn5iAlEsFdYwBbpRLA3Uu',
  'gAWVSQAAAAAAAAB9lCiMCndvcmRfaW5kZXiUfZQojAVjYWbDqZRLAYwFZG9uJ3SUSwKMA2FcYpRLA4wD5LitlEsEjATwn5iAlEsFdYwBbpRLA3Uu',
];

describe('a pickled vocabulary', () => {
  protocols.forEach((text, protocol) =>
    it(`of protocol ${protocol} is read with every character`, () => {
      const { vocabulary, byId } = read(fromBase64(text), { size: 6 });
      assert.deepEqual([vocabulary, byId], [['', 'café', "don't", 'a\\b', '中', '😀'], true]);
    }),
  );

  it('is read from lists and from OrderedDicts of protocol 0', () => {
    assert.deepEqual(read(fromBase64('KGxwMApWPHBhZD4KcDEKYVZ0ZWEKcDIKYVZjdXAKcDMKYS4=')).vocabulary, [
      '<pad>',
      'tea',
      'cup',
    ]);
    const ordered = 'Y2NvbGxlY3Rpb25zCk9yZGVyZWREaWN0CnAwCih0UnAxClZhCnAyCkkwCnNWYgpwMwpJMQpzLg==';
    assert.deepEqual(read(fromBase64(ordered)).vocabulary, ['a', 'b']);
  });

  it('of Python 2 keeps the escapes of its strings', () =>
    assert.deepEqual(read(new TextEncoder().encode("(lp0\nS'it\\'s'\np1\naS'a\\x41\\n'\np2\na.")).vocabulary, [
      "it's",
      'aA\n',
    ]));

  it('of Keras keeps what its Tokenizer was made with', () => {
    const state = {
      word_counts: { dict: { Tea: 9, cup: 7, sun: 1 } },
      word_index: { dict: { '<oov>': 1, Tea: 2, cup: 3, sun: 4 } },
      index_word: { dict: { '1': '<oov>', '2': 'Tea', '3': 'cup', '4': 'sun' } },
      num_words: 4,
      oov_token: '<oov>',
      lower: false,
      filters: '#',
      char_level: true,
    };
    const { kind, level, vocabulary, unknownId, lowercase, ...rest } = read(
      pickleOf({ of: 'keras.preprocessing.text.Tokenizer', state }),
    );
    assert.deepEqual(
      [kind, level, vocabulary, unknownId, lowercase],
      ['keras', 'character', ['', '<oov>', 'Tea', 'cup'], 1, false],
    );
    assert.equal('filters' in rest && rest.filters, '#');
  });

  it('is taken from a checkpoint by its name', () => {
    const checkpoint = torchZipOf({
      dict: {
        state_dict: { dict: { 'lstm.weight_ih_l0': { tensor: [8, 4] } } },
        char2int: { dict: { a: 0, b: 1, c: 2, d: 3 } },
        words: ['the', 'tea', 'was', 'hot'],
      },
    });
    assert.deepEqual(read(checkpoint, { key: 'char2int' }).vocabulary, ['a', 'b', 'c', 'd']);
    assert.throws(() => read(checkpoint), /Which list of v\.pkl.*char2int \(4\), words \(4\)/);
  });

  it('is refused where it would act on the machine, and says that nothing was executed', () => {
    const hostile = new TextEncoder().encode('cos\nsystem\n(S"touch x"\ntR.');
    assert.throws(() => read(hostile), /vocabulary v\.pkl.*os\.system.*Nothing in the file was executed/);
  });

  it('is refused where it is a set, which has no order', () =>
    assert.throws(() => read(Uint8Array.of(0x80, 4, 0x8f, 0x28, 0x8c, 1, 97, 0x8c, 1, 98, 0x90, 0x2e)), /no list/));
});

describe("a checkpoint's own vocabulary", () => {
  const weights = {
    dict: {
      'emb.weight': { tensor: [4, 2] },
      'lstm.weight_ih_l0': { tensor: [8, 2] },
      'lstm.weight_hh_l0': { tensor: [8, 2] },
    },
  };
  const char2int = { dict: { a: 0, b: 1, c: 2, d: 3 } };
  const open = (
    rest: Parameters<typeof torchZipOf>[0] & object,
    settings: object = {},
  ): ReturnType<typeof readOwnModel> =>
    readOwnModel(
      createModelFiles('m.pt', {
        'm.pt': torchZipOf({ dict: { state_dict: weights, ...('dict' in rest ? rest.dict : {}) } }),
        'inspector.json': new TextEncoder().encode(JSON.stringify(settings)),
      }),
    );

  it('is used where exactly one fits the table, and a note says so', async () => {
    const { model, vocabulary } = await open({
      dict: {
        char2int,
        int2char: { dict: { 0: 'a', 1: 'b', 2: 'c', 3: 'd' } },
        hyper: { dict: { n_hidden: 2, layers: 1 } },
      },
    });
    assert.deepEqual(vocabulary?.kind === 'list' && vocabulary.vocabulary, ['a', 'b', 'c', 'd']);
    assert.match(model.notes.join(' '), /own "char2int" \(4 tokens\) is used/);
    assert.equal('savedLists' in model, false);
  });

  it('is offered where several fit, or none, with what takes it', async () => {
    const several = await open({ dict: { char2int, vocab: ['the', 'tea', 'was', 'hot'] } });
    assert.equal(several.vocabulary, undefined);
    assert.match(
      several.model.notes.join(' '),
      /"char2int" \(4\), "vocab" \(4\).*--vocab m\.pt#char2int.*"vocabularyKey"/,
    );
    const none = await open({ dict: { tokens: ['a', 'b', 'c'] } });
    assert.equal(none.vocabulary, undefined);
    assert.match(none.model.notes.join(' '), /"tokens" \(3\)/);
  });

  it('is the one that the settings name', async () => {
    const { vocabulary } = await open(
      { dict: { char2int, vocab: ['the', 'tea', 'was', 'hot'] } },
      { vocabularyKey: 'vocab' },
    );
    assert.deepEqual(vocabulary?.kind === 'list' && vocabulary.vocabulary, ['the', 'tea', 'was', 'hot']);
  });
});

describe('a pickle that holds one list many times', () => {
  it('is read in the time of its bytes', () => {
    // ]q0 (h0 h0 h0 ...: lists of the list before, 40 deep and 40 wide, which would unfold to 40^12.
    const bytes = [0x80, 2, 0x5d, 0x71, 0];
    for (let level = 1; level < 40; level++)
      bytes.push(0x5d, 0x71, level, 0x28, ...Array.from({ length: 40 }, () => [0x68, level - 1]).flat(), 0x65);
    assert.throws(() => read(Uint8Array.from([...bytes, 0x2e])), /holds no list of tokens/);
  });
});
