import path from 'node:path';
import { withInterrupt } from '../../base/interrupt';
import { type TrainingPlan } from '../../trace/lab/trainingEvents';
import { createClassifyProblem } from './classifyProblem';
import { type Corpus, readCorpus } from './corpus';
import { type DataOrder, dataPlaceOf } from './labReach';
import { remarkOnIdleKeys } from './idleKeys';
import { type LabSettings, parseLabSettings } from './labSettings';
import { initializeNetwork, type NamedArray, type NetworkShape, shapeOf } from './network/networkShape';
import { createNextTokenProblem } from './nextTokenProblem';
import { type Problem } from './problem';
import { readLabFile } from './readLabFile';

/** A lab file and its data, read and checked: all that a training needs before its first step. */
export interface PreparedTraining {
  /** The lab file as it stands. */
  readonly text: string;
  readonly settings: LabSettings;
  readonly corpus: Corpus;
  readonly problem: Problem;
  readonly shape: NetworkShape;
  /** Weights before the first step. */
  readonly weights: readonly NamedArray[];
  /** Steps of the whole run. */
  readonly steps: number;
}

/**
 * Reads a lab file and its data. `breathe` is called now and then, and `interrupt`
 * while weights are drawn; either may throw to end it.
 */
export async function prepareTraining(
  order: DataOrder,
  breathe?: () => Promise<void>,
  interrupt?: () => void,
): Promise<PreparedTraining> {
  const text = readLabFile(order.settingsPath);
  const settings = parseLabSettings(text, path.basename(order.settingsPath));
  const corpus = await readCorpus(settings, dataPlaceOf(order, settings.data.folder), undefined, breathe);
  const problem = createProblem(settings, corpus);
  const shape = shapeOf(settings, corpus.inspector.vocabulary.length, problem.outputs);
  const { steps, epochs } = settings.hyperparameters;
  return {
    text,
    settings,
    corpus,
    problem,
    shape,
    weights: withInterrupt(interrupt, () => initializeNetwork(shape, settings)),
    steps: steps ?? Math.max(1, Math.round(epochs * problem.stepsPerEpoch)),
  };
}

/** What is to be trained, for people to see. */
export function planOf({ settings, corpus, problem, weights, steps }: PreparedTraining): TrainingPlan {
  const { name, task, tokens, model, hyperparameters } = settings;
  const { sample } = corpus;
  return {
    name,
    task,
    steps,
    stepsPerEpoch: problem.stepsPerEpoch,
    parameters: weights.reduce((sum, { data }) => sum + data.length, 0),
    sizes: problem.sizes,
    remarks: [...remarksOn(settings), ...remarkOnIdleKeys(settings), ...corpus.remarks],
    ...(sample === undefined ? {} : { sample }),
    ...(corpus.data === undefined ? {} : { data: corpus.data }),
    settings: { seed: settings.seed, ...tokens, ...model, ...hyperparameters },
  };
}

/** What of the settings cannot work, though it may be asked for. */
function remarksOn({ hyperparameters: { init_mode: init, activation } }: LabSettings): readonly string[] {
  // With h = 0 at each step no gradient reaches the output weights, nor through them what is below.
  const staysZero = init === 'zero' && ['tanh', 'relu', 'linear', 'softsign'].includes(activation);
  return staysZero
    ? [
        `"init_mode": "zero" cannot learn with "${activation}": input weights of 0 leave every state at 0, and only the biases of the output learn.`,
      ]
    : [];
}

/** The problem that the data and the task make. */
export function createProblem(settings: LabSettings, corpus: Corpus): Problem {
  const { batch_size: batchSize, sequence_length: steps, class_weights: classWeights } = settings.hyperparameters;
  if (corpus.texts !== undefined) {
    return createNextTokenProblem(corpus.texts, {
      streams: batchSize,
      steps,
      vocabularySize: corpus.inspector.vocabulary.length,
    });
  }
  if (corpus.examples === undefined) throw new Error('A corpus holds texts or examples.');
  const labels = corpus.inspector.labels ?? [];
  return createClassifyProblem(corpus.examples, {
    labels,
    batchSize,
    seed: settings.seed,
    isBalanced: classWeights === 'balanced',
  });
}
