import assert from 'node:assert/strict';
import { createModelFiles } from '../../../../src/models/fileAccess';
import { type OwnModelOptions, readOwnModel } from '../../../../src/models/ownModel';
import { describeOffsets, usualOffsets } from '../../../../src/models/vocabulary/offsets';
import { parseVocabulary } from '../../../../src/models/vocabulary/parseVocabulary';
import { withVocabulary } from '../../../../src/models/withVocabulary';
import { safetensorsOf } from '../../../support/files/torchFile';

const spec = (value: unknown, size = 5): ReturnType<typeof parseVocabulary> =>
  parseVocabulary(JSON.stringify(value), 'v.json', { size });
const offsetsOf = (value: unknown, size = 5): readonly number[] =>
  usualOffsets(spec(value, size), size).map(({ offset }) => offset);

describe('the size of a vocabulary', () => {
  it('leaves nothing open where it is the number of ids', () => assert.deepEqual(offsetsOf(['a', 'b', 'c'], 3), []));

  it('leaves nothing open where a word_index gives ids that all have a row', () => {
    assert.deepEqual(offsetsOf({ tea: 1, cup: 2 }, 3), []);
    assert.deepEqual(offsetsOf({ tea: 1, cup: 2 }, 9), []);
  });

  it('offers the usual offsets of a list that is too short, and of an index that is too long', () => {
    assert.deepEqual(offsetsOf(['tea', 'cup', 'sun']), [0, 1, 2]);
    assert.deepEqual(offsetsOf(['tea', 'cup', 'sun', 'sky']), [0, 1]);
    assert.deepEqual(offsetsOf({ tea: 1, cup: 2, sun: 3, sky: 4, day: 5 }), [0, 3]);
  });

  it('is a question with the ids of the first words of each offset', () =>
    assert.equal(
      describeOffsets(spec(['tea', 'cup', 'sun']), 5),
      'lists 3 tokens, the model knows 5 ids. Which id is whose: 0 gives 0 "tea", 1 "cup", 2 "sun"; 1 gives 1 "tea", 2 "cup", 3 "sun"; 2 gives 2 "tea", 3 "cup", 4 "sun"',
    ));
});

describe('a model file and a vocabulary of another size', () => {
  const model = safetensorsOf({
    'emb.weight': [5, 2],
    'lstm.weight_ih_l0': [8, 2],
    'lstm.weight_hh_l0': [8, 2],
    'lstm.bias_ih_l0': [8],
    'lstm.bias_hh_l0': [8],
  });
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const list = ['tea', 'cup', 'sun'];
  const idsOf = async (options: OwnModelOptions, settings: object = {}): Promise<readonly number[]> => {
    const files = createModelFiles('m.safetensors', { 'm.safetensors': model, 'inspector.json': bytes(settings) });
    const { input } = withVocabulary(await readOwnModel(files, options));
    return input.kind === 'tokens' ? (input.tokenizer?.tokenize('tea sun').map(({ id }) => id) ?? []) : [];
  };

  it('are refused with the setting and the option that answer', () =>
    assert.rejects(
      idsOf({ vocabulary: { bytes: bytes(list), name: 'v.json' } }),
      / m\.safetensors: the vocabulary v\.json lists 3 tokens.*"offset" in its \.inspector\.json, or with --offset N/,
    ));

  it('are refused where the settings list the tokens', () =>
    assert.rejects(idsOf({}, { vocabulary: list }), /the vocabulary lists 3 tokens, the model knows 5 ids/));

  it('go together by the offset of the settings, and by the option before it', async () => {
    const vocabulary = { bytes: bytes(list), name: 'v.json' };
    assert.deepEqual(await idsOf({ vocabulary }, { offset: 0 }), [0, 2]);
    assert.deepEqual(await idsOf({ vocabulary }, { offset: 2 }), [2, 4]);
    assert.deepEqual(await idsOf({ vocabulary, offset: 1 }, { offset: 2 }), [1, 3]);
    assert.deepEqual(await idsOf({}, { vocabulary: list, offset: 2 }), [2, 4]);
  });
});
