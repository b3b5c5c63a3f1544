import { largestOf } from '../../base/extremes';
import { predictExamples } from '../training/classifyProblem';
import { type Corpus, type EncodedExample } from '../training/corpus';
import { Network } from '../training/network/network';
import { trainLanguage, unlabelledTexts, withHeadOf } from './languageLayers';
import { describeModel, evaluate, runPhase, type TransferredModel } from './phase';
import { withSourceHead } from './sourceHead';
import { type SourceNetwork } from './sourceNetwork';
import { tellResult, type TransferRun } from './transferRun';

/** What came of the target's texts without their labels. */
export interface Adapted {
  /** The source's layers trained on as a language model; null where that was not asked for. */
  readonly layers: TransferredModel | null;
  /** The last adapted classifier; null where the source has other labels, or nothing was adapted. */
  readonly classifier: SourceNetwork | null;
}

/**
 * Judges the source as it is, then each adaptation of it that the lab file asks for, by the target's test labels alone.
 */
export async function adaptWithoutLabels(run: TransferRun): Promise<Adapted> {
  const { corpus, transfer } = run;
  const source = withSourceHead(run);
  const common = { labels: 0, examples: 0 };
  if (source !== null) tellResult(run, { way: 'source', ...common, ...(await evaluate(run, source, corpus)) });
  const fromSource =
    source === null ? null : await learnOwnAnswers(run, 'pseudo-labels', { teacher: source, pupil: source });
  if (transfer.adaptLanguage === undefined) return { layers: null, classifier: fromSource };
  const { epochs, learning_rate: rate, sequence_length: sequenceLength } = transfer.adaptLanguage;
  const layers = await trainLanguage(run, {
    way: 'language layers',
    corpus: unlabelledTexts(corpus),
    epochs,
    rate,
    sequenceLength,
  });
  if (source === null) return { layers, classifier: null };
  const pupil = withHeadOf(layers.network, source);
  const figures = await evaluate(run, pupil, corpus);
  tellResult(run, {
    way: 'language layers',
    labels: 0,
    examples: layers.examples,
    ...figures,
    seconds: layers.outcome.seconds,
    epoch: layers.epoch,
  });
  const both = await learnOwnAnswers(run, 'language, pseudo-labels', { teacher: source, pupil });
  return { layers, classifier: both ?? fromSource ?? pupil };
}

interface Lesson {
  readonly teacher: SourceNetwork;
  readonly pupil: SourceNetwork;
}

/**
 * Self-training (Yarowsky 1995; Lee 2013): the teacher labels the training texts, the pupil learns from the sure
 * answers.
 */
async function learnOwnAnswers(
  run: TransferRun,
  way: 'pseudo-labels' | 'language, pseudo-labels',
  { teacher, pupil }: Lesson,
): Promise<SourceNetwork | null> {
  const { pseudoLabels } = run.transfer;
  if (pseudoLabels === undefined) return null;
  const examples = await labelBy(run, teacher, pseudoLabels.confidence);
  if (examples.length === 0) return null;
  const taught = withTraining(run.corpus, examples);
  const model = await runPhase(run, {
    way,
    stage: 'all layers',
    labels: 0,
    network: pupil,
    corpus: taught,
    epochs: pseudoLabels.epochs,
    rate: pseudoLabels.learning_rate,
    isUnlabelled: true,
  });
  tellResult(run, describeModel(model));
  return model.network;
}

async function labelBy(
  { corpus, host }: TransferRun,
  { shape, weights }: SourceNetwork,
  confidence: number,
): Promise<readonly EncodedExample[]> {
  const training = corpus.examples?.training ?? [];
  const network = new Network(shape, weights);
  try {
    const probabilities = await predictExamples(network, training, () => host.breathe());
    return training.flatMap((example, k) => {
      const row = probabilities[k] ?? new Float32Array();
      const most = largestOf(row);
      return most >= confidence ? [{ ...example, label: row.indexOf(most) }] : [];
    });
  } finally {
    network.dispose();
  }
}

/** The corpus with another training part. */
export function withTraining(corpus: Corpus, training: readonly EncodedExample[]): Corpus {
  const { validation = [], test = [] } = corpus.examples ?? {};
  return { ...corpus, examples: { training, validation, test } };
}
