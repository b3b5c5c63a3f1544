// Writes card.md and curve.svg of every bundled model from its recipe and its results.json.
// `node test/cards/writeCards.mjs DATE`.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const models = path.join(root, 'media/models');
const rates = JSON.parse(readFileSync(path.join(root, 'test/cards/rates.json'), 'utf8'));
const cells = { lstm: 'LSTM', gru: 'GRU (reset gate before the product)', rnn: 'simple RNN' };

/** Loss over steps as a small picture: training thin, validation thick with dots. */
export function drawCurve({ curve }) {
  const [width, height, margin] = [320, 160, 34];
  const losses = curve.flatMap(({ training, validation }) => [training, validation]);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const last = curve.at(-1).step;
  const x = (step) => (margin + ((width - margin - 8) * step) / last).toFixed(1);
  const y = (loss) => (8 + ((height - margin) * (high - loss)) / (high - low || 1)).toFixed(1);
  const line = (key) => curve.map((point) => `${x(point.step)},${y(point[key])}`).join(' ');
  const dots = curve.map(({ step, validation }) => `<circle cx="${x(step)}" cy="${y(validation)}" r="2.5"/>`).join('');
  const label = (px, py, text, anchor = 'end') => `<text x="${px}" y="${py}" text-anchor="${anchor}">${text}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="10" role="img" aria-label="Loss by step: training and validation">
<rect width="${width}" height="${height}" fill="#fff"/>
<g fill="#333">${label(margin - 4, 14, high.toFixed(2))}${label(margin - 4, height - margin + 8, low.toFixed(2))}${label(width - 8, height - 8, `${last} steps`)}${label(margin, height - 8, 'nats; grey training, blue validation', 'start')}</g>
<polyline points="${line('training')}" fill="none" stroke="#999" stroke-width="1"/>
<g fill="#0b62a4"><polyline points="${line('validation')}" fill="none" stroke="#0b62a4" stroke-width="2"/>${dots}</g>
</svg>
`;
}

function describeData({ data, task, tokens }) {
  const splits = {
    'last-tenths': 'Of each file the last tenth is held out and the tenth before it validates.',
    'file-hash': 'Whole files by SHA-256 modulo 10: 9 is held out, 8 validates; equal files count once.',
    'line-modulo':
      'Duplicates removed, then line number in its file modulo 10: 9 is test, 8 validates. The vocabulary comes from the training lines.',
  };
  const files = data.files.map(
    ({ path: file, from, licence, credit }) => `- ${file}: ${licence}${credit ? `; ${credit}` : ''}. From ${from}.`,
  );
  const level =
    tokens.level === 'word'
      ? `Words in lower case, ${tokens.vocabularySize} at most.`
      : 'Characters: printable ASCII, newline, tab and one unknown (98); others are folded where Unicode has a plain form.';
  return `${files.join('\n')}\n\n${splits[data.split.by]} ${level} Task: ${task}.`;
}

function describeFigures({ task }, results, baseline) {
  const { test, testParts, validation } = results;
  const rows =
    task === 'classify'
      ? [
          ['test accuracy', `${(100 * test.accuracy).toFixed(2)} % of ${test.count}`],
          ['validation accuracy', `${(100 * validation.accuracy).toFixed(2)} %`],
          ['test loss', test.loss.toFixed(4)],
        ]
      : [
          ['held out, all', `${test.loss.toFixed(4)} nats per character (${test.count})`],
          ...testParts.map(({ name, figures }) => [name, figures.loss.toFixed(4)]),
          ['validation', validation.loss.toFixed(4)],
          ['held out, right', `${(100 * test.accuracy).toFixed(1)} %`],
        ];
  if (results.name === 'sentiment-lstm')
    rows.push(['mean test accuracy over the ten rotations of the split', describeRotations()]);
  if (baseline)
    rows.push(['smoothed character 5-gram on the same held-out files', `${baseline.toFixed(4)} nats per character`]);
  return `| figure | value |\n|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`;
}

function describeRotations() {
  const { accuracies } = JSON.parse(readFileSync(path.join(root, 'test/cards/rotations.json'), 'utf8'));
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
  return `${mean.toFixed(2)} % (${Math.min(...accuracies).toFixed(1)} to ${Math.max(...accuracies).toFixed(1)})`;
}

function describeReset({ state_reset: share }) {
  return share ? ` except in a share of ${share} of the streams, drawn anew each batch, which begin from zeros` : '';
}

function describeRates(name) {
  const found = rates.validation[name];
  if (!found)
    return name === 'code-lstm'
      ? 'The learning rate is the one that was the best of five for prose-lstm after a schedule of 500 steps.'
      : '';
  const row = Object.entries(found)
    .map(([rate, loss]) => `${rate}: ${loss.toFixed(3)}`)
    .join(', ');
  return `The learning rate is the best of five on validation text (never on the held-out part), after a schedule of the same shape of ${rates.steps} steps: ${row}.`;
}

function writeCard(name, date, baselines) {
  const folder = path.join(models, name);
  const recipe = JSON.parse(readFileSync(path.join(folder, `${name}.lstm-lab.json`), 'utf8'));
  const results = JSON.parse(readFileSync(path.join(folder, 'results.json'), 'utf8'));
  const { hyperparameters: h, model } = recipe;
  const forget = model.cell === 'lstm' ? `, forget bias ${model.forgetBias} before training` : '';
  const dropout = h.dropout_rate ? `, dropout ${h.dropout_rate}, recurrent dropout ${h.recurrent_dropout}` : '';
  const input = model.input === 'one-hot' ? 'one-hot' : `Embedding(${h.embedding_dim})`;
  const steps = h.steps ? `${h.steps} steps` : `${h.epochs} epochs`;
  const path_ = results.path ?? 'relaxed-simd kernels on Node 24';
  writeFileSync(path.join(folder, 'curve.svg'), drawCurve(results));
  writeFileSync(
    path.join(folder, 'card.md'),
    `# ${name}

${recipe.description}. ${input} -> ${cells[model.cell]}(${h.units}${forget}${dropout}) -> Dense(softmax). ${results.parameters.toLocaleString('en')} parameters. Trained ${date}.

## Figures

${describeFigures(recipe, results, baselines[name])}

${recipe.task === 'next-token' ? 'Each held-out text is read once from its start; validation is read in 32 streams.' : 'Epoch and settings were chosen on validation, nothing on test.'}

![Loss by step](curve.svg)

## Recipe

\`${name}.lstm-lab.json\`; \`lstm-inspector train media/models/${name}/${name}.lstm-lab.json --data FOLDER\` reproduces the model (same seed, same path: ${path_}; kernels of another version round otherwise, and give other weights with like figures).
${h.optimizer}, rate ${h.learning_rate} (${h.schedule ?? 'constant'}), ${steps}, batch ${h.batch_size}${recipe.task === 'next-token' ? ` x ${h.sequence_length} characters, state carried over${describeReset(h)}` : ''}${h.weight_decay ? `, weight decay ${h.weight_decay}` : ''}, gradients clipped at norm ${h.clip_norm}, seed ${recipe.seed}. ${describeRates(name)}
Training took ${Math.round((results.seconds / 60) * 10) / 10} minutes on a shared machine; the weights kept are those of step ${results.bestStep}, best on validation.

## Data

${describeData(recipe)}
`,
  );
}

if (process.argv[1]?.endsWith('writeCards.mjs')) {
  const date = process.argv[2] ?? new Date().toISOString().slice(0, 10);
  const baselines = JSON.parse(readFileSync(path.join(root, 'test/cards/baselines.json'), 'utf8'));
  for (const name of readdirSync(models).filter((entry) => existsSync(path.join(models, entry, 'results.json'))))
    writeCard(name, date, baselines);
}
