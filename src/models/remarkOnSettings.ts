import { type RecurrentModel } from '../network/recurrentModel';
import { widthBehind } from '../network/stageShape';
import { type VocabularySpec } from '../text/vocabularySpec';
import { type OwnSettings } from './ownSettings';

/** What the settings of a model file are remarked on with. */
export interface Remarked {
  readonly model: RecurrentModel;
  readonly vocabulary?: VocabularySpec;
  /** One part of the model is read alone. */
  readonly isPart: boolean;
}

/** What of a key that stands in the settings has no effect on a model, and why; null where all has. */
type Rule = (settings: OwnSettings, remarked: Remarked) => string | null;

const always: Rule = () => null;
const textKey: Rule = (_, { model, vocabulary }) => {
  if (vocabulary === undefined) return 'the model has no vocabulary';
  if (vocabulary.kind === 'huggingFace') return 'the tokenizer.json says how a text is read';
  return vocabulary === model.ownVocabulary ? 'the model file says itself how a text is read' : null;
};
const windowKey: Rule = ({ window }, { model }) =>
  (window ?? model.window) === undefined ? 'the model has no "window"' : null;

/** By key of media/schemas/inspector.schema.json. */
const rules: Readonly<Record<string, Rule>> = {
  $schema: always,
  version: always,
  name: (_, { model: { name }, isPart }) =>
    isPart || /(^|\/)model\.json$/.test(name) ? null : 'only a model.json goes by it, others by the name of their file',
  vocabulary: always,
  vocabularyKey: ({ vocabulary: said }, { vocabulary }) => {
    if (Array.isArray(said)) return 'the vocabulary is in the settings themselves';
    if (vocabulary === undefined) return 'the model has no vocabulary';
    const isOneList = vocabulary.kind === 'huggingFace' || isTokenizer(vocabulary);
    return isOneList ? 'the vocabulary file is a tokenizer and holds one list' : null;
  },
  level: textKey,
  lowercase: textKey,
  folding: (settings, remarked) =>
    textKey(settings, remarked) ??
    (remarked.vocabulary?.kind === 'keras' && isTokenizer(remarked.vocabulary)
      ? 'a Keras Tokenizer folds nothing'
      : null),
  lookup: textKey,
  unknown: textKey,
  offset: textKey,
  padding: ({ paddingSide, ...settings }, remarked) => {
    // A transfer leaves that id out of the vocabulary of a model of the lab's.
    if (remarked.model.format === 'tfjs') return null;
    const hasSide = (paddingSide ?? remarked.model.paddingSide) !== undefined;
    return windowKey(settings, remarked) ?? (hasSide ? null : 'there is no "paddingSide"');
  },
  paddingSide: windowKey,
  window: always,
  task: (_, { isPart }) => (isPart ? 'a part of the model is read alone' : null),
  labels: ({ labels = [] }, { model }) => {
    const width = outputsOf(model);
    if (width === undefined) return null;
    return labels.length === width ? null : `it names ${labels.length} outputs of ${width}; the rest go by numbers`;
  },
  description: always,
  figures: always,
  architecture: always,
  order: always,
  embedding: always,
  head: always,
  activations: ({ open }, { model }) => {
    const taken = model.torch?.activations.map(({ name }) => name) ?? [];
    const used = [...taken, ...model.stages.flatMap((stage) => (stage.kind === 'dense' ? [stage.name] : []))];
    const idle = Object.keys(open.activations ?? {}).filter((name) => !used.includes(name));
    return idle.length === 0
      ? null
      : `${idle.slice(0, 5).map(quote).join(', ')} is no RNN or linear layer that is used`;
  },
  inputs: always,
};

const torchKeys = ['order', 'embedding', 'head', 'activations'];
const readBy: Readonly<Record<string, { readonly keys: readonly string[]; readonly what: string }>> = {
  torch: { keys: torchKeys, what: 'PyTorch' },
  safetensors: { keys: torchKeys, what: 'PyTorch' },
  onnx: { keys: ['inputs'], what: 'ONNX' },
  'keras-h5': { keys: ['architecture'], what: 'Keras' },
};
const ownedKeys = Object.values(readBy).flatMap(({ keys }) => keys);

/**
 * A line for each key of an `.inspector.json` that is without effect on this model: unknown ones, those that only files
 * of another format need, and those that this model or its vocabulary leaves no room for.
 */
export function remarkOnSettings(settings: OwnSettings, remarked: Remarked): readonly string[] {
  const here = readBy[remarked.model.format]?.keys ?? [];
  return (settings.keys ?? []).flatMap((key) => {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) return [`The settings have ${quote(key)}, which is no key of theirs: it has no effect.`];
    if (ownedKeys.includes(key) && !here.includes(key)) {
      const owner = Object.values(readBy).find(({ keys }) => keys.includes(key));
      return [`The settings have ${quote(key)}, which is for ${owner?.what ?? 'other'} files: it has no effect here.`];
    }
    const why = rule(settings, remarked);
    return why === null ? [] : [`The settings have ${quote(key)}, all or part of it without effect here: ${why}.`];
  });
}

const quote = (key: string): string => JSON.stringify(key.slice(0, 60));

/** A Tokenizer of Keras, which says how it splits; a bare word_index does not. */
function isTokenizer(vocabulary: VocabularySpec): boolean {
  return vocabulary.kind === 'keras' && vocabulary.saysCase === undefined;
}

/** Units of the output; undefined where the model has none or nobody can say. */
function outputsOf({ stages, input }: RecurrentModel): number | undefined {
  const first = input.kind === 'values' ? input.width : undefined;
  return stages.reduce<number | undefined>((width, stage) => widthBehind(stage, width), first);
}
