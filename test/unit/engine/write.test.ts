import assert from 'node:assert/strict';
import { createRandom } from '../../../src/base/random';
import { BlockCache } from '../../../src/engine/forward/blockCache';
import { type RunnerFactory } from '../../../src/engine/forward/cellRunner';
import { fastRunners } from '../../../src/engine/forward/fastRunner';
import { type Pace } from '../../../src/engine/forward/pace';
import { prepareModel } from '../../../src/engine/forward/preparedModel';
import { Reading } from '../../../src/engine/forward/reading';
import { drawToken, logSumExp, rank } from '../../../src/engine/write/drawToken';
import { goOn } from '../../../src/engine/write/nextLogits';
import { writeOn, type WriteOptions } from '../../../src/engine/write/writeOn';
import { type RecurrentModel, type Stage } from '../../../src/network/recurrentModel';
import { useKernels } from '../../support/kernels';
import { useWasmBackend } from '../../support/tfjsBackend';
import { dense, model, recurrent } from './smallModels';

const none: ReadonlySet<number> = new Set();
const V = 7;
const prompt = [1, 4, 2, 2, 6, 0, 3];

const pace: Pace = { breathe: () => Promise.resolve() } as unknown as Pace;

function embedding(width: number, maskZero = false): Stage {
  const random = createRandom(4);
  const table = Float32Array.from({ length: V * width }, () => random() * 2 - 1);
  return { kind: 'embedding', name: 'embedding', table, vocabularySize: V, width, ...(maskZero && { maskZero }) };
}

const nets: Readonly<Record<string, RecurrentModel>> = {
  'one-hot into an LSTM': model(
    [{ kind: 'oneHot', name: 'o', width: V }, recurrent('lstm', { D: V, H: 5, seed: 2 }), dense([5, V], 'softmax', 3)],
    { task: 'next-token', vocabularySize: V },
  ),
  'a stack of LSTM, GRU and RNN behind an embedding': model(
    [
      embedding(4),
      recurrent('lstm', { D: 4, H: 5, seed: 2 }),
      recurrent('gru', { D: 5, H: 6, seed: 5 }, { extra: { resetAfter: true } }),
      recurrent('rnn', { D: 6, H: 4, seed: 9 }),
      dense([4, V], 'softmax', 3),
    ],
    { task: 'next-token', vocabularySize: V },
  ),
  'a linear head': model([embedding(4), recurrent('gru', { D: 4, H: 5, seed: 8 }), dense([5, V], 'linear', 3)], {
    task: 'next-token',
    vocabularySize: V,
  }),
};

describe('writing on', () => {
  let createRunner: RunnerFactory;
  before(async () => {
    await useWasmBackend();
    createRunner = fastRunners(await useKernels());
  });

  const open = (net: RecurrentModel, ids: readonly number[]): Reading =>
    new Reading(prepareModel(net, createRunner), { kind: 'ids', ids }, new BlockCache());

  const write = (net: RecurrentModel, options: Partial<WriteOptions> = {}): ReturnType<typeof writeOn> =>
    writeOn(open(net, prompt), { steps: 40, temperature: 0, seed: 1, pace, ...options });

  /** The head's row after a text, by reading all of it anew. */
  function wholeRow(net: RecurrentModel, ids: readonly number[]): Float32Array {
    const { overTime } = open(net, ids).chain;
    assert.ok(overTime !== null);
    return overTime.rows(ids.length - 1, ids.length);
  }

  for (const [name, net] of Object.entries(nets)) {
    it(`takes the tokens, and the bits, that reading the whole text anew at every step gives: ${name}`, async () => {
      const { tokens } = await write(net);
      const ids = [...prompt];
      for (const token of tokens) {
        const row = wholeRow(net, ids);
        assert.equal(token.id, row.indexOf(Math.max(...row)), `token ${ids.length}`);
        ids.push(token.id);
      }
      const reading = open(net, prompt);
      const next = goOn(reading);
      for (const token of tokens) next.append(token.id);
      const row = wholeRow(net, ids);
      const isSoftmax = name !== 'a linear head';
      assert.deepEqual(
        [...next.logits()],
        [...row].map((value) => (isSoftmax ? Math.fround(Math.log(value)) : value)),
      );
    });
  }

  it('gives each token the probability that the model had for it', async () => {
    for (const net of Object.values(nets)) {
      const { tokens } = await write(net, { steps: 1 });
      const [token] = tokens;
      assert.ok(token !== undefined && token.candidates.length === 5);
      assert.deepEqual(token.candidates[0], { id: token.id, text: token.text, probability: token.probability });
      const row = wholeRow(net, prompt);
      const total = net === nets['a linear head'] ? row.reduce((sum, x) => sum + Math.exp(x), 0) : 1;
      const expected = net === nets['a linear head'] ? Math.exp(row[token.id] ?? NaN) / total : row[token.id];
      assert.ok(Math.abs(token.probability - (expected ?? NaN)) < 1e-6);
    }
  });

  it('writes the same text with the same seed, and another with another', async () => {
    const net = nets['one-hot into an LSTM'] as RecurrentModel;
    const [a, b, c] = await Promise.all([5, 5, 6].map((seed) => write(net, { temperature: 1, seed, steps: 60 })));
    assert.deepEqual(a?.tokens, b?.tokens);
    assert.notDeepEqual(a?.tokens, c?.tokens);
  });

  it('reads the last window alone for each token where the model was saved with one, and says so', async () => {
    const free = nets['one-hot into an LSTM'] as RecurrentModel;
    const net = { ...free, window: 3 };
    const { tokens, notes } = await write(net, { steps: 12 });
    const ids = [...prompt];
    for (const token of tokens) {
      const row = wholeRow(free, ids.slice(-3));
      assert.equal(token.id, row.indexOf(Math.max(...row)));
      ids.push(token.id);
    }
    assert.ok(notes.some((note) => note.includes('the last 3 alone')));
  });

  it('never draws padding, and says so', async () => {
    const net = model([embedding(4, true), recurrent('lstm', { D: 4, H: 5, seed: 2 }), dense([5, V], 'softmax', 3)], {
      task: 'next-token',
      vocabularySize: V,
    });
    const { tokens, notes } = await write(net, { temperature: 3, steps: 300 });
    assert.ok(tokens.every(({ id, candidates }) => id !== 0 && candidates.every((each) => each.id !== 0)));
    assert.ok(new Set(tokens.map(({ id }) => id)).size === V - 1);
    assert.ok(notes.some((note) => note.includes('Never drawn: padding')));
  });

  it('says why a classifier, a backward layer and a model of NaN do not write', async () => {
    const net = nets['one-hot into an LSTM'] as RecurrentModel;
    await assert.rejects(write({ ...net, task: 'classify' }), /does not write: it classifies a text/);
    const both = recurrent('lstm', { D: V, H: 5, seed: 2 }, { merge: 'concat' });
    const stages = [{ kind: 'oneHot', name: 'o', width: V } as const, both, dense([10, V], 'softmax', 3)];
    await assert.rejects(write({ ...net, stages }), /cannot be computed/);
    const damaged = dense([5, V], 'softmax', 3);
    damaged.kernel.fill(NaN);
    await assert.rejects(write({ ...net, stages: [...net.stages.slice(0, 2), damaged] }), /no token at all/);
  });

  it('can be stopped at any token, and keeps what was heard', async () => {
    const heard: number[] = [];
    const breathe = (): Promise<void> => (heard.length === 7 ? Promise.reject(new Error('stop')) : Promise.resolve());
    const net = nets['a linear head'] as RecurrentModel;
    await assert.rejects(
      write(net, { pace: { breathe } as unknown as Pace, onToken: ({ id }) => heard.push(id) }),
      /stop/,
    );
    assert.equal(heard.length, 7);
  });
});

describe('drawing a token', () => {
  const probabilities = [0.5, 0.25, 0.15, 0.07, 0.03];
  const logits = Float32Array.from(probabilities, Math.log);

  it('draws each as often as its probability says at temperature 0.8 (chi-square, 20,000 draws)', () => {
    const random = createRandom(11);
    const counts = new Array<number>(5).fill(0);
    for (let k = 0; k < 20_000; k++) {
      const id = drawToken({ logits, excluded: none }, { temperature: 0.8 }, random) ?? -1;
      counts[id] = (counts[id] ?? 0) + 1;
    }
    const weights = probabilities.map((p) => p ** (1 / 0.8));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const chiSquare = weights.reduce((sum, weight, k) => {
      const expected = (20_000 * weight) / total;
      return sum + ((counts[k] ?? 0) - expected) ** 2 / expected;
    }, 0);
    assert.ok(chiSquare < 18.5, `${chiSquare} with 4 degrees of freedom; 0.1 % lie above 18.5`);
  });

  it('takes the likeliest at temperature 0, the first of equals', () => {
    assert.equal(drawToken({ logits, excluded: none }, { temperature: 0 }, Math.random), 0);
    const equal = Float32Array.of(0, 1, 1);
    assert.equal(drawToken({ logits: equal, excluded: none }, { temperature: 0 }, Math.random), 1);
  });

  it('keeps to the likeliest K, to the nucleus, and off what is excluded', () => {
    const drawn = (settings: object, excluded = none): number[] => {
      const random = createRandom(2);
      const ids = Array.from({ length: 2000 }, () =>
        drawToken({ logits, excluded }, { temperature: 1, ...settings }, random),
      );
      return [...new Set(ids)].map((id) => id ?? -1).sort();
    };
    assert.deepEqual(drawn({ topK: 2 }), [0, 1]);
    assert.deepEqual(drawn({ topP: 0.74 }), [0, 1]);
    assert.deepEqual(drawn({ topP: 0.76 }), [0, 1, 2]);
    assert.deepEqual(drawn({ topP: 1 }), [0, 1, 2, 3, 4]);
    assert.deepEqual(drawn({ topK: 2 }, new Set([0, 3])), [1, 2]);
  });

  it('leaves NaN and impossible tokens out, and has no answer where nothing is left', () => {
    const odd = Float32Array.of(NaN, -Infinity, 2, -1);
    assert.deepEqual(rank({ logits: odd, excluded: none }), [2, 3]);
    assert.equal(drawToken({ logits: Float32Array.of(NaN), excluded: none }, { temperature: 1 }, Math.random), null);
    assert.equal(drawToken({ logits, excluded: new Set([0, 1, 2, 3, 4]) }, { temperature: 0 }, Math.random), null);
  });

  it('adds probabilities up without overflow', () => {
    assert.ok(Math.abs(logSumExp(Float32Array.of(1000, 1000)) - 1000 - Math.LN2) < 1e-9);
    assert.ok(Math.abs(logSumExp(logits)) < 1e-6);
    assert.equal(logSumExp(new Float32Array()), -Infinity);
  });
});
