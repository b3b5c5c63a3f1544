import { InspectorError } from '../../base/errors';
import { createCharacterTokenizer } from '../../text/characterTokenizer';
import { type TimeLimit, type Tokenizer } from '../../text/tokenizer';
import { createWordTokenizer } from '../../text/wordTokenizer';
import { createHuggingFaceTokenizer } from './huggingFaceTokenizer';
import { createKerasTokenizer } from './kerasTokenizer';
import { type KerasVocabulary, type ListVocabulary, type VocabularySpec } from '../../text/vocabularySpec';

const unlimited: TimeLimit = (_, run) => run();

/**
 * Makes the tokenizer that a vocabulary describes. Ids from `limit` on, which the model has no row for, count as
 * unknown; what may never end runs within `timeLimit`.
 */
export function createTokenizerOf(spec: VocabularySpec, limit: number, timeLimit: TimeLimit = unlimited): Tokenizer {
  switch (spec.kind) {
    case 'list': {
      const { kind: _kind, level, ...vocabulary } = limited(spec, limit);
      return level === 'word' ? createWordTokenizer(vocabulary) : createCharacterTokenizer(vocabulary);
    }
    case 'keras':
      return createKerasTokenizer(limited(spec, limit));
    case 'huggingFace':
      if (spec.size > limit)
        throw new InspectorError(
          'model-needs-answer',
          `The vocabulary has ${spec.size} tokens, the model ${limit}. Name the one it was trained with (--vocab).`,
        );
      return createHuggingFaceTokenizer(spec, timeLimit);
  }
}

function limited<Spec extends ListVocabulary | KerasVocabulary>(spec: Spec, limit: number): Spec {
  return spec.vocabulary.length <= limit ? spec : { ...spec, vocabulary: spec.vocabulary.slice(0, limit) };
}
