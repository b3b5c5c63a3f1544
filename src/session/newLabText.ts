import { type DataSuggestion } from '../trace/lab/dataSuggestion';

/** The columns that a person confirmed, by index. */
export interface ChosenColumns {
  readonly text: number;
  readonly label: number;
}

/** A commented, working lab file for some data; `name` names the model and its folder. */
export function newLabText(name: string, data: DataSuggestion, columns?: ChosenColumns): string {
  const isLanguage = data.format === 'text';
  return `// A lab file: what is trained on what. Hover over a setting to read what it does; Ctrl+Space lists the choices.
{
  "name": ${JSON.stringify(name)},
  // classify: one label a text. next-token: a language model.
  "task": ${isLanguage ? '"next-token"' : '"classify"'},
  // The same seed gives the same model.
  "seed": 1,
  "data": {
    "format": "${data.format}",
    "files": [
${data.files.map((file) => `      ${JSON.stringify(file)}`).join(',\n')}
    ],
${columnLines(data, columns)}    // ${isLanguage ? 'The last tenth of each text is the test part, the tenth before it validates.' : 'A tenth validates, a tenth is the test part; each keeps the shares of the classes.'}
    "split": ${isLanguage ? '{ "by": "last-tenths" }' : '{ "by": "stratified", "validation": 0.1, "test": 0.1 }'}
  },
${isLanguage ? languageLines : classifierLines}  // Without its slashes this has a Search lens over it. "method": "grid", "random", "hand-tuned", "gp" or "tpe".
  // "search": { "method": "gp", "trials": 10, "space": { "learning_rate": { "low": 0.0005, "high": 0.05, "log": true }, "units": { "low": 8, "high": 64, "log": true } } },
  "training": {
    // A model of every epoch: shows in the panel how gates and gradients changed while it learnt.
    "keepEpochs": ${isLanguage ? 'false' : 'true'}
  }
}
`;
}

function columnLines({ format, columns, hasHeader }: DataSuggestion, chosen?: ChosenColumns): string {
  if (chosen === undefined) return '';
  const nameOf = (index: number): string =>
    JSON.stringify(columns.find((column) => column.index === index)?.name ?? index);
  const header =
    format === 'table'
      ? `    // Whether the first row names the columns.\n    "header": ${String(hasHeader ?? false)},\n`
      : '';
  return `${header}    "textColumn": ${nameOf(chosen.text)},\n    "labelColumn": ${nameOf(chosen.label)},\n`;
}

const classifierLines = `  // What the model reads a step: "word" or "character". Longer texts are cut off after "length" tokens.
  "tokens": { "level": "word", "vocabularySize": 6000, "lowercase": true, "length": 100 },
  // "lstm", "gru" or "rnn".
  "model": { "cell": "lstm", "layers": 1, "bidirectional": false },
  "hyperparameters": {
    "optimizer": "Adam",
    "learning_rate": 0.002,
    "embedding_dim": 32,
    "units": 32,
    // Against learning by heart: share of inputs, and of states, dropped while training.
    "dropout_rate": 0.2,
    "recurrent_dropout": 0.2,
    "batch_size": 32,
    "epochs": 8,
    "clip_norm": 1,
    // Stops after so many validations without improvement; 0: never.
    "early_stopping": 3
  },
`;

const languageLines = `  "tokens": { "level": "character" },
  // "lstm", "gru" or "rnn".
  "model": { "cell": "lstm", "input": "one-hot", "layers": 1 },
  "hyperparameters": {
    "optimizer": "Adam",
    "learning_rate": 0.005,
    // The rate falls along half a cosine to 0.
    "schedule": "cosine",
    "units": 128,
    // Streams read side by side, and steps of truncated backpropagation through time.
    "batch_size": 16,
    "sequence_length": 50,
    "epochs": 10,
    "clip_norm": 1
  },
`;
