import assert from 'node:assert/strict';
import { backwardThroughTime } from '../../../src/cells/backwardThroughTime';
import { rowsOf } from '../../support/keptRows';
import { outputWidthOf } from '../../../src/cells/initialStates';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { addToSequence, createGradientSequence } from '../../../src/cells/gradientSequence';
import { type ForwardHook, referenceForward, type ReferenceFields } from '../../../src/cells/referenceForward';
import { finish, normals, randomCell } from './randomCell';

const T = 7;
const D = 3;
const H = 4;

interface Case {
  readonly name: string;
  readonly weights: CellWeights;
  readonly reversed?: boolean;
  readonly mask?: Uint8Array;
}

const lstm = (extra: Partial<CellWeights> = {}): CellWeights => randomCell('lstm', { D, H, seed: 5 }, extra);
const gru = (extra: Partial<CellWeights> = {}): CellWeights => randomCell('gru', { D, H, seed: 6 }, extra);
const rnn = (extra: Partial<CellWeights> = {}): CellWeights => randomCell('rnn', { D, H, seed: 7 }, extra);
const minGru = (extra: Partial<CellWeights> = {}): CellWeights =>
  randomCell('mingru', { D, H, seed: 8 }, { activation: 'linear', ...extra });

const cases: readonly Case[] = [
  { name: 'an LSTM', weights: lstm() },
  { name: 'an LSTM read from the end', weights: lstm(), reversed: true },
  { name: 'an LSTM with a masked middle and end', weights: lstm(), mask: Uint8Array.of(1, 1, 0, 0, 1, 1, 0) },
  {
    name: 'a reversed GRU with padding on the left',
    weights: gru({ resetAfter: true }),
    reversed: true,
    mask: Uint8Array.of(0, 0, 1, 1, 1, 1, 1),
  },
  { name: 'an LSTM with peepholes', weights: lstm({ peepholes: normals(3 * H, 1, 0.7) }) },
  { name: 'an LSTM with a projection', weights: lstm({ projection: normals(H * 2, 2) }) },
  { name: 'an LSTM with f = 1 - i and peepholes', weights: lstm({ inputForget: true, peepholes: normals(3 * H, 3) }) },
  { name: 'an LSTM with a clip that bites', weights: lstm({ clip: 0.5 }) },
  { name: 'an LSTM with initial states', weights: lstm({ initialH: normals(H, 8), initialC: normals(H, 9) }) },
  { name: 'an LSTM with hard sigmoid gates', weights: lstm({ recurrentActivation: 'hard_sigmoid' }) },
  { name: 'an LSTM with Keras 3 hard sigmoid gates', weights: lstm({ recurrentActivation: 'hard_sigmoid_keras3' }) },
  { name: 'a simple RNN with ReLU', weights: rnn({ activation: 'relu' }) },
  {
    name: 'a simple RNN with exponential',
    weights: rnn({ activation: { kind: 'exponential' }, recurrentKernel: normals(H * H, 13, 0.1) }),
  },
  {
    name: 'an LSTM with GELU and its own output activation',
    weights: lstm({ activation: { kind: 'gelu' }, outputActivation: 'softsign' }),
  },
  { name: 'an LSTM with softmax as its activation', weights: lstm({ activation: 'softmax' }) },
  { name: 'an LSTM with softmax gates', weights: lstm({ recurrentActivation: 'softmax' }) },
  { name: 'a GRU with the reset gate before the product', weights: gru() },
  {
    name: 'a GRU with the reset gate after the product',
    weights: gru({ resetAfter: true, recurrentBias: normals(3 * H, 4, 0.3) }),
  },
  { name: 'a clipped GRU with swish', weights: gru({ activation: { kind: 'swish' }, clip: 0.8 }) },
  {
    name: 'a clipped GRU, reset after, with ELU',
    weights: gru({ activation: { kind: 'elu' }, clip: 0.8, resetAfter: true }),
  },
  { name: 'a GRU with an initial state', weights: gru({ initialH: normals(H, 10) }) },
  { name: 'a minGRU', weights: minGru() },
  {
    name: 'a minGRU with an initial state, read from the end',
    weights: minGru({ initialH: normals(H, 10) }),
    reversed: true,
  },
  { name: 'a minGRU with a masked middle', weights: minGru(), mask: Uint8Array.of(1, 1, 0, 0, 1, 1, 0) },
  { name: 'a clipped minGRU with GELU', weights: minGru({ activation: { kind: 'gelu' }, clip: 0.5 }) },
  { name: 'a minGRU with softmax', weights: minGru({ activation: 'softmax' }) },
  { name: 'a simple RNN', weights: rnn() },
  { name: 'a simple RNN with a clip, read from the end', weights: rnn({ clip: 0.6 }), reversed: true },
  { name: 'a simple RNN with softplus', weights: rnn({ activation: 'softplus' }) },
  ...(['affine', 'scaledTanh', 'hardSigmoid', 'leakyRelu', 'thresholdedRelu', 'selu', 'relu6'] as const).map(
    (kind) => ({
      name: `a simple RNN with ${kind}`,
      weights: rnn({
        activation:
          kind === 'affine' || kind === 'scaledTanh'
            ? { kind, alpha: 0.7, beta: 0.4 }
            : kind === 'thresholdedRelu'
              ? { kind, alpha: 0.3 }
              : { kind },
      }),
    }),
  ),
];

const x = Float64Array.from(normals(T * D, 11));

function forward({ weights, reversed, mask }: Case, input: Float64Array, probe?: ForwardHook): ReferenceFields {
  return finish(
    referenceForward(weights, {
      steps: T,
      input: (t, into) => into.set(input.subarray(t * D, (t + 1) * D)),
      ...(reversed === undefined ? {} : { reversed }),
      ...(mask === undefined ? {} : { mask }),
      ...(probe === undefined ? {} : { hook: probe }),
    }),
  );
}

/** L = sum over t of r(t) . h(t), with r of a few steps zero. */
function lossWeights(P: number): Float64Array {
  const r = Float64Array.from(normals(T * P, 12));
  return r.map((value, k) => ([1, 4].includes(Math.floor(k / P)) ? 0 : value));
}

function loss(current: Case, input: Float64Array, probe?: ForwardHook): number {
  const h = forward(current, input, probe).h as Float64Array;
  const r = lossWeights(outputWidthOf(current.weights));
  return h.reduce((sum, value, k) => sum + value * (r[k] as number), 0);
}

interface Gradients {
  readonly h: Float64Array;
  readonly c: Float64Array;
  readonly a: Float64Array;
  readonly x: Float64Array;
}

function backward(current: Case): Gradients {
  const { weights } = current;
  const P = outputWidthOf(weights);
  const G = weights.bias.length;
  const outer = createGradientSequence(T, 1, P);
  const r = lossWeights(P);
  for (let t = 0; t < T; t++) addToSequence(outer, t, 0, { data: r, at: t * P, exponent: 0 });
  const result = {
    h: new Float64Array(T * P),
    c: new Float64Array(T * H),
    a: new Float64Array(T * G),
    x: new Float64Array(T * D),
  };
  const kept = {
    weights,
    row: rowsOf(forward(current, x)),
    input: (t: number, into: Float64Array) => into.set(x.subarray(t * D, (t + 1) * D)),
  };
  finish(
    backwardThroughTime(kept, {
      outer,
      reversed: current.reversed === true,
      ...(current.mask === undefined ? {} : { mask: current.mask }),
      record: ({ t, batch, dx, dxAt, isSkipped }) => {
        const scale = 2 ** (batch.exponent[0] as number);
        result.h.set(
          batch.states.h.map((value) => value * scale),
          t * P,
        );
        result.c.set(batch.states.c?.map((value) => value * scale) ?? [], t * H);
        if (isSkipped) return;
        result.a.set(
          batch.da.map((value) => value * scale),
          t * G,
        );
        result.x.set(
          dx.subarray(dxAt, dxAt + D).map((value) => value * scale),
          t * D,
        );
      },
    }),
  );
  return result;
}

const epsilon = 1e-6;

/** Central differences of the loss with respect to what the probe sees at step t, unit j. */
function difference(current: Case, what: 'a' | 'c' | 'h', t: number, j: number): number {
  const at = (sign: number): number =>
    loss(current, x, (seen, step, values) => {
      if (seen === what && step === t) values[j] = (values[j] as number) + sign * epsilon;
    });
  return (at(1) - at(-1)) / (2 * epsilon);
}

function inputDifference(current: Case, k: number): number {
  const at = (sign: number): number =>
    loss(
      current,
      x.map((value, index) => (index === k ? value + sign * epsilon : value)),
    );
  return (at(1) - at(-1)) / (2 * epsilon);
}

function assertClose(actual: Float64Array, expected: Float64Array, name: string): void {
  const most = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  assert.ok(most > 0, `${name} is all zero`);
  actual.forEach((value, k) => {
    const error = Math.abs(value - (expected[k] as number)) / most;
    assert.ok(error <= 1e-6, `${name}[${k}]: ${value} and ${expected[k]} differ by ${error} of the largest`);
  });
}

describe('backpropagation through time equals finite differences', () => {
  for (const current of cases) {
    it(`of ${current.name}`, () => {
      const found = backward(current);
      const P = outputWidthOf(current.weights);
      const G = current.weights.bias.length;
      const isRead = (t: number): boolean => current.mask?.[t] !== 0;
      const byProbe = (what: 'a' | 'c' | 'h', width: number): Float64Array =>
        Float64Array.from({ length: T * width }, (_, k) => {
          const t = Math.floor(k / width);
          return isRead(t) ? difference(current, what, t, k % width) : NaN;
        });
      const compare = (actual: Float64Array, expected: Float64Array, name: string): void =>
        assertClose(
          actual.filter((_, k) => !Number.isNaN(expected[k])),
          expected.filter((value) => !Number.isNaN(value)),
          name,
        );
      compare(found.h, byProbe('h', P), 'dLdh');
      if (current.weights.cell === 'lstm') compare(found.c, byProbe('c', H), 'dLdc');
      const sums = byProbe('a', G);
      if (current.weights.inputForget === true)
        for (let k = 0; k < sums.length; k++) if (Math.floor((k % G) / H) === 1) sums[k] = 0;
      compare(found.a, sums, 'dLda');
      assertClose(
        found.x,
        Float64Array.from(x, (_, k) => inputDifference(current, k)),
        'dLdx',
      );
    });
  }
});
