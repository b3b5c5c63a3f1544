/** The part of a lab file that sets a transfer, as JSON Schema; the lab's schema includes it. */
export const transferSchema = {
  type: 'object',
  description:
    'How a trained model is transferred to the data of this file: lstm-inspector transfer, or the Transfer lens on this file.',
  required: ['source'],
  properties: {
    source: {
      type: 'string',
      description:
        'A bundled model, or the path of a model file relative to this one: model.json, .h5, .keras, .onnx, .pt, .safetensors, with its NAME.inspector.json beside it.',
    },
    sourceVocabulary: {
      type: 'string',
      description: "The file with the source's vocabulary, where neither the model nor its inspector.json holds it.",
    },
    vocabulary: {
      type: 'string',
      enum: ['keep', 'extend'],
      default: 'extend',
      description:
        'keep: words the source does not know are unknown. extend: they get new rows of the embedding, trained even while the rest is frozen.',
    },
    freeze: {
      type: 'array',
      description: 'Layers whose weights stay as they are while the new head is trained.',
      default: ['embedding', 'recurrent'],
      items: { type: 'string', enum: ['embedding', 'recurrent'] },
    },
    newRecurrentLayers: {
      type: 'integer',
      minimum: 0,
      maximum: 4,
      default: 0,
      description: "New recurrent layers of the source's kind and size between its layers and the new softmax layer.",
    },
    fineTune: {
      type: 'object',
      description: 'The last phase: everything is trained at a low rate. Absent: the frozen layers stay frozen.',
      properties: {
        epochs: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 10000,
          default: 10,
          description: 'Passes over the target while fine-tuning.',
        },
        learning_rate: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 100,
          default: 0.0005,
          description: 'Rate of the uppermost layer while fine-tuning.',
        },
        rateFall: {
          type: 'number',
          minimum: 1,
          maximum: 1000,
          default: 2.6,
          description:
            'Each layer further down learns at a rate this many times smaller (Howard and Ruder 2018 use 2.6).',
        },
        gradual: {
          type: 'boolean',
          default: true,
          description: 'Unfreeze one layer after the other from the top, a phase each.',
        },
      },
    },
    labels: {
      type: 'array',
      description:
        'Sizes of the labelled training part to compare, for a learning curve; absent: all of it. An empty list: no labels, transductive only.',
      items: { type: 'integer', minimum: 2 },
    },
    seeds: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 1,
      description:
        'Runs of each size; each draws other examples, and with "split" by line-modulo takes another rotation.',
    },
    adaptLanguage: {
      type: 'object',
      description:
        "Train the source's layers on as a language model of the target's training text, without its labels. A classifier gets a language head for it and its own head back; " +
        'a language model goes on from there to the new layers.',
      properties: {
        epochs: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 10000,
          default: 5,
          description: 'Passes over the target text as a language model.',
        },
        learning_rate: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 100,
          default: 0.001,
          description: 'Rate of the language model.',
        },
        sequence_length: {
          type: 'integer',
          minimum: 2,
          maximum: 10000,
          default: 20,
          description: 'Steps of truncated backpropagation through time.',
        },
      },
    },
    pseudoLabels: {
      type: 'object',
      description: 'Transductive: the source model labels the target texts itself, the sure ones are learnt from.',
      properties: {
        confidence: {
          type: 'number',
          minimum: 0.5,
          maximum: 1,
          default: 0.9,
          description: 'Least probability of a pseudo-label.',
        },
        epochs: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 10000,
          default: 3,
          description: 'Passes over the target with the labels that the model gave itself.',
        },
        learning_rate: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 100,
          default: 0.001,
          description: 'Rate of the adaptation by pseudo-labels.',
        },
      },
    },
    sourceLabels: {
      type: 'object',
      description:
        "The source's label for each label of this data, where they have other names; needed to judge the source as it is, and for pseudo-labels.",
      additionalProperties: { type: 'string' },
    },
    sentence: {
      type: 'string',
      description:
        'The sentence on which the gates are shown after the transfer minus before; absent: the test text whose answer got most better.',
    },
    baseline: {
      type: 'object',
      description:
        'The same network trained from scratch on the same examples, at the best of these rates on validation.',
      properties: {
        learning_rates: {
          type: 'array',
          minItems: 1,
          items: { type: 'number', exclusiveMinimum: 0 },
          default: [0.001, 0.003, 0.01],
          description: 'Rates that are tried from scratch; validation chooses.',
        },
        epochs: {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 10000,
          default: 40,
          description: 'Most passes of the baseline from scratch; it stops early.',
        },
      },
    },
  },
} as const;
