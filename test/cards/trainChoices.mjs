// The table of docs/training-choices.md: the recipe of sentiment-lstm with one choice changed and two epochs at a time,
// then the mean of the recipe over the ten rotations of the split. `node test/cards/trainChoices.mjs
// FOLDER-OF-CORPORA`, after a build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const [, , corpora] = process.argv;
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const recipe = JSON.parse(
  readFileSync(path.join(root, 'media/models/sentiment-lstm/sentiment-lstm.lstm-lab.json'), 'utf8'),
);
const folder = mkdtempSync(path.join(os.tmpdir(), 'choices-'));
const { init_mode: initModes, activation: activations } = schemaOf('hyperparameters');

const rates = { SGD: 0.5, RMSprop: 0.002, Adagrad: 0.05, Adadelta: 1, Adam: 0.002, Adamax: 0.004, Nadam: 0.002 };
const choices = [
  ...Object.entries(rates).map(([optimizer, learning_rate]) => ['optimizer', optimizer, { optimizer, learning_rate }]),
  ...initModes.enum.map((value) => ['init_mode', value, { init_mode: value }]),
  ...activations.enum.map((value) => ['activation', value, { activation: value }]),
];

try {
  process.stdout.write('| choice | value | rate | validation | test | seconds |\n|---|---|---|---|---|---|\n');
  for (const [name, value, hyperparameters] of choices) {
    const settings = { learning_rate: 0.002, epochs: 2, ...hyperparameters };
    const { validation, test, seconds } = train(settings);
    process.stdout.write(
      `| ${name} | ${value} | ${settings.learning_rate} | ${percent(validation)} | ${percent(test)} | ${seconds.toFixed(1)} |\n`,
    );
  }
  const rotations = Array.from({ length: 10 }, (_, rotation) => train({}, rotation));
  const mean = rotations.reduce((sum, { test }) => sum + test, 0) / 10;
  process.stdout.write(
    `\nRecipe, ten rotations: ${rotations.map(({ test }) => (100 * test).toFixed(2)).join(', ')}; mean ${percent(mean)}; `,
  );
  process.stdout.write(`at most ${Math.max(...rotations.map(({ seconds }) => seconds)).toFixed(1)} s\n`);
} finally {
  rmSync(folder, { recursive: true });
}

/** Trains the recipe with other hyperparameters: accuracies, and seconds of training. */
function train(hyperparameters, rotation = 0) {
  const file = path.join(folder, 'choice.lstm-lab.json');
  const out = path.join(folder, 'choice');
  const data = { ...recipe.data, split: { ...recipe.data.split, rotation } };
  writeFileSync(
    file,
    JSON.stringify({ ...recipe, data, hyperparameters: { ...recipe.hyperparameters, ...hyperparameters } }),
  );
  const lines = execFileSync(
    process.execPath,
    [path.join(root, 'dist/cli.js'), 'train', file, '--data', corpora, '--out', out],
    { encoding: 'utf8' },
  );
  const { best, test, seconds } = JSON.parse(lines.trim().split('\n').at(-1));
  rmSync(out, { recursive: true });
  return { validation: best.validation.accuracy, test: test.accuracy, seconds };
}

function schemaOf(part) {
  return JSON.parse(readFileSync(path.join(root, 'media/schemas/lstm-lab.schema.json'), 'utf8')).properties[part]
    .properties;
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}
