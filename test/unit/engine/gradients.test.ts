import assert from 'node:assert/strict';
import {
  computeGradients,
  type GradientRequest,
  type GradientResult,
  toFloat32Arrays,
} from '../../../src/engine/gradients/gradients';
import { createHead } from '../../../src/engine/gradients/gradientsHead';
import { evaluateTerm, resolveLoss } from '../../../src/engine/gradients/gradientsLoss';
import { type LayerProbe, readScalar, type ScalarInput } from '../../../src/engine/gradients/gradientsScalar';
import { type GradientSource } from '../../../src/engine/gradients/gradientsSource';
import { type RecurrentModel, type RecurrentStage } from '../../../src/network/recurrentModel';
import { type LossChoice } from '../../../src/trace/reading/gradients';
import { outputWidthOf } from '../../../src/cells/initialStates';
import { finish, normals } from '../cells/randomCell';
import { dense, model, recurrent } from './smallModels';

const T = 6;
const D = 3;

interface Case {
  readonly name: string;
  readonly model: RecurrentModel;
  readonly input: ScalarInput;
  readonly losses: readonly LossChoice[];
}

const ids: ScalarInput = { kind: 'ids', ids: Int32Array.of(2, 0, 3, 1, 1, 4) };
const values: ScalarInput = { kind: 'values', data: Float64Array.from(normals(T * D, 21)), width: D };
const last: LossChoice = { at: 'last' };
const all: LossChoice = { at: 'all' };
const size = (H: number, seed: number, width = D): { D: number; H: number; seed: number } => ({ D: width, H, seed });
const embedding = { kind: 'embedding', name: 'e', table: normals(5 * D, 22), vocabularySize: 5, width: D } as const;
const twoWays = (merge: 'concat' | 'sum' | 'mul' | 'ave'): Case => ({
  name: `two bidirectional layers merged by ${merge}`,
  model: model(
    [
      recurrent('lstm', size(4, 1), { merge }),
      recurrent('gru', size(3, 2, merge === 'concat' ? 8 : 4), { merge, extra: { resetAfter: true } }),
      dense([merge === 'concat' ? 6 : 3, 4], 'softmax', 31),
    ],
    { task: 'classify' },
  ),
  input: values,
  losses: [last, all, { at: { step: 2 }, target: 1 }],
});

const cases: readonly Case[] = [
  {
    name: 'embedding, stacked LSTM, softmax of the next token',
    model: model(
      [embedding, recurrent('lstm', size(4, 1)), recurrent('lstm', size(3, 2, 4)), dense([3, 5], 'softmax', 30)],
      { task: 'next-token', vocabularySize: 5 },
    ),
    input: ids,
    losses: [last, all, { at: { step: 2 } }, { at: 'last', target: 3 }, { at: 'all', target: 0 }],
  },
  {
    name: 'one-hot, GRU, masked',
    model: model(
      [
        { ...embedding, maskZero: true },
        recurrent('gru', size(4, 3)),
        recurrent('gru', size(3, 4, 4), { returnSequences: false }),
        dense([3, 2], 'softmax', 32),
      ],
      { task: 'classify', vocabularySize: 5 },
    ),
    input: ids,
    losses: [last, { at: 'last', target: 1 }],
  },
  {
    name: 'a convolution in front',
    model: model(
      [
        embedding,
        {
          kind: 'convolution',
          name: 'v',
          inputWidth: D,
          outputWidth: 2,
          kernel: normals(3 * D * 2, 50),
          bias: normals(2, 51),
          window: { size: 3, stride: 1, dilation: 1, padding: 'same' },
          activation: 'tanh',
        },
        recurrent('lstm', size(4, 20, 2)),
        dense([4, 5], 'softmax', 52),
      ],
      { task: 'classify', vocabularySize: 5 },
    ),
    input: ids,
    losses: [last, all],
  },
  {
    name: 'convolution and pooling in front that make fewer steps, both ways',
    model: model(
      [
        embedding,
        {
          kind: 'convolution',
          name: 'v',
          inputWidth: D,
          outputWidth: 2,
          kernel: normals(2 * D * 2, 53),
          window: { size: 2, stride: 1, dilation: 1, padding: { before: 0, after: 0 } },
          activation: 'tanh',
        },
        {
          kind: 'windowPool',
          name: 'p',
          how: 'average',
          window: { size: 2, stride: 2, dilation: 1, padding: 'same' },
        },
        recurrent('lstm', size(4, 23, 2), { merge: 'concat' }),
        dense([8, 5], 'softmax', 54),
      ],
      { task: 'classify', vocabularySize: 5 },
    ),
    input: ids,
    losses: [last, all],
  },
  {
    name: 'two directions that hand on zeros where a mask skips, behind which every step is looked at',
    model: model(
      [
        { ...embedding, maskZero: true },
        { ...recurrent('lstm', size(4, 19, 3), { merge: 'sum' }), zeroWhereMasked: true } as RecurrentStage,
        dense([4, 3], 'tanh', 48),
        { kind: 'pool', name: 'p', how: 'flatten' },
        dense([3 * T, 2], 'softmax', 49),
      ],
      { task: 'classify', vocabularySize: 5 },
    ),
    input: ids,
    losses: [last, { at: 'last', target: 1 }],
  },
  ...(['concat', 'sum', 'mul', 'ave'] as const).map(twoWays),
  {
    name: 'a sigmoid answer once a sequence, both ways, hidden dense layers',
    model: model(
      [
        recurrent('lstm', size(4, 5), { merge: 'concat', returnSequences: false }),
        dense([8, 5], 'relu', 33),
        dense([5, 1], 'sigmoid', 34),
      ],
      { task: 'classify' },
    ),
    input: values,
    losses: [last, { at: 'last', label: 0 }, { at: 'last', label: 1 }, { at: 'last', target: 0 }],
  },
  {
    name: 'several sigmoid outputs at every step',
    model: model([recurrent('rnn', size(4, 6)), dense([4, 3], 'sigmoid', 35)], { task: 'classify' }),
    input: values,
    losses: [{ at: 'all', target: 1 }, { at: 'last', target: 2, label: 0 }, last],
  },
  {
    name: 'a linear head behind layer normalisation and batch normalisation',
    model: model(
      [
        recurrent('gru', size(4, 7), { extra: { resetAfter: true } }),
        { kind: 'layerNorm', name: 'n', gamma: normals(4, 41), beta: normals(4, 42), epsilon: 1e-3 },
        recurrent('rnn', size(4, 8, 4)),
        { kind: 'scaleShift', name: 's', scale: normals(4, 43), shift: normals(4, 44) },
        dense([4, 2], 'linear', 36),
      ],
      { task: 'regress' },
    ),
    input: values,
    losses: [
      { at: 'last', target: 1 },
      { at: 'all', target: 0 },
    ],
  },
  {
    name: 'a linear head with tanh',
    model: model(
      [
        recurrent('lstm', size(3, 9)),
        dense([3, 2], 'linear', 37),
        { kind: 'activation', name: 'a', activation: 'tanh' },
      ],
      { task: 'regress' },
    ),
    input: values,
    losses: [{ at: 'last', target: 1 }],
  },
  ...(['average', 'max', 'flatten'] as const).map((how): Case => ({
    name: `an answer behind ${how} pooling`,
    model: model(
      [
        recurrent('lstm', size(3, 10)),
        dense([3, 2], 'tanh', 38),
        { kind: 'pool', name: 'p', how },
        dense([how === 'flatten' ? 2 * T : 2, 3], 'softmax', 39),
      ],
      { task: 'classify' },
    ),
    input: values,
    losses: [last, { at: 'last', target: 0 }],
  })),
  {
    name: 'states only',
    model: model([recurrent('lstm', size(3, 11), { merge: 'concat' })], { task: 'states' }),
    input: values,
    losses: [last, all, { at: { step: 1 }, target: 4 }],
  },
  {
    name: 'an encoder and a decoder',
    model: model(
      [
        recurrent('lstm', size(4, 12), { returnSequences: false }),
        { kind: 'repeat', name: 'r', count: 3 },
        recurrent('lstm', size(3, 13, 4)),
        dense([3, 2], 'linear', 40),
      ],
      { task: 'regress' },
    ),
    input: values,
    losses: [
      { at: 'last', target: 1 },
      { at: 'all', target: 0 },
    ],
  },
  {
    name: 'a layer that reads from the end and hands on what it read in its own order',
    model: model(
      [
        {
          kind: 'recurrent',
          name: 'b',
          backward: recurrent('gru', size(4, 14)).forward as never,
          merge: null,
          returnSequences: true,
          outputReversed: true,
        },
        recurrent('rnn', size(3, 15, 4)),
        dense([3, 2], 'softmax', 45),
      ],
      { task: 'classify' },
    ),
    input: values,
    losses: [last, { at: { step: 1 } }],
  },
  {
    name: 'a head that ends in the logarithm of softmax',
    model: model([recurrent('gru', size(4, 18)), dense([4, 3], 'linear', 47), { kind: 'logSoftmax', name: 'log' }], {
      task: 'classify',
    }),
    input: values,
    losses: [
      { at: 'last', target: 1 },
      { at: 'all', target: 0 },
    ],
  },
  {
    name: 'two directions around a layer that reads from the end: the backward one in front, both in their own order',
    model: model(
      [
        {
          ...recurrent('lstm', size(4, 16), { merge: 'concat' }),
          outputReversed: true,
          backwardFirst: true,
        } as RecurrentStage,
        recurrent('rnn', size(3, 17, 8)),
        dense([3, 2], 'softmax', 46),
      ],
      { task: 'classify' },
    ),
    input: values,
    losses: [last, { at: { step: 1 } }],
  },
];

function read(current: Case, input: ScalarInput, probe?: LayerProbe): GradientSource {
  return finish(readScalar(current.model, input, probe));
}

/**
 * The loss of a forward pass; its terms are those of the pass without changes, so that an own answer does not switch.
 */
function lossOf(current: Case, choice: LossChoice, probe?: LayerProbe, input = current.input): number {
  const plain = read(current, current.input);
  const { terms } = resolveLoss(plain, createHead(plain), choice);
  const head = createHead(read(current, input, probe));
  return terms.reduce((sum, term) => sum + evaluateTerm(head, term).value, 0);
}

const epsilon = 1e-5;

function central(f: (change: number) => number): number {
  // Five points: the error is of the order of epsilon^4.
  return (8 * (f(epsilon) - f(-epsilon)) - (f(2 * epsilon) - f(-2 * epsilon))) / (12 * epsilon);
}

function assertClose(actual: Float64Array, expected: readonly number[], name: string, tolerance = 1e-6): void {
  const most = expected.reduce((largest, value) => Math.max(largest, Number.isNaN(value) ? 0 : Math.abs(value)), 0);
  expected.forEach((value, k) => {
    if (Number.isNaN(value)) return;
    const error = Math.abs((actual[k] as number) - value) / (most === 0 ? 1 : most);
    assert.ok(error <= tolerance, `${name}[${k}]: ${actual[k]} and ${value} differ by ${error} of the largest`);
  });
}

function checkAgainstDifferences(current: Case, choice: LossChoice): void {
  const source = read(current, current.input);
  const { arrays } = finish(computeGradients(source, { loss: choice, keepsArrays: true }));
  let largest = 0;
  for (const layer of source.layers) {
    const kinds = layer.weights.cell === 'lstm' ? (['h', 'c'] as const) : (['h'] as const);
    for (const what of kinds) {
      const width = what === 'h' ? outputWidthOf(layer.weights) : layer.weights.units;
      const expected = Array.from({ length: layer.steps * width }, (_, k) => {
        const t = Math.floor(k / width);
        if (layer.mask?.[t] === 0) return NaN;
        return central((change) =>
          lossOf(current, choice, (seen, direction, kind, step, data) => {
            if (seen === layer.layer && direction === layer.direction && kind === what && step === t)
              data[k % width] = (data[k % width] as number) + change;
          }),
        );
      });
      const name = `${layer.layer}.${layer.direction}.dLd${what}`;
      assertClose(arrays.get(name)?.data as Float64Array, expected, name);
      largest = Math.max(largest, ...expected.filter((value) => !Number.isNaN(value)).map(Math.abs));
    }
  }
  assert.ok(largest > 1e-4, 'nothing reaches any layer');
  if (
    current.input.kind !== 'values' ||
    source.layers.some(({ layer, direction }) => layer === 0 && direction === 'backward')
  )
    return;
  const { data } = current.input;
  const expected = Array.from(data, (_, k) =>
    central((change) =>
      lossOf(current, choice, undefined, {
        kind: 'values',
        width: D,
        data: data.map((value, at) => (at === k ? value + change : value)),
      }),
    ),
  );
  assertClose(arrays.get('0.forward.dLdx')?.data as Float64Array, expected, 'dLdx');
}

describe('gradients of a whole model equal finite differences', () => {
  for (const current of cases) {
    for (const choice of current.losses) {
      it(`of ${current.name}, loss ${JSON.stringify(choice)}`, () => checkAgainstDifferences(current, choice));
    }
  }
});

describe('the loss of a gradient', () => {
  const nextToken = cases[0] as Case;
  const run = (request: GradientRequest, input: ScalarInput = ids): ReturnType<typeof finishNorms> =>
    finishNorms(nextToken, request, input);

  it('of a next-token model is by default that of the last step whose target is known', () => {
    assert.deepEqual(run({ loss: last }).lossSteps, [T - 2]);
    assert.deepEqual(run({ loss: { at: 'last', target: 2 } }).lossSteps, [T - 1]);
    assert.deepEqual(run({ loss: all }).lossSteps, [0, 1, 2, 3, 4]);
  });

  it('is refused for one token, with what to do', () => {
    assert.throws(() => run({ loss: last }, { kind: 'ids', ids: Int32Array.of(1) }), /at least two tokens/);
    assert.deepEqual(run({ loss: { at: 'last', target: 2 } }, { kind: 'ids', ids: Int32Array.of(1) }).lossSteps, [0]);
  });

  it('is refused past the end, before the beginning, at a broken step and for an output that is not there', () => {
    for (const step of [T, -1, 1.5, NaN])
      assert.throws(() => run({ loss: { at: { step } } }), /choose one from 0 to 5/);
    assert.throws(() => run({ loss: { at: { step: T - 1 } } }), /what follows it is not known/);
    assert.throws(() => run({ loss: { at: 'last', target: 5 } }), /0 to 4/);
    assert.throws(() => run({ loss: { at: 'last', label: 1 } }), /two classes/);
  });

  it('of a model that answers once is known at the last step only', () => {
    const once = cases[1] as Case;
    assert.throws(() => finishNorms(once, { loss: all }, ids), /answers once/);
    assert.throws(() => finishNorms(once, { loss: { at: { step: 2 } } }, ids), /answers once/);
    assert.deepEqual(finishNorms(once, { loss: { at: { step: T - 1 } } }, ids).lossSteps, [T - 1]);
  });

  it('of a model whose head cannot be computed is taken of the states, and says so', () => {
    const headless: Case = {
      ...nextToken,
      model: model([embedding, recurrent('lstm', size(4, 1)), { kind: 'unsupported', name: 'odd', why: 'it is odd' }], {
        task: 'classify',
        vocabularySize: 5,
      }),
    };
    const norms = finishNorms(headless, { loss: last }, ids);
    assert.match(norms.lossName, /sum of h at step 5/);
    assert.match(norms.notes.join(' '), /odd/);
  });

  it('from a step on is exactly that of all steps, and NaN before', () => {
    const losses: readonly LossChoice[] = [last, all, { at: { step: 3 } }];
    for (const loss of losses) {
      const whole: GradientResult = finish(computeGradients(read(nextToken, ids), { loss, keepsArrays: true }));
      const part: GradientResult = finish(computeGradients(read(nextToken, ids), { loss, keepsArrays: true, from: 2 }));
      const files = [whole, part].map((result) => finish(toFloat32Arrays(result, 2)));
      assert.deepEqual(files[1], files[0]);
      for (const [k, { dLdh, dLdGate }] of part.norms.layers.entries()) {
        for (const [norms, everything] of [
          [dLdh, whole.norms.layers[k]?.dLdh],
          [dLdGate.f, whole.norms.layers[k]?.dLdGate.f],
        ]) {
          assert.deepEqual([...(norms?.mantissa ?? [])], [NaN, NaN, ...(everything?.mantissa.subarray(2) ?? [])]);
        }
      }
      assert.ok(part.norms.notes.some((note) => note.includes('from step 2')));
    }
  });

  it('from a step behind the loss, or of a model that reads backward, is refused', () => {
    for (const from of [4, -1, 0.5])
      assert.throws(() => run({ loss: { at: { step: 3 } }, from }), /is not one from 0 to the loss at step 3/);
    assert.throws(() => finishNorms(twoWays('concat'), { loss: last, from: 2 }, values), /reads backward too/);
  });

  it('cut after k steps does not reach farther back', () => {
    const { layers } = run({ loss: last, truncateAfter: 2 });
    assert.deepEqual(
      [...(layers[1]?.dLdh.mantissa ?? [])].map((value) => value > 0),
      [false, false, true, true, true, false],
    );
  });
});

function finishNorms(current: Case, request: GradientRequest, input: ScalarInput) {
  return finish(computeGradients(read(current, input), request)).norms;
}
