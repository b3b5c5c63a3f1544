import { searchSchema } from '../search/searchSchema';
import { transferSchema } from '../transfer/transferSchema';
import { cellKinds } from '../../trace/reading/cellKind';

/** The subset of JSON Schema (2020-12) that lab files need; also what the editor gets for completion and hover help. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly description?: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Absent: unknown keys are refused. */
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  /** Any one fits (alternatives of simple types only). */
  readonly anyOf?: readonly Schema[];
}

/** The optimizers, by the names of Keras. */
export const optimizerNames = ['SGD', 'RMSprop', 'Adagrad', 'Adadelta', 'Adam', 'Adamax', 'Nadam'] as const;

/** The initialisations of the input kernels, by the names of Keras. */
export const initModes = [
  'uniform',
  'lecun_uniform',
  'normal',
  'zero',
  'glorot_normal',
  'glorot_uniform',
  'he_normal',
  'he_uniform',
  'orthogonal',
] as const;

/** The activations of the recurrent layer's candidate and output, by the names of Keras. */
export const activationNames = [
  'softmax',
  'softplus',
  'softsign',
  'relu',
  'tanh',
  'sigmoid',
  'hard_sigmoid',
  'linear',
] as const;

const file: Schema = {
  type: 'object',
  required: ['path'],
  properties: {
    path: {
      type: 'string',
      description: 'Path of the file, or of a folder with one folder per class, relative to "folder".',
    },
    label: { type: 'string', description: 'The class of every line of this file (format "lines").' },
    pattern: {
      type: 'string',
      description: 'Regular expression whose first group is the text of a line (format "lines").',
    },
    encoding: { type: 'string', description: 'Encoding of the file where it is not UTF-8 and has no byte-order mark.' },
    gutenberg: {
      type: 'boolean',
      default: false,
      description: "Cut off Project Gutenberg's licence before and after the book.",
    },
    from: { type: 'string', description: 'Where the file is to be had.' },
    licence: { type: 'string', description: 'Licence of the file.' },
    credit: { type: 'string', description: 'Who is to be named.' },
  },
};

const split: Schema = {
  type: 'object',
  description:
    'How the data is split into training, validation and test parts. Nothing is ever chosen on the test part.',
  required: ['by'],
  properties: {
    by: {
      type: 'string',
      enum: ['last-tenths', 'file-hash', 'line-modulo', 'stratified'],
      description:
        'last-tenths: of each running text the last tenth is test, the tenth before it validates. file-hash: whole files, by SHA-256 modulo 10. ' +
        'line-modulo: duplicates removed, then line number modulo 10: 9 test, 8 validation. stratified: a seeded shuffle that keeps class shares.',
    },
    rotation: {
      type: 'integer',
      minimum: 0,
      maximum: 9,
      default: 0,
      description: 'Moves the parts of line-modulo on.',
    },
    validation: {
      type: 'number',
      minimum: 0,
      maximum: 0.9,
      default: 0.1,
      description: 'Share of the validation part (stratified).',
    },
    test: {
      type: 'number',
      minimum: 0,
      maximum: 0.9,
      default: 0.1,
      description: 'Share of the test part (stratified).',
    },
  },
};

const data: Schema = {
  type: 'object',
  description: 'Where the texts are, what form they have and how they are split.',
  required: ['format', 'files', 'split'],
  properties: {
    format: {
      type: 'string',
      enum: ['text', 'lines', 'table', 'jsonl', 'folders'],
      description:
        'text: running text. lines: an example a line, a class a file. table: CSV or TSV. jsonl: an object a line. folders: a folder a class, a file an example.',
    },
    folder: {
      type: 'string',
      default: '.',
      description: 'Folder of the files, relative to this settings file; the command line can name another (--data).',
    },
    files: { type: 'array', minItems: 1, description: 'The files, or folders, of the data.', items: file },
    textColumn: {
      anyOf: [{ type: 'string' }, { type: 'integer', minimum: 0 }],
      description: 'Column that holds the text: its name, or its number from 0.',
    },
    labelColumn: {
      anyOf: [{ type: 'string' }, { type: 'integer', minimum: 0 }],
      description: 'Column that holds the label.',
    },
    header: {
      anyOf: [{ type: 'boolean' }, { enum: ['auto'] }],
      default: 'auto',
      description: 'Whether the first row names the columns.',
    },
    delimiter: { type: 'string', description: 'What separates columns; found out where it is not given.' },
    quotes: { type: 'boolean', description: 'Whether cells may be quoted; by default in .csv, not in .tsv and .txt.' },
    split,
  },
};

const tokens: Schema = {
  type: 'object',
  description: 'How a text is cut into tokens. The vocabulary comes from the training part alone.',
  required: ['level'],
  properties: {
    level: {
      type: 'string',
      enum: ['character', 'word'],
      description:
        'What the model reads a step: a character (with its marks) or a word. Words of Chinese, Japanese, Thai, Lao, Khmer and Burmese are found by Intl.Segmenter.',
    },
    vocabularySize: {
      type: 'integer',
      minimum: 3,
      maximum: 200000,
      default: 6000,
      description: 'Words or characters kept, the most frequent, padding and unknown included.',
    },
    minimumCount: { type: 'integer', minimum: 1, default: 1, description: 'Rarer words or characters are unknown.' },
    lowercase: {
      type: 'boolean',
      default: true,
      description:
        'Texts are read in lower case, but for a language model of characters, which learns capital letters.',
    },
    folding: {
      type: 'string',
      enum: ['none', 'ascii'],
      default: 'none',
      description:
        'none: letters and marks are read as written. ascii, for English: characters are read as printable ASCII, words without any mark; ' +
        'other scripts are then unknown or fall together.',
    },
    length: {
      type: 'integer',
      minimum: 1,
      maximum: 10000,
      default: 100,
      description: 'Longer examples are cut off after so many tokens (classify).',
    },
  },
};

const model: Schema = {
  type: 'object',
  description: 'Embedding (or one-hot) -> recurrent layers -> Dense(softmax).',
  required: ['cell'],
  properties: {
    cell: {
      type: 'string',
      enum: [...cellKinds].reverse(),
      description: 'LSTM, GRU (reset_after false), minGRU (Feng et al. 2024) or simple RNN.',
    },
    input: {
      type: 'string',
      enum: ['one-hot', 'embedding'],
      default: 'embedding',
      description: 'What the first recurrent layer reads of a token.',
    },
    layers: {
      type: 'integer',
      minimum: 1,
      maximum: 8,
      default: 1,
      description: 'Recurrent layers, one upon the other.',
    },
    bidirectional: { type: 'boolean', default: false, description: 'Also read from the end (classify only).' },
    forgetBias: {
      type: 'number',
      default: 1,
      description: "Bias of the LSTM's forget gate before training. With 0 its gradient decays like a plain RNN's.",
    },
    recurrentInit: {
      type: 'string',
      enum: initModes,
      default: 'orthogonal',
      description: 'Initialisation of the recurrent kernels.',
    },
  },
};

/** The hyperparameters of a training; a search varies any of them. */
export const hyperparameters: Schema = {
  type: 'object',
  description: 'What a search may vary.',
  properties: {
    optimizer: {
      type: 'string',
      enum: optimizerNames,
      default: 'Adam',
      description: 'What turns gradients into steps.',
    },
    learning_rate: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 100,
      description: "Absent: the optimizer's usual rate.",
    },
    schedule: {
      type: 'string',
      enum: ['constant', 'cosine'],
      default: 'constant',
      description: 'cosine: the rate falls along half a cosine to 0 at the last step.',
    },
    init_mode: {
      type: 'string',
      enum: initModes,
      default: 'glorot_uniform',
      description: 'Initialisation of input and dense kernels.',
    },
    activation: {
      type: 'string',
      enum: activationNames,
      description: "Of the recurrent layer's candidate and output; absent: tanh, of a minGRU linear.",
    },
    dropout_rate: {
      type: 'number',
      minimum: 0,
      maximum: 0.9,
      default: 0,
      description: "Share of a recurrent layer's inputs dropped, one mask a sequence.",
    },
    recurrent_dropout: {
      type: 'number',
      minimum: 0,
      maximum: 0.9,
      default: 0,
      description: 'Share of h dropped in the recurrent product, one mask a sequence.',
    },
    embedding_dim: {
      type: 'integer',
      minimum: 1,
      maximum: 4096,
      default: 32,
      description: 'Numbers that stand for a token (input "embedding").',
    },
    units: { type: 'integer', minimum: 1, maximum: 4096, default: 32, description: 'Units of each recurrent layer.' },
    batch_size: {
      type: 'integer',
      minimum: 1,
      maximum: 4096,
      default: 32,
      description: 'Examples (or streams of text) a step.',
    },
    epochs: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 10000,
      default: 5,
      description: 'Passes over the training part; a fraction is allowed.',
    },
    steps: { type: 'integer', minimum: 1, maximum: 10000000, description: 'Optimizer steps, in place of epochs.' },
    sequence_length: {
      type: 'integer',
      minimum: 2,
      maximum: 10000,
      default: 100,
      description: 'Steps of truncated backpropagation through time (next-token).',
    },
    state_reset: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0,
      description:
        'Share of the streams that a batch reads from zeros; the others carry their state over (next-token). Some keep long-read states bounded.',
    },
    clip_norm: {
      type: 'number',
      minimum: 0,
      default: 0,
      description: 'Gradients are scaled down to this norm over all weights; 0: never.',
    },
    weight_decay: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Decoupled: each step takes rate * weight_decay * weight off (all but biases).',
    },
    early_stopping: {
      type: 'integer',
      minimum: 0,
      default: 0,
      description: 'Stop after so many validations without improvement; 0: never.',
    },
    validate_every: {
      type: 'integer',
      minimum: 1,
      description: 'Optimizer steps between validations; absent: once an epoch.',
    },
    keep: {
      type: 'string',
      enum: ['best', 'last'],
      default: 'best',
      description: 'The weights that are saved: those of the best validation, or the last.',
    },
    class_weights: {
      anyOf: [{ enum: ['none', 'balanced'] }],
      default: 'none',
      description: 'balanced: each class weighs as much as any other.',
    },
  },
};

const training: Schema = {
  type: 'object',
  description: 'What is kept while it trains.',
  default: {},
  properties: {
    keepEpochs: {
      type: 'boolean',
      default: false,
      description: 'Keep a model of every epoch, so that one can see how gates and gradients changed while it learnt.',
    },
  },
};

/** The schema of `*.lstm-lab.json`. */
export const labSchema: Schema & Readonly<Record<string, unknown>> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'LSTM Inspector lab file',
  type: 'object',
  required: ['name', 'task', 'data', 'tokens', 'model'],
  properties: {
    $schema: { type: 'string', description: 'Where the schema of this file lies.' },
    name: { type: 'string', description: 'Name of the model, and of its folder.' },
    description: { type: 'string', description: 'One line about it.' },
    task: {
      type: 'string',
      enum: ['next-token', 'classify'],
      description: 'next-token: a language model. classify: one label a text.',
    },
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: 4294967295,
      default: 1,
      description: 'The same seed gives the same model on the same path.',
    },
    data,
    tokens,
    model,
    hyperparameters: { ...hyperparameters, default: {} },
    training,
    search: searchSchema,
    transfer: transferSchema,
  },
};
