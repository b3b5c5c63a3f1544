import { type WorkerAnswer } from '../../session/engineClient';

/** What a model file leaves open; see the worker's request `modelQuestions`. */
export type ModelQuestions = WorkerAnswer<'modelQuestions'>;
/** A file beside a model that lists its tokens. */
export type VocabularyCandidate = ModelQuestions['vocabularies'][number];
/** What was taken for what in a PyTorch file. */
export type TorchChoices = NonNullable<ModelQuestions['torch']>;
