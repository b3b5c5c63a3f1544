import assert from 'node:assert/strict';
import { InspectorError } from '../../../src/base/errors';
import {
  createTokenizer,
  formatInspectorSettings,
  type InspectorSettings,
  parseInspectorSettings,
} from '../../../src/models/inspectorSettings';

const settings: InspectorSettings = {
  version: 1,
  task: 'classify',
  level: 'word',
  vocabulary: ['', '<unknown>', 'good'],
  unknown: 1,
  padding: 0,
  paddingSide: 'left',
  folding: 'none',
  lowercase: true,
  labels: ['neg', 'pos'],
  window: 3,
  figures: { accuracy: 0.75 },
};

function refusal(text: string): string {
  try {
    parseInspectorSettings(text);
  } catch (error) {
    assert.ok(error instanceof InspectorError && error.code === 'model-damaged');
    return error.message;
  }
  return 'accepted';
}

describe('inspector.json', () => {
  it('comes back as it was written', () => {
    assert.deepEqual(parseInspectorSettings(formatInspectorSettings(settings)), settings);
  });

  it('needs no more than a vocabulary, and may hold comments', () => {
    const read = parseInspectorSettings('{ // a character model\n "vocabulary": ["a", "b"], }');
    assert.deepEqual(read, {
      version: 1,
      task: 'next-token',
      level: 'character',
      vocabulary: ['a', 'b'],
      folding: 'none',
      lowercase: false,
    });
    assert.deepEqual(
      createTokenizer(read)
        .tokenize('b?')
        .map(({ id }) => id),
      [1],
    );
  });

  it('says what is wrong and where', () => {
    assert.match(refusal('{\n"vocabulary": ["a"\n'), /line 3/);
    assert.match(refusal('[]'), /not an object/);
    assert.match(refusal('{}'), /"vocabulary" must list/);
    assert.match(refusal('{"vocabulary": ["a"], "unknown": 1}'), /"unknown" must be a whole number in range/);
    assert.match(refusal('{"vocabulary": ["a"], "task": "guess"}'), /"task" must be one of next-token/);
    assert.match(refusal('{"vocabulary": [1]}'), /"vocabulary" must be a list of strings/);
    assert.match(refusal('{"vocabulary": ["a"], "version": 2}'), /version 2/);
  });

  it('makes a word tokenizer for a word model', () => {
    assert.deepEqual(
      createTokenizer(settings)
        .tokenize('Good day')
        .map(({ id }) => id),
      [2, 1],
    );
  });
});
