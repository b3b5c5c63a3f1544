import { filesBeside, filesHanded, findVocabularies } from '../findVocabularies';
import { type Handler } from '../workerContext';

/** What a model file leaves open, and what lies beside it that may answer. */
export const modelQuestions: Handler<'modelQuestions'> = async (
  { models },
  { model: reference, beside = {} },
  { signal, pace },
) => {
  const lease = await models.lease(reference, signal);
  try {
    const { input, torch, window } = lease.prepared.model;
    const size = input.kind === 'tokens' ? input.vocabularySize : (torch?.embeddings[0]?.rows ?? 0);
    const files = reference.kind === 'file' ? filesBeside(reference.path) : filesHanded(beside);
    const vocabularies = size > 1 ? await findVocabularies(files, size, pace) : [];
    return { vocabularies, ...(torch === undefined ? {} : { torch }), ...(window === undefined ? {} : { window }) };
  } finally {
    lease.dispose();
  }
};
