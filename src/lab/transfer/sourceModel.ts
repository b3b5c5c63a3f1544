import { InspectorError } from '../../base/errors';
import { type InspectorSettings } from '../../models/inspectorSettings';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type LabSettings } from '../training/labSettings';
import { isLanguageModel, layersOfModel, type SourceLayers } from './sourceNetwork';

/** A model to transfer from: its layers, and how its tokens are read. */
export interface SourceModel {
  readonly layers: SourceLayers;
  readonly inspector: InspectorSettings;
  readonly remarks: readonly string[];
}

/** What a model is to a transfer; refuses, by name, what the lab cannot train on or read texts for. */
export function sourceOfModel(model: RecurrentModel, settings: LabSettings): SourceModel {
  const layers = layersOfModel(model);
  const { inspector, remarks } = readVocabulary(model, layers.shape.vocabularySize);
  if (inspector.level !== settings.tokens.level) {
    throw new InspectorError(
      'settings-invalid',
      `The source reads ${inspector.level}s and this file ${settings.tokens.level}s; set "tokens.level" to "${inspector.level}".`,
    );
  }
  if (settings.task === 'next-token' && layers.shape.bidirectional) {
    throw new InspectorError(
      'model-unsupported',
      `${model.name} reads from the end too, so it cannot go on as a language model. Choose a source that reads forwards.`,
    );
  }
  const dropped = layers.dropped.length > 0 ? [`Left behind: ${layers.dropped.join(', ')}.`] : [];
  const fresh =
    settings.task === 'next-token' && !isLanguageModel(layers)
      ? ['The source is no language model: it gets a new language head first.']
      : [];
  return { layers, inspector, remarks: [...remarks, ...dropped, ...fresh] };
}

/** A token for each row: rows without one get an empty text. */
function readVocabulary(
  model: RecurrentModel,
  rows: number,
): { readonly inspector: InspectorSettings; readonly remarks: readonly string[] } {
  const { vocabulary: spec, task, labels, stages } = model;
  if (spec === undefined) {
    throw new InspectorError(
      'model-needs-answer',
      `The vocabulary of ${model.name} is not known. Name it in NAME.inspector.json beside it, or as "sourceVocabulary".`,
    );
  }
  if (spec.kind === 'huggingFace') {
    throw new InspectorError(
      'model-unsupported',
      `${model.name} reads the pieces of words of a tokenizer.json, and a lab file reads characters or words. Choose another source.`,
    );
  }
  const isPadded = stages.some((stage) => stage.kind === 'embedding' && stage.maskZero === true);
  const inspector: InspectorSettings = {
    version: 1,
    name: model.name,
    task,
    level: spec.level,
    vocabulary: Array.from({ length: rows }, (_, id) => spec.vocabulary[id] ?? ''),
    folding: spec.kind === 'list' ? spec.folding : 'none',
    ...(spec.lookup === undefined ? {} : { lookup: spec.lookup }),
    lowercase: spec.lowercase,
    ...(spec.unknownId === undefined ? {} : { unknown: spec.unknownId }),
    ...(isPadded ? { padding: 0 } : {}),
    ...(labels === undefined ? {} : { labels }),
  };
  return {
    inspector,
    remarks:
      spec.kind === 'keras'
        ? ["The source's own tokenizer is Keras's; here its words are found by this project's rules."]
        : [],
  };
}
