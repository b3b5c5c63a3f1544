/** The part of a lab file that sets a search, as JSON Schema; the lab's schema includes it. */
export const searchSchema = {
  type: 'object',
  description: 'How hyperparameters are searched: lstm-inspector search, or the Search lens on this file.',
  required: ['method', 'space'],
  properties: {
    method: {
      type: 'string',
      enum: ['grid', 'random', 'hand-tuned', 'gp', 'tpe'],
      description:
        'grid: every point of the product. random: drawn evenly. hand-tuned: the trials under "listed". gp: Gaussian process with expected improvement. tpe: tree-structured Parzen estimator.',
    },
    trials: {
      type: 'integer',
      minimum: 1,
      maximum: 100000,
      default: 30,
      description: 'Trials in the study; what an earlier run or another worker has done counts.',
    },
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: 4294967295,
      default: 1,
      description: "Seed of the sampler; trials train with the file's own seed.",
    },
    objective: {
      type: 'string',
      enum: ['validation_accuracy', 'validation_loss', 'gradient_half_life', 'saturated_forget_gates'],
      default: 'validation_accuracy',
      description:
        'What is to be best. validation_accuracy (large), validation_loss (small): the best epoch of a trial counts. gradient_half_life (large): steps in which the gradient of the answer halves on its way back. saturated_forget_gates (small): share of forget gate values under 0.1 or over 0.9. Both are measured on the weights that are kept, and stand beside every trial whatever the objective is.',
    },
    sentence: {
      type: 'string',
      description:
        'The sentence on which gradient_half_life and saturated_forget_gates are measured; by default 16 texts of the validation part.',
    },
    parallel: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      description: 'Trials at a time, each in a thread of its own; by default one fewer than there are cores.',
    },
    keepModels: {
      type: 'boolean',
      default: true,
      description: 'Write the model of each complete trial beside the journal, to be inspected.',
    },
    space: {
      type: 'object',
      description: 'The hyperparameters that vary, by name: {"low", "high", "log", "step"} or {"choices"}.',
      additionalProperties: {
        type: 'object',
        properties: {
          low: { type: 'number' },
          high: { type: 'number' },
          log: { type: 'boolean', description: 'Even on a logarithmic scale.' },
          step: { type: 'number', exclusiveMinimum: 0 },
          choices: {
            type: 'array',
            minItems: 1,
            items: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
          },
        },
      },
    },
    listed: {
      type: 'array',
      description: 'The trials of the hand-tuned method: a value for each hyperparameter of the space.',
      items: {
        type: 'object',
        additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
      },
    },
    gridPoints: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 4,
      description: 'Values the grid tries of a parameter that has no steps.',
    },
    startupTrials: {
      type: 'integer',
      minimum: 1,
      description: 'Trials drawn at random before the first estimate; 8 for gp, 10 for tpe.',
    },
    gamma: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1,
      default: 0.15,
      description: 'Share of trials that tpe takes as good.',
    },
    candidates: {
      type: 'integer',
      minimum: 1,
      description: 'Points that gp (1000) or tpe (24) looks at for each trial.',
    },
    pruning: {
      type: 'boolean',
      default: true,
      description: 'Stop a trial that is worse than the median of the others at the same epoch.',
    },
    study: { type: 'string', description: 'Name of the study; by default the file name of the journal.' },
    journal: {
      type: 'string',
      default: 'study.journal.log',
      description: "Optuna's journal file that keeps the study, relative to the output folder.",
    },
  },
} as const;
