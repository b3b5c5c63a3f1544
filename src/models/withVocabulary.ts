import { InspectorError } from '../base/errors';
import { type TimeLimit } from '../text/tokenizer';
import { type OwnModel } from './ownModel';
import { type OneHotStage, type RecurrentModel } from '../network/recurrentModel';
import { createTokenizerOf } from './vocabulary/createTokenizerOf';
import { vocabularySizeOf } from '../text/vocabularySpec';

/**
 * The model with its tokenizer, labels and window. A model that reads vectors as wide as the vocabulary gets the
 * one-hot stage that its training had outside of it. A tokenizer of the file's runs within `timeLimit`; without one
 * nothing ends it.
 */
export function withVocabulary(own: OwnModel, timeLimit?: TimeLimit): RecurrentModel {
  const { model, vocabulary, task, labels, window, padding, paddingSide } = own;
  const said = {
    ...(task === undefined ? {} : { task }),
    ...(labels === undefined ? {} : { labels }),
    ...(window === undefined ? {} : { window }),
    ...(padding === undefined ? {} : { padding }),
    ...(paddingSide === undefined ? {} : { paddingSide }),
  };
  if (vocabulary === undefined) return { ...model, ...said };
  const size = vocabularySizeOf(vocabulary);
  if (model.input.kind === 'tokens') {
    const { vocabularySize } = model.input;
    return {
      ...model,
      ...said,
      vocabulary,
      input: { kind: 'tokens', vocabularySize, tokenizer: createTokenizerOf(vocabulary, vocabularySize, timeLimit) },
    };
  }
  if (size !== model.input.width) {
    throw new InspectorError(
      'model-needs-answer',
      `${model.name}: the vocabulary has ${size} tokens, but the model reads ${model.input.width} numbers a step. Which vocabulary was it trained with (--vocab)?`,
    );
  }
  const oneHot: OneHotStage = { kind: 'oneHot', name: 'one-hot', width: size };
  const dense = model.stages.filter((stage) => stage.kind === 'dense').at(-1);
  const isNextToken = model.task === 'classify' && dense?.kind === 'dense' && dense.outputWidth === size;
  return {
    ...model,
    ...(isNextToken ? { task: 'next-token' as const } : {}),
    ...said,
    vocabulary,
    input: { kind: 'tokens', vocabularySize: size, tokenizer: createTokenizerOf(vocabulary, size, timeLimit) },
    stages: [oneHot, ...model.stages],
  };
}
