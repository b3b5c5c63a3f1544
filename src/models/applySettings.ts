import { InspectorError } from '../base/errors';
import { type ModelFiles } from './fileAccess';
import { createTokenizer, parseInspectorSettings, type InspectorSettings } from './inspectorSettings';
import { type OneHotStage, type RecurrentModel } from '../network/recurrentModel';
import { type ListVocabulary } from '../text/vocabularySpec';

/**
 * The settings that lie beside a model file: `NAME.inspector.json`, else `inspector.json`; null where there are none.
 */
export function readSettingsBeside(files: ModelFiles): InspectorSettings | null {
  for (const name of [`${files.name}.inspector.json`, 'inspector.json']) {
    const file = files.sibling(name);
    if (file !== null) return parseInspectorSettings(new TextDecoder().decode(file.read(0, file.size)), name);
  }
  return null;
}

/**
 * The model with what its file cannot say: the tokens that its input stands for, its task, its labels and its window. A
 * model that reads vectors as wide as the vocabulary gets the one-hot stage that its training had outside of it.
 */
export function applySettings(model: RecurrentModel, settings: InspectorSettings): RecurrentModel {
  checkWidth(model, settings.vocabulary.length);
  const vocabularySize = model.input.kind === 'tokens' ? model.input.vocabularySize : model.input.width;
  const oneHot: OneHotStage = { kind: 'oneHot', name: 'one-hot', width: vocabularySize };
  const { task, labels, window, padding, paddingSide, description, figures } = settings;
  return {
    ...model,
    ...(description !== undefined && { description }),
    ...(figures !== undefined && { figures }),
    input: { kind: 'tokens', vocabularySize, tokenizer: createTokenizer(settings) },
    vocabulary: describeVocabulary(settings),
    stages: model.input.kind === 'values' ? [oneHot, ...model.stages] : model.stages,
    task,
    ...(labels === undefined ? {} : { labels }),
    ...(window === undefined ? {} : { window }),
    ...(padding === undefined ? {} : { padding }),
    ...(paddingSide === undefined ? {} : { paddingSide }),
  };
}

function describeVocabulary(settings: InspectorSettings): ListVocabulary {
  const { level, vocabulary, unknown, lowercase, folding, lookup = 'nearest' } = settings;
  return {
    kind: 'list',
    level,
    vocabulary,
    lowercase,
    saysCase: true,
    folding,
    lookup,
    ...(unknown === undefined ? {} : { unknownId: unknown }),
  };
}

/** A table may have more rows than there are tokens; a one-hot vector has one place for each. */
function checkWidth({ name, input }: RecurrentModel, count: number): void {
  const fits = input.kind === 'tokens' ? count <= input.vocabularySize : count === input.width;
  if (fits) return;
  const has =
    input.kind === 'tokens' ? `it knows ${input.vocabularySize} token ids` : `its input is ${input.width} wide`;
  throw new InspectorError('model-damaged', `${name}: ${has}, and the vocabulary beside it lists ${count} tokens.`);
}
