import { largestOf } from '../../base/extremes';
import * as tf from '@tensorflow/tfjs-core';
import { InspectorError } from '../../base/errors';
import { createRandom, shuffle } from '../../base/random';
import { type Split } from '../../data/example';
import { type Mistake } from '../../trace/lab/trainingEvents';
import { type EncodedExample } from './corpus';
import { answersOf, sumOfLosses } from './network/crossEntropy';
import { type Network } from './network/network';
import { type Evaluation, type Problem, type TrainingBatch } from './problem';

/** How examples are put into batches. */
export interface ClassifyOptions {
  readonly labels: readonly string[];
  readonly batchSize: number;
  readonly seed: number;
  /** Each class weighs as much as any other. */
  readonly isBalanced: boolean;
}

const keptMistakes = 200;

/** A classifier's problem: every epoch shuffles, puts examples of like length together, and shuffles the batches. */
export function createClassifyProblem(examples: Split<readonly EncodedExample[]>, options: ClassifyOptions): Problem {
  const { training } = examples;
  if (training.length === 0)
    throw new InspectorError('data-invalid', 'The training part holds no example with a known word.');
  const stepsPerEpoch = Math.ceil(training.length / options.batchSize);
  const classWeights = options.isBalanced ? balance(training, options.labels.length) : null;
  const orderOf = rememberLast((epoch: number) => orderBatches(training, options, epoch));
  return {
    outputs: options.labels.length,
    stepsPerEpoch,
    sizes: [training.length, examples.validation.length, examples.test.length],
    batchAt: (step) => {
      const batches = orderOf(Math.floor((step - 1) / stepsPerEpoch));
      return packBatch(batches[(step - 1) % stepsPerEpoch] ?? [], classWeights);
    },
    evaluate: (network, part, breathe) =>
      evaluateExamples(network, examples[part], { labels: options.labels, breathe }),
  };
}

function orderBatches(
  training: readonly EncodedExample[],
  options: ClassifyOptions,
  epoch: number,
): readonly (readonly EncodedExample[])[] {
  const random = createRandom(options.seed * 1_000_003 + epoch);
  const order = shuffle([...training], random).sort((a, b) => a.ids.length - b.ids.length);
  return shuffle(chunk(order, options.batchSize), random);
}

function chunk<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

function rememberLast<T>(compute: (key: number) => T): (key: number) => T {
  let last: { readonly key: number; readonly value: T } | null = null;
  return (key) => {
    if (last?.key !== key) last = { key, value: compute(key) };
    return last.value;
  };
}

/** N / (classes * members), as scikit-learn's "balanced". */
function balance(training: readonly EncodedExample[], classes: number): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const { label } of training) counts[label] = (counts[label] ?? 0) + 1;
  return counts.map((count) => (count === 0 ? 0 : training.length / (classes * count)));
}

/** Filled up at the end with id 0 to the longest of the batch. */
function packBatch(members: readonly EncodedExample[], classWeights: readonly number[] | null): TrainingBatch {
  const steps = Math.max(1, largestOf(members.map(({ ids }) => ids.length)));
  const ids = new Int32Array(members.length * steps);
  members.forEach((member, row) => ids.set(member.ids, row * steps));
  return {
    ids,
    size: members.length,
    steps,
    lengths: Int32Array.from(members, (member) => member.ids.length),
    targets: Int32Array.from(members, ({ label }) => label),
    ...(classWeights === null ? {} : { weights: Float32Array.from(members, ({ label }) => classWeights[label] ?? 1) }),
    continues: false,
  };
}

interface EvaluateOptions {
  readonly labels: readonly string[];
  readonly breathe: () => Promise<void>;
}

async function evaluateExamples(
  network: Network,
  part: readonly EncodedExample[],
  { labels, breathe }: EvaluateOptions,
): Promise<Evaluation> {
  const confusion = labels.map(() => labels.map(() => 0));
  const mistakes: Mistake[] = [];
  let loss = 0;
  let right = 0;
  const byLength = [...part].sort((a, b) => a.ids.length - b.ids.length);
  for (const members of chunk(byLength, 64)) {
    const batch = packBatch(members, null);
    const probabilities = predict(network, batch);
    loss += sumOfLosses(probabilities, labels.length, batch);
    answersOf(probabilities, labels.length).forEach((answer, row) => {
      const { label, example } = members[row] as EncodedExample;
      const counts = confusion[label] ?? [];
      counts[answer] = (counts[answer] ?? 0) + 1;
      if (answer === label) right++;
      else
        mistakes.push(describeMistake(example, labels[answer] ?? '', probabilities[row * labels.length + answer] ?? 0));
    });
    await breathe();
  }
  mistakes.sort((a, b) => b.probability - a.probability);
  return {
    loss: loss / part.length,
    accuracy: right / part.length,
    count: part.length,
    parts: [],
    confusion,
    mistakes: mistakes.slice(0, keptMistakes),
  };
}

/** The network's probabilities of each class for each example, in the order given. */
export async function predictExamples(
  network: Network,
  examples: readonly EncodedExample[],
  breathe: () => Promise<void>,
): Promise<readonly Float32Array[]> {
  const rows: Float32Array[] = [];
  for (const members of chunk(examples, 64)) {
    const probabilities = predict(network, packBatch(members, null));
    const classes = probabilities.length / members.length;
    members.forEach((_, row) => rows.push(probabilities.slice(row * classes, (row + 1) * classes)));
    await breathe();
  }
  return rows;
}

/** Probabilities of each class, [B, classes]. */
function predict(network: Network, batch: TrainingBatch): Float32Array {
  let probabilities = new Float32Array(0);
  tf.tidy(() => {
    probabilities = Float32Array.from(tf.softmax(network.logitsOf(network.run(batch).features)).dataSync<'float32'>());
  });
  return probabilities;
}

function describeMistake(example: EncodedExample['example'], answer: string, probability: number): Mistake {
  return {
    text: example.text,
    source: example.source,
    line: example.line + 1,
    label: example.label,
    answer,
    probability,
  };
}
