import assert from 'node:assert/strict';
import { applySettings, readSettingsBeside } from '../../../src/models/applySettings';
import { createModelFiles } from '../../../src/models/fileAccess';
import { parseInspectorSettings } from '../../../src/models/inspectorSettings';
import { type ModelInput, type RecurrentModel } from '../../../src/network/recurrentModel';

const model = (input: ModelInput): RecurrentModel => ({
  name: 'm',
  format: 'tfjs',
  input,
  stages: [],
  task: 'states',
  notes: [],
});
const settings = parseInspectorSettings(
  '{"vocabulary": ["a", "b", "?"], "unknown": 2, "task": "classify", "labels": ["no", "yes"], "window": 4}',
);
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the settings beside a model', () => {
  it('give a model of one-hot vectors its tokens and the stage that makes the vectors', () => {
    const applied = applySettings(model({ kind: 'values', width: 3 }), settings);
    assert.deepEqual(applied.stages, [{ kind: 'oneHot', name: 'one-hot', width: 3 }]);
    assert.ok(applied.input.kind === 'tokens' && applied.input.tokenizer);
    assert.deepEqual(
      applied.input.tokenizer.tokenize('bx').map(({ id }) => id),
      [1, 2],
    );
    assert.deepEqual([applied.task, applied.labels, applied.window], ['classify', ['no', 'yes'], 4]);
  });

  it('leave the stages of a model that looks its tokens up in a table, which may have more rows than there are tokens', () => {
    const applied = applySettings(model({ kind: 'tokens', vocabularySize: 5 }), settings);
    assert.deepEqual(applied.stages, []);
    assert.ok(applied.input.kind === 'tokens' && applied.input.vocabularySize === 5);
  });

  it('are refused where they do not fit the width of the model', () => {
    assert.throws(() => applySettings(model({ kind: 'values', width: 4 }), settings), /4 wide.*3 tokens/);
    assert.throws(() => applySettings(model({ kind: 'tokens', vocabularySize: 2 }), settings), /2 token ids.*3 tokens/);
  });

  it('are those of the file by its name, else of its folder, else none', () => {
    const files = (beside: Record<string, string>) =>
      createModelFiles(
        'm.h5',
        Object.fromEntries(Object.entries({ 'm.h5': '', ...beside }).map(([name, text]) => [name, bytes(text)])),
      );
    const own = '{"vocabulary": ["own"]}';
    const shared = '{"vocabulary": ["shared"]}';
    assert.deepEqual(readSettingsBeside(files({ 'm.h5.inspector.json': own, 'inspector.json': shared }))?.vocabulary, [
      'own',
    ]);
    assert.deepEqual(readSettingsBeside(files({ 'inspector.json': shared }))?.vocabulary, ['shared']);
    assert.equal(readSettingsBeside(files({})), null);
  });
});
