import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '../../base/errors';
import { pushAll } from '../../base/extremes';
import { type EvaluationFigures } from '../../trace/lab/trainingEvents';
import { type Split } from '../../data/example';
import { type NamedIds } from './corpus';
import { answersOf, sumOfLosses } from './network/crossEntropy';
import { type Network } from './network/network';
import { type Evaluation, type Problem, type TrainingBatch } from './problem';
import { type PassState } from './network/recurrentPass';

/** B streams, T steps of truncated backpropagation through time (Williams and Peng 1990), V symbols. */
export interface StreamSizes {
  readonly streams: number;
  readonly steps: number;
  readonly vocabularySize: number;
}

/** How a text is read for its figure: cut into streams that each start from zeros, so many steps at a time. */
interface Reading {
  readonly streams: number;
  readonly steps: number;
}

/** Validation is read in many streams at once: fast, and a few thousandths of a nat worse than one long reading. */
const validationReading: Reading = { streams: 32, steps: 200 };
/**
 * The test figure is that of each text read from eight starts: from one alone a state that traps the network would be
 * all there is.
 */
const testReading: Reading = { streams: 8, steps: 250 };

/**
 * A language model's problem: the training texts one after the other are cut into B contiguous streams; a batch is the
 * next T steps of each, and the state carries over. Every epoch begins a little later in the text, from zeros.
 */
export function createNextTokenProblem(texts: Split<readonly NamedIds[]>, sizes: StreamSizes): Problem {
  const training = concatenate(texts.training);
  const stepsPerEpoch = Math.floor((training.length - 1 - sizes.steps) / (sizes.streams * sizes.steps));
  if (stepsPerEpoch < 1) {
    const wanted = sizes.streams * sizes.steps + sizes.steps + 1;
    throw new InspectorError(
      'data-invalid',
      `${training.length} tokens are too few to train on; give ${wanted}, or lower "batch_size" or "sequence_length".`,
    );
  }
  const count = (part: readonly NamedIds[]): number => part.reduce((sum, { ids }) => sum + ids.length, 0);
  return {
    outputs: sizes.vocabularySize,
    stepsPerEpoch,
    sizes: [training.length, count(texts.validation), count(texts.test)],
    batchAt: (step) => cutBatch(training, { ...sizes, stepsPerEpoch, step }),
    evaluate: (network, part, breathe) =>
      evaluateTexts(network, texts[part], { ...(part === 'test' ? testReading : validationReading), breathe }),
  };
}

interface BatchPlace extends StreamSizes {
  readonly stepsPerEpoch: number;
  readonly step: number;
}

function cutBatch(training: Int32Array, { streams, steps, stepsPerEpoch, step }: BatchPlace): TrainingBatch {
  const epoch = Math.floor((step - 1) / stepsPerEpoch);
  const within = (step - 1) % stepsPerEpoch;
  const shift = (epoch * 37) % steps;
  const ids = new Int32Array(streams * steps);
  const targets = new Int32Array(streams * steps);
  for (let stream = 0; stream < streams; stream++) {
    const start = shift + (stream * stepsPerEpoch + within) * steps;
    ids.set(training.subarray(start, start + steps), stream * steps);
    targets.set(training.subarray(start + 1, start + 1 + steps), stream * steps);
  }
  return { ids, targets, size: streams, steps, continues: within > 0 };
}

function concatenate(texts: readonly NamedIds[]): Int32Array {
  const whole = new Int32Array(texts.reduce((sum, { ids }) => sum + ids.length, 0));
  let at = 0;
  for (const { ids } of texts) {
    whole.set(ids, at);
    at += ids.length;
  }
  return whole;
}

interface ReadingOptions extends Reading {
  readonly breathe: () => Promise<void>;
}

/**
 * Small texts (source files) are read one after the other as one; a few large ones are each a part with its own figure.
 */
async function evaluateTexts(
  network: Network,
  texts: readonly NamedIds[],
  options: ReadingOptions,
): Promise<Evaluation> {
  const groups = texts.length <= 8 ? texts : [{ name: 'all', ids: concatenate(texts) }];
  const parts: { name: string; figures: EvaluationFigures }[] = [];
  const starts: number[] = [];
  for (const { name, ids } of groups) {
    const { losses, ...figures } = await evaluateText(network, ids, options);
    parts.push({ name, figures });
    pushAll(starts, losses);
  }
  const count = parts.reduce((sum, { figures }) => sum + figures.count, 0);
  const mean = (pick: (figures: EvaluationFigures) => number): number =>
    parts.reduce((sum, { figures }) => sum + (figures.count > 0 ? pick(figures) * figures.count : 0), 0) / count;
  return {
    loss: mean(({ loss }) => loss),
    accuracy: mean(({ accuracy }) => accuracy),
    count,
    parts: parts.length > 1 ? parts : [],
    starts,
  };
}

async function evaluateText(
  network: Network,
  ids: Int32Array,
  { breathe, ...reading }: ReadingOptions,
): Promise<EvaluationFigures & { readonly losses: readonly number[] }> {
  const streams = Math.max(1, Math.min(reading.streams, Math.floor((ids.length - 1) / 100)));
  const length = Math.floor((ids.length - 1) / streams);
  const total = { right: 0, count: 0 };
  const losses = new Float64Array(streams);
  let states: readonly PassState[] | undefined;
  for (let from = 0; from < length; from += reading.steps) {
    const batch = cutStreams(ids, { streams, length, from, to: Math.min(length, from + reading.steps) });
    const next = tf.tidy(() => {
      const run = network.run(batch, states === undefined ? {} : { states });
      const probabilities = tf.softmax(network.logitsOf(run.features)).dataSync<'float32'>();
      const answers = answersOf(probabilities, network.shape.outputs);
      addLosses(losses, probabilities, batch);
      total.right += batch.targets.reduce((sum, target, at) => sum + (answers[at] === target ? 1 : 0), 0);
      total.count += batch.targets.length;
      return run.states as unknown as tf.TensorContainer;
    }) as unknown as readonly PassState[];
    if (states !== undefined) tf.dispose(states as unknown as tf.TensorContainer);
    states = next;
    await breathe();
  }
  if (states !== undefined) tf.dispose(states as unknown as tf.TensorContainer);
  const loss = losses.reduce((sum, each) => sum + each, 0) / total.count;
  const { right, count } = total;
  return { loss, accuracy: right / count, count, losses: Array.from(losses, (each) => each / length) };
}

/** Adds each stream's sum of losses; probabilities are [streams * steps, V]. */
function addLosses(losses: Float64Array, probabilities: Float32Array, { targets, steps }: TrainingBatch): void {
  const outputs = probabilities.length / targets.length;
  losses.forEach((sum, stream) => {
    const [from, to] = [stream * steps, (stream + 1) * steps];
    const own = probabilities.subarray(from * outputs, to * outputs);
    losses[stream] = sum + sumOfLosses(own, outputs, { targets: targets.subarray(from, to) });
  });
}

interface StreamCut {
  readonly streams: number;
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

function cutStreams(ids: Int32Array, { streams, length, from, to }: StreamCut): TrainingBatch {
  const steps = to - from;
  const inputs = new Int32Array(streams * steps);
  const targets = new Int32Array(streams * steps);
  for (let stream = 0; stream < streams; stream++) {
    const start = stream * length + from;
    inputs.set(ids.subarray(start, start + steps), stream * steps);
    targets.set(ids.subarray(start + 1, start + 1 + steps), stream * steps);
  }
  return { ids: inputs, targets, size: streams, steps, continues: from > 0 };
}
