import assert from 'node:assert/strict';
import { conditions, remarkOnIdleKeys } from '../../../../src/lab/training/idleKeys';
import { parseLabSettings } from '../../../../src/lab/training/labSettings';
import { labSchema, type Schema } from '../../../../src/lab/training/settingsSchema';

/**
 * Keys that every lab file that may have them has a use for (others refuse them), or that people read and no training
 * does.
 */
const always = `$schema name description task seed
  data.format data.folder data.files.path data.files.encoding data.files.gutenberg data.files.from data.files.licence
  data.files.credit data.split.by
  tokens.level tokens.vocabularySize tokens.minimumCount tokens.lowercase tokens.folding
  model.cell model.input model.layers model.bidirectional model.recurrentInit
  hyperparameters.optimizer hyperparameters.learning_rate hyperparameters.schedule hyperparameters.init_mode
  hyperparameters.activation hyperparameters.dropout_rate hyperparameters.recurrent_dropout hyperparameters.units
  hyperparameters.batch_size hyperparameters.steps hyperparameters.clip_norm hyperparameters.weight_decay
  hyperparameters.early_stopping hyperparameters.validate_every hyperparameters.keep
  training.keepEpochs
  search.method search.trials search.seed search.objective search.sentence search.parallel search.keepModels search.space
  search.pruning search.study search.journal`.split(/\s+/);

/** Paths of all keys; what a transfer says has a schema, and steps, of its own. */
function pathsOf(schema: Schema, path = ''): readonly string[] {
  const { properties } = schema.items ?? schema;
  if (properties === undefined || path === 'search.listed') return [path];
  return Object.entries(properties).flatMap(([key, inner]) =>
    key === 'transfer' ? [] : pathsOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

interface Lab {
  readonly task: 'next-token' | 'classify';
  readonly data: object;
  readonly tokens?: object;
  readonly model?: object;
  readonly hyperparameters?: object;
  readonly search?: object;
}

const classify: Lab = {
  task: 'classify',
  data: { format: 'table', files: [{ path: 'a.csv' }], split: { by: 'line-modulo' } },
};
const running: Lab = {
  task: 'next-token',
  data: { format: 'text', files: [{ path: 'a.txt' }], split: { by: 'last-tenths' } },
};

function remarksOf(lab: Lab): string {
  const whole = {
    name: 'x',
    ...lab,
    tokens: { level: 'word', ...lab.tokens },
    model: { cell: 'lstm', ...lab.model },
    hyperparameters: { ...lab.hyperparameters },
  };
  return remarkOnIdleKeys(parseLabSettings(JSON.stringify(whole), 'x.lstm-lab.json')).join('\n');
}

/** For each key that not every lab file has a use for: one that has none, and one that has. */
const cases: Readonly<Record<string, readonly [idle: Lab, used: Lab]>> = {
  'data.files.label': [withFile(classify, { label: 'a' }), withLines({ label: 'a' })],
  'data.files.pattern': [withFile(classify, { pattern: '(.*)' }), withLines({ label: 'a', pattern: '(.*)' })],
  'data.textColumn': [withData(running, { textColumn: 1 }), withData(classify, { textColumn: 1 })],
  'data.labelColumn': [withData(running, { labelColumn: 1 }), withData(classify, { labelColumn: 1 })],
  'data.header': [withData(running, { header: true }), withData(classify, { header: true })],
  'data.delimiter': [withData(running, { delimiter: ';' }), withData(classify, { delimiter: ';' })],
  'data.quotes': [withData(running, { quotes: true }), withData(classify, { quotes: true })],
  'data.split.rotation': [withSplit('stratified', { rotation: 3 }), withSplit('line-modulo', { rotation: 3 })],
  'data.split.validation': [
    withSplit('line-modulo', { validation: 0.3 }),
    withSplit('stratified', { validation: 0.3 }),
  ],
  'data.split.test': [withSplit('line-modulo', { test: 0.3 }), withSplit('stratified', { test: 0.3 })],
  'tokens.length': both('tokens', { level: 'word', length: 17 }, running, classify),
  'model.forgetBias': [
    { ...classify, model: { cell: 'rnn', forgetBias: 3 } },
    { ...classify, model: { cell: 'lstm', forgetBias: 3 } },
  ],
  'hyperparameters.embedding_dim': [
    { ...running, model: { input: 'one-hot' }, hyperparameters: { embedding_dim: 7 } },
    { ...running, model: { input: 'embedding' }, hyperparameters: { embedding_dim: 7 } },
  ],
  'hyperparameters.epochs': [
    { ...classify, hyperparameters: { epochs: 3, steps: 10 } },
    { ...classify, hyperparameters: { epochs: 3 } },
  ],
  'hyperparameters.sequence_length': both('hyperparameters', { sequence_length: 17 }, classify, running),
  'hyperparameters.state_reset': both('hyperparameters', { state_reset: 0.5 }, classify, running),
  'hyperparameters.class_weights': both('hyperparameters', { class_weights: 'balanced' }, running, classify),
  'search.listed': bySearch({ listed: [{ units: 3 }] }, 'random', 'hand-tuned'),
  'search.gridPoints': bySearch({ gridPoints: 3 }, 'tpe', 'grid'),
  'search.startupTrials': bySearch({ startupTrials: 3 }, 'random', 'gp'),
  'search.gamma': bySearch({ gamma: 0.3 }, 'gp', 'tpe'),
  'search.candidates': bySearch({ candidates: 7 }, 'grid', 'tpe'),
};

function withData(lab: Lab, data: object): Lab {
  return { ...lab, data: { ...lab.data, ...data } };
}

function withFile(lab: Lab, file: object): Lab {
  return withData(lab, { files: [{ path: 'a.csv', ...file }] });
}

function withLines(file: object): Lab {
  return withFile(withData(classify, { format: 'lines' }), file);
}

function withSplit(by: string, split: object): Lab {
  return withData(classify, { split: { by, ...split } });
}

function both(room: string, said: object, idle: Lab, used: Lab): readonly [Lab, Lab] {
  return [
    { ...idle, [room]: said },
    { ...used, [room]: said },
  ];
}

function bySearch(said: object, idle: string, used: string): readonly [Lab, Lab] {
  const space = { units: { low: 2, high: 8 } };
  return [
    { ...classify, search: { method: idle, space, ...said } },
    { ...classify, search: { method: used, space, ...said } },
  ];
}

describe('no key of a lab file is without effect or a remark', () => {
  it('and each of the schema is known to have its effect always, or where a condition holds', () => {
    assert.deepEqual([...pathsOf(labSchema)].sort(), [...always, ...Object.keys(conditions)].sort());
    assert.deepEqual(Object.keys(cases).sort(), Object.keys(conditions).sort(), 'and each condition has its case');
  });

  for (const [key, [idle, used]] of Object.entries(cases))
    it(`${key} is remarked on where nothing reads it, and only there`, () => {
      assert.match(remarksOf(idle), new RegExp(`^"${key.replaceAll('.', '\\.')}" has no effect here: it is for`, 'm'));
      assert.ok(!remarksOf(used).includes(`"${key}"`), remarksOf(used));
    });

  it('and nothing is said of a file that says nothing', () => {
    assert.deepEqual([classify, running].map(remarksOf), ['', '']);
  });
});
