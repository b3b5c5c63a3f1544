import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundledNames } from '../../../../src/models/bundled';
import { checkLabSettings, parseLabSettings } from '../../../../src/lab/training/labSettings';
import { labSchema, type Schema } from '../../../../src/lab/training/settingsSchema';
import { formatLabSchema } from './labSchemaText';

const root = path.resolve(__dirname, '../../../..');

const least = `{
  // a comment
  "name": "mine",
  "task": "classify",
  "data": { "format": "table", "files": [{ "path": "a.csv" }], "split": { "by": "stratified" } },
  "tokens": { "level": "word" },
  "model": { "cell": "lstm" },
}`;

const problemsOf = (text: string) => checkLabSettings(text).problems.map(({ line, message }) => `${line}: ${message}`);

describe('a lab file', () => {
  it('needs little and gets its defaults', () => {
    const settings = parseLabSettings(least, 'a.lstm-lab.json');
    assert.equal(settings.hyperparameters.optimizer, 'Adam');
    assert.equal(settings.hyperparameters.dropout_rate, 0);
    assert.equal(settings.model.forgetBias, 1);
    assert.equal(settings.data.split.test, 0.1);
    assert.equal(settings.seed, 1);
  });

  it('names the line of a wrong value, a wrong name and a missing key', () => {
    assert.deepEqual(problemsOf(least.replace('"lstm"', '"lstn"')), [
      '7: "cell" must be one of lstm, gru, mingru, rnn, not "lstn"',
    ]);
    assert.match(
      problemsOf(least.replace('"level"', '"levl"')).join('; '),
      /6: "levl" is not known here; known are level.*"level" is missing/,
    );
    const rate = least.replace(
      '"model": { "cell": "lstm" },',
      '"model": { "cell": "lstm" },\n"hyperparameters": { "dropout_rate": 0.95 }',
    );
    assert.deepEqual(problemsOf(rate), ['8: "dropout_rate" must be a number from 0 to 0.9, not 0.95']);
  });

  it('names the line of what is not JSON, and refuses an empty file', () => {
    assert.match(problemsOf(least.replace('"task":', '"task"'))[0] ?? '', /^4: /);
    assert.deepEqual(problemsOf(''), ['1: the file is empty']);
    assert.deepEqual(problemsOf('[]'), ['1: the file must hold an object']);
  });

  it('refuses what does not fit together', () => {
    assert.match(problemsOf(least.replace('"classify"', '"next-token"'))[0] ?? '', /reads "format": "text"/);
    assert.throws(
      () => parseLabSettings(least.replace('"stratified"', '"last-tenths"'), 'mine'),
      /mine, line 1: "split" by last-tenths does not fit/,
    );
  });

  it('has a schema for the editor that is made from the same source', () => {
    assert.equal(readFileSync(path.join(root, 'media/schemas/lstm-lab.schema.json'), 'utf8'), formatLabSchema());
  });

  it('describes every setting, for hover help', () => {
    const silent: string[] = [];
    const visit = (schema: Schema, name: string): void => {
      if (name !== '' && schema.description === undefined) silent.push(name);
      for (const [key, child] of Object.entries(schema.properties ?? {})) visit(child, `${name}/${key}`);
      for (const [key, child] of Object.entries(schema.items?.properties ?? {})) visit(child, `${name}/${key}`);
    };
    visit(labSchema, '');
    assert.deepEqual(silent, []);
  });

  it('of every bundled model is valid', () => {
    for (const name of bundledNames.filter((each) => existsSync(path.join(root, 'media/models', each, 'model.json')))) {
      const file = path.join(root, 'media/models', name, `${name}.lstm-lab.json`);
      assert.deepEqual(problemsOf(readFileSync(file, 'utf8')), [], name);
    }
  });
});
