import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import assert from 'node:assert/strict';
import { createRandom } from '../../../../src/base/random';
import { registerKernels } from '../../../../src/kernels/registerKernels';
import { createClassifyProblem } from '../../../../src/lab/training/classifyProblem';
import { type EncodedExample } from '../../../../src/lab/training/corpus';
import { type IdBatch, Network } from '../../../../src/lab/training/network/network';
import {
  directionsOf,
  inputWidthOf,
  type NamedArray,
  type NetworkShape,
} from '../../../../src/lab/training/network/networkShape';
import { useKernels } from '../../../support/kernels';
import { referenceLoss, type ReferenceExample, type SequenceMasks } from '../../../support/referenceNetwork';
import { useBackend, useWasmBackend } from '../../../support/tfjsBackend';
import { gatesOf } from '../../../../src/trace/reading/cellKind';

const base: NetworkShape = {
  cell: 'lstm',
  vocabularySize: 7,
  embeddingWidth: 3,
  units: 4,
  layers: 1,
  bidirectional: false,
  outputs: 3,
  activation: 'tanh',
  answersEveryStep: false,
};
const shapes: Readonly<Record<string, NetworkShape>> = {
  LSTM: base,
  GRU: { ...base, cell: 'gru' },
  'GRU with reset_after': { ...base, cell: 'gru', resetAfter: true },
  'simple RNN': { ...base, cell: 'rnn' },
  'bidirectional LSTM': { ...base, bidirectional: true },
  'two bidirectional GRU layers': { ...base, cell: 'gru', bidirectional: true, layers: 2 },
  'two one-hot LSTM layers': { ...base, embeddingWidth: null, layers: 2 },
};

function drawWeights(shape: NetworkShape): readonly NamedArray[] {
  const random = createRandom(9);
  const draw = (name: string, ...size: number[]): NamedArray => ({
    name,
    shape: size,
    data: Float32Array.from({ length: size.reduce((a, b) => a * b, 1) }, () => 1.6 * random() - 0.8),
  });
  const columns = gatesOf(shape.cell).length * shape.units;
  const arrays = shape.embeddingWidth === null ? [] : [draw('embedding', shape.vocabularySize, shape.embeddingWidth)];
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const direction of directionsOf(shape)) {
      arrays.push(
        draw(`${layer}.${direction}.kernel`, inputWidthOf(shape, layer), columns),
        draw(`${layer}.${direction}.recurrentKernel`, shape.units, columns),
      );
      arrays.push(
        shape.resetAfter === true
          ? draw(`${layer}.${direction}.bias`, 2, columns)
          : draw(`${layer}.${direction}.bias`, columns),
      );
    }
  }
  return [
    ...arrays,
    draw('dense.kernel', shape.units * directionsOf(shape).length, shape.outputs),
    draw('dense.bias', shape.outputs),
  ];
}

/** Three sequences of lengths 5, 2 and 1: two are filled up, with an id that has weights of its own. */
const examples: readonly ReferenceExample[] = [
  { ids: [3, 1, 6, 2, 1], target: 2, weight: 0.5 },
  { ids: [4, 5], target: 0, weight: 2 },
  { ids: [6], target: 1, weight: 1 },
];
const batch: IdBatch = {
  ids: Int32Array.of(3, 1, 6, 2, 1, 4, 5, 0, 0, 0, 6, 0, 0, 0, 0),
  size: 3,
  steps: 5,
  lengths: Int32Array.of(5, 2, 1),
};
const terms = { targets: Int32Array.of(2, 0, 1), weights: Float32Array.of(0.5, 2, 1) };
const dropout = { input: 0.4, recurrent: 0.5 };

interface Computed {
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

function compute(shape: NetworkShape, weights: readonly NamedArray[], isDropped = false): Computed {
  const network = new Network(shape, weights);
  const options = isDropped ? { dropout: { ...dropout, random: createRandom(6) } } : {};
  const { value, grads } = tf.variableGrads(
    () => network.lossOf(network.run(batch, options).features, terms),
    [...network.variables],
  );
  const names = network.read().map(({ name }) => name);
  const gradients = new Map(
    names.map((name, k) => [
      name,
      Float32Array.from((grads[network.variables[k]?.name ?? ''] as tf.Tensor).dataSync<'float32'>()),
    ]),
  );
  const loss = value.dataSync<'float32'>()[0] ?? NaN;
  tf.dispose([value, grads]);
  network.dispose();
  return { loss, gradients };
}

/** Central differences of the reference in float64, of every weight. */
function differences(
  shape: NetworkShape,
  weights: readonly NamedArray[],
  given: readonly ReferenceExample[],
  array: NamedArray,
): number[] {
  const step = 2 ** -10;
  return Array.from(array.data, (_, at) => {
    const at1 = (by: number): number => {
      const moved = { ...array, data: array.data.map((value, k) => (k === at ? value + by : value)) };
      return referenceLoss(
        shape,
        weights.map((each) => (each === array ? moved : each)),
        given,
      );
    };
    return (at1(step) - at1(-step)) / (2 * step);
  });
}

function assertGradients(
  { gradients }: Computed,
  shape: NetworkShape,
  weights: readonly NamedArray[],
  given: readonly ReferenceExample[],
): void {
  for (const array of weights) {
    const expected = differences(shape, weights, given, array);
    const largest = Math.max(...expected.map(Math.abs));
    const found = gradients.get(array.name) ?? new Float32Array();
    const worst = Math.max(...expected.map((value, at) => Math.abs(value - (found[at] ?? NaN))));
    assert.ok(worst < 2e-4 * largest + 1e-6, `${array.name}: off by ${worst} where the largest is ${largest}`);
  }
}

/**
 * The masks as the network draws them: layer by layer and direction by direction, first of the input, then of h; one a
 * sequence.
 */
function drawMasks(shape: NetworkShape): readonly Readonly<Record<string, SequenceMasks>>[] {
  const random = createRandom(6);
  const draw = (width: number, rate: number): number[][] =>
    Array.from({ length: 3 }, () => Array.from({ length: width }, () => (random() < rate ? 0 : 1 / (1 - rate))));
  const masks: Record<string, SequenceMasks>[] = [{}, {}, {}];
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const direction of directionsOf(shape)) {
      const input = draw(inputWidthOf(shape, layer), dropout.input);
      const recurrent = draw(shape.units, dropout.recurrent);
      masks.forEach(
        (each, row) => (each[`${layer}.${direction}`] = { input: input[row] ?? [], recurrent: recurrent[row] ?? [] }),
      );
    }
  }
  return masks;
}

for (const backend of ['wasm', 'cpu'] as const) {
  describe(`a network in training, ${backend === 'wasm' ? 'by the kernels' : 'step by step'}`, () => {
    before(async () => {
      await useWasmBackend();
      registerKernels(await useKernels());
      await useBackend(backend);
    });
    after(useWasmBackend);

    for (const [name, shape] of Object.entries(shapes)) {
      it(`${name}: loss and every gradient are those of the plain formula, over padding and class weights`, () => {
        const weights = drawWeights(shape);
        const computed = compute(shape, weights);
        assert.ok(Math.abs(computed.loss - referenceLoss(shape, weights, examples)) < 1e-5);
        assertGradients(computed, shape, weights, examples);
      });
    }

    for (const name of ['LSTM', 'GRU', 'GRU with reset_after', 'bidirectional LSTM', 'two bidirectional GRU layers']) {
      it(`${name}: dropout of the input and of h is one mask a sequence, the same at every step`, () => {
        const shape = shapes[name] ?? base;
        const weights = drawWeights(shape);
        const masks = drawMasks(shape);
        const masked = examples.map((example, row) => ({ ...example, masks: masks[row] ?? {} }));
        const computed = compute(shape, weights, true);
        assert.ok(Math.abs(computed.loss - referenceLoss(shape, weights, masked)) < 1e-5);
        assert.ok(
          Math.abs(computed.loss - referenceLoss(shape, weights, examples)) > 1e-4,
          `the masks do nothing: ${computed.loss} ${referenceLoss(shape, weights, examples)}`,
        );
        assertGradients(computed, shape, weights, masked);
      });
    }

    it('does not see what a sequence is filled up with, nor give it a gradient', () => {
      const weights = drawWeights(base);
      const other = { ...batch, ids: batch.ids.map((id) => (id === 0 ? 5 : id)) };
      const network = new Network(base, weights);
      const read = (given: IdBatch): number[] =>
        tf.tidy(() => [...network.logitsOf(network.run(given).features).dataSync<'float32'>()]);
      assert.deepEqual(read(batch), read(other));
      network.dispose();
      const { gradients } = compute(base, weights);
      assert.deepEqual([...(gradients.get('embedding') ?? [])].slice(0, 3), [0, 0, 0]);
    });
  });
}

describe('the batches of a classifier', () => {
  const example = (label: number, length: number): EncodedExample => ({
    ids: new Int32Array(length).fill(label + 1),
    label,
    example: { text: '', label: String(label), source: '', line: 0 },
  });
  const training = [
    example(0, 1),
    example(0, 2),
    example(0, 3),
    example(0, 4),
    example(0, 5),
    example(0, 6),
    example(1, 7),
    example(2, 8),
    example(2, 9),
  ];
  const problem = createClassifyProblem(
    { training, validation: [], test: [] },
    { labels: ['0', '1', '2'], batchSize: 4, seed: 1, isBalanced: true },
  );

  it('hold every example once an epoch, filled up at the end, other epochs in other order', () => {
    const epoch = (first: number) =>
      Array.from({ length: problem.stepsPerEpoch }, (_, k) => problem.batchAt(first + k));
    const lengthsOf = (batches: readonly IdBatch[]) => batches.flatMap(({ lengths }) => [...(lengths ?? [])]);
    assert.deepEqual(
      lengthsOf(epoch(1)).sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.notDeepEqual(lengthsOf(epoch(1)), lengthsOf(epoch(1 + problem.stepsPerEpoch)));
    for (const { ids, steps, lengths, targets } of epoch(1)) {
      lengths?.forEach((length, row) => {
        const own = ids.subarray(row * steps, (row + 1) * steps);
        assert.ok(own.every((id, t) => (t < length ? id === (targets[row] ?? 0) + 1 : id === 0)));
      });
    }
  });

  it('weigh each class alike: N / (classes * members)', () => {
    const sums = [0, 0, 0];
    for (let step = 1; step <= problem.stepsPerEpoch; step++) {
      const { targets, weights } = problem.batchAt(step);
      targets.forEach((label, row) => (sums[label] = (sums[label] ?? 0) + (weights?.[row] ?? NaN)));
    }
    for (const sum of sums) assert.ok(Math.abs(sum - 3) < 1e-6, sums.join(' '));
  });
});
