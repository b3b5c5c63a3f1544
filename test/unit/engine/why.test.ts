import assert from 'node:assert/strict';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { parseReadInput } from '../../../src/engine/forward/readInput';
import { createHead } from '../../../src/engine/gradients/gradientsHead';
import { readScalar } from '../../../src/engine/gradients/gradientsScalar';
import { decompose } from '../../../src/engine/why/contextualDecomposition';
import { explain, openSubject, type WhyRequest } from '../../../src/engine/why/explain';
import { measureFaithfulness } from '../../../src/engine/why/faithfulness';
import { countOf, orderOf, rankCorrelation } from '../../../src/engine/why/ranking';
import { sumOf } from '../../../src/engine/why/shareMethod';
import { type EmbeddingStage, type RecurrentModel, type Stage } from '../../../src/network/recurrentModel';
import { type MethodShares, type ShareMethod, type WhyReport } from '../../../src/trace/reading/shares';
import { normals } from '../cells/randomCell';
import { dense, model, recurrent } from './smallModels';

const V = 9;
const D = 3;
const H = 4;
const ids = [3, 1, 4, 1, 5, 8, 2, 6];

function embedding(seed: number, more: Partial<EmbeddingStage> = {}): EmbeddingStage {
  return { kind: 'embedding', name: 'embedding', vocabularySize: V, width: D, table: normals(V * D, seed, 1), ...more };
}

function classifier(seed = 1, cell: 'lstm' | 'gru' | 'rnn' = 'lstm', classes = 3): RecurrentModel {
  const stage = recurrent(cell, { D, H, seed }, { returnSequences: false });
  return classify([embedding(seed), stage, dense([H, classes], 'softmax', seed)]);
}

function classify(stages: readonly Stage[]): RecurrentModel {
  return model(stages, { task: 'classify', vocabularySize: V });
}

function why(network: RecurrentModel, request: WhyRequest = {}, given: readonly number[] = ids): WhyReport {
  const input = parseReadInput(network.input, { kind: 'ids', ids: given });
  return runAtOnce(explain(network, input, request));
}

function only(network: RecurrentModel, method: ShareMethod, request: WhyRequest = {}): MethodShares {
  return why(network, { ...request, methods: [method] }).methods[0] as MethodShares;
}

/** The logits of some ids, read by the whole model. */
function logitsOf(network: RecurrentModel, given: readonly number[]): Float64Array {
  const source = runAtOnce(readScalar(network, { kind: 'ids', ids: Int32Array.from(given) }));
  return createHead(source).answer('whole').logits;
}

function differenceOf(report: WhyReport, logits: Float64Array): number {
  const { target, against } = report.quantity;
  return (logits[target.index] as number) - (against === null ? 0 : (logits[against.index] as number));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [ma, mb] = [sumOf(a) / a.length, sumOf(b) / b.length];
  const dot = (x: Float64Array, mx: number, y: Float64Array, my: number): number =>
    x.reduce((sum, value, k) => sum + (value - mx) * ((y[k] as number) - my), 0);
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
}

const networks: Readonly<Record<string, RecurrentModel>> = {
  'an LSTM': classifier(),
  'a GRU': classifier(2, 'gru'),
  'a simple RNN': classifier(3, 'rnn'),
  'two layers': classify([
    embedding(4),
    recurrent('lstm', { D, H, seed: 4 }),
    recurrent('gru', { D: H, H, seed: 5 }, { returnSequences: false }),
    dense([H, 2], 'softmax', 4),
  ]),
  'both directions': classify([
    embedding(6),
    recurrent('lstm', { D, H, seed: 6 }, { merge: 'concat', returnSequences: false }),
    dense([2 * H, 3], 'softmax', 6),
  ]),
  'a mean over the steps': classify([
    embedding(7),
    recurrent('lstm', { D, H, seed: 7 }),
    { kind: 'pool', name: 'pool', how: 'average' },
    dense([H, 3], 'softmax', 7),
  ]),
  'a hidden layer in the head': classify([
    embedding(8),
    recurrent('lstm', { D, H, seed: 8 }, { returnSequences: false }),
    dense([H, 5], 'tanh', 8),
    dense([5, 3], 'softmax', 9),
  ]),
};

describe('the shares of tokens in an answer', () => {
  for (const [name, network] of Object.entries(networks)) {
    it(`explain the answer against the runner-up: ${name}`, () => {
      const report = why(network, { methods: ['integrated-gradients'] });
      const logits = logitsOf(network, ids);
      const sorted = Array.from(logits.keys()).sort((a, b) => (logits[b] as number) - (logits[a] as number));
      assert.deepEqual([report.quantity.target.index, report.quantity.against?.index], sorted.slice(0, 2));
      assert.ok(Math.abs(report.quantity.value - differenceOf(report, logits)) < 1e-12);
    });

    it(`of integrated gradients sum to the difference from the baseline within 1 %: ${name}`, () => {
      for (const baseline of ['zero', 'mean'] as const) {
        const { shares, sum } = only(network, 'integrated-gradients', { baseline });
        assert.ok(sum !== null && Math.abs(sumOf(shares) - sum.of) <= 0.01 * Math.abs(sum.of), JSON.stringify(sum));
      }
      const fine = only(network, 'integrated-gradients', { points: 400 });
      assert.ok(fine.sum !== null && Math.abs(sumOf(fine.shares) - fine.sum.of) < 1e-4);
    });

    it(`of leave one out are what the text without the token answers: ${name}`, () => {
      const report = why(network, { methods: ['leave-one-out'] });
      ids.forEach((_, t) => {
        const rest = logitsOf(network, [...ids.slice(0, t), ...ids.slice(t + 1)]);
        const expected = report.quantity.value - differenceOf(report, rest);
        assert.ok(Math.abs((report.methods[0]?.shares[t] as number) - expected) < 1e-12);
      });
    });

    it(`of gradient times input are the slope along each vector: ${name}`, () => {
      const report = why(network, { methods: ['gradient-times-input', 'sensitivity'] });
      const table = (network.stages[0] as EmbeddingStage).table;
      const step = 2 ** -10;
      const scaled = (t: number, factor: number): number => {
        const longer = [
          ...table,
          ...Array.from(table.slice((ids[t] as number) * D, ((ids[t] as number) + 1) * D), (x) => x * factor),
        ];
        const stages = [
          { ...embedding(0), vocabularySize: V + 1, table: Float32Array.from(longer) },
          ...network.stages.slice(1),
        ];
        const changed = ids.map((id, at) => (at === t ? V : id));
        return differenceOf(report, logitsOf({ ...network, stages }, changed));
      };
      ids.forEach((_, t) => {
        const slope = (scaled(t, 1 + step) - scaled(t, 1 - step)) / (2 * step);
        assert.ok(Math.abs((report.methods[0]?.shares[t] as number) - slope) < 2e-4, `token ${t}`);
      });
    });
  }

  it('are the summands themselves where the network only adds', () => {
    const cell = recurrent('rnn', { D, H: D, seed: 1 }, { returnSequences: false }).forward;
    const identity = Float32Array.from({ length: D * D }, (_, k) => (k % (D + 1) === 0 ? 1 : 0));
    const adds = {
      ...recurrent('rnn', { D, H: D, seed: 1 }, { returnSequences: false }),
      forward: {
        ...cell,
        kernel: identity,
        recurrentKernel: identity,
        bias: new Float32Array(D),
        activation: 'linear',
      } as typeof cell & object,
    };
    const network = model([embedding(2), adds, dense([D, 1], 'linear', 3)], { task: 'regress', vocabularySize: V });
    const { table } = embedding(2);
    const { kernel } = dense([D, 1], 'linear', 3);
    const expected = ids.map((id) =>
      [0, 1, 2].reduce((sum, d) => sum + (table[id * D + d] as number) * (kernel[d] as number), 0),
    );
    for (const method of ['integrated-gradients', 'gradient-times-input', 'leave-one-out'] as const) {
      const { shares, sum } = only(network, method);
      expected.forEach((value, t) => assert.ok(Math.abs((shares[t] as number) - value) < 1e-9, method));
      assert.ok(sum !== null && Math.abs(sum.sum - sum.of) < 1e-9);
    }
  });

  it('are others with random weights', () => {
    for (const method of ['integrated-gradients', 'leave-one-out', 'contextual-decomposition'] as const) {
      const input = { target: 0, against: 1 };
      const drawn = [11, 12, 13, 14].map((seed) => only(classifier(seed), method, input).shares);
      const size = drawn.slice(1).map((other) => Math.abs(correlation(drawn[0] as Float64Array, other)));
      assert.ok(Math.min(...size) < 0.5, `${method}: ${size.join(', ')}`);
    }
  });

  it('pass over padding, which gets none', () => {
    const network = classify([embedding(1, { maskZero: true }), ...classifier().stages.slice(1)]);
    const padded = why(network, { methods: ['integrated-gradients', 'leave-one-out'] }, [0, ...ids, 0]);
    const plain = why(network, { methods: ['integrated-gradients', 'leave-one-out'] });
    padded.methods.forEach(({ shares }, k) => {
      assert.deepEqual([shares[0], shares.at(-1)], [0, 0]);
      plain.methods[k]?.shares.forEach((share, t) => assert.ok(Math.abs(share - (shares[t + 1] as number)) < 1e-12));
    });
  });

  it('of one token alone leave the state before it', () => {
    const { methods, quantity } = why(classifier(), { methods: ['leave-one-out'] }, [4]);
    assert.ok(
      Math.abs((methods[0]?.shares[0] as number) - (quantity.value - (quantity.beforeFirst as number))) < 1e-12,
    );
  });

  it('are refused in a sentence where a method takes no such network', () => {
    const refusals: readonly (readonly [RecurrentModel, WhyRequest, RegExp])[] = [
      [classifier(2, 'gru'), { methods: ['contextual-decomposition'] }, /has a GRU\. Choose integrated gradients\./],
      [networks['both directions'] as RecurrentModel, { methods: ['contextual-decomposition'] }, /reads backward/],
      [classifier(), { baseline: 'unknown' }, /no token for unknown words/],
      [classifier(), { baseline: 'padding' }, /no padding token/],
      [classifier(), { target: 7 }, /There is no output 7: this model has 3, 0 to 2\./],
      [classifier(), { target: 1, against: 1 }, /name two/],
      [classifier(), { phrase: { from: 3, to: 8 } }, /its tokens are 0 to 7/],
      [
        model([embedding(1), recurrent('lstm', { D, H, seed: 1 })], { task: 'states', vocabularySize: V }),
        {},
        /it has no head/,
      ],
    ];
    for (const [network, request, message] of refusals) assert.throws(() => why(network, request), message);
    const all = why(classifier(2, 'gru'), { methods: 'all' });
    assert.deepEqual(
      all.refused.map(({ method }) => method),
      ['replace-unknown', 'contextual-decomposition', 'contextual-decomposition-code'],
    );
  });
});

describe('what is explained', () => {
  it('is any two classes, by number or by name', () => {
    const network = classifier();
    const logits = logitsOf(network, ids);
    const { quantity } = why(network, { target: 2, against: 0 });
    assert.ok(Math.abs(quantity.value - ((logits[2] as number) - (logits[0] as number))) < 1e-12);
    const named = why({ ...network, labels: ['a', 'b', 'c'] }, { target: 'c', against: 'a' });
    assert.equal(named.quantity.name, 'logit of c minus logit of a');
    assert.equal(named.quantity.value, quantity.value);
  });

  it('is the logit of a single sigmoid unit, turned round for the class 0', () => {
    const network = classify([...classifier().stages.slice(0, 2), dense([H, 1], 'sigmoid', 5)]);
    const z = logitsOf(network, ids)[0] as number;
    assert.equal(why(network, { target: 1 }).quantity.value, z);
    assert.equal(why(network, { target: 0 }).quantity.value, -z);
    assert.ok(why(network).quantity.value >= 0);
    assert.ok(
      Math.abs((why(network, { target: 0 }).methods[0]?.proof.score as number) - 1 / (1 + Math.exp(z))) < 1e-12,
    );
  });
});

describe('contextual decomposition', () => {
  const network = classifier();
  const subject = runAtOnce(openSubject(network, parseReadInput(network.input, { kind: 'ids', ids }), {}));

  it('splits the logits of every phrase: own, rest and bias add up', () => {
    for (const biases of ['inside', 'code'] as const)
      for (const [from, to] of [
        [0, 0],
        [2, 5],
        [7, 7],
        [0, 7],
      ] as const) {
        const { own, rest, bias } = runAtOnce(decompose(subject, { from, to, biases }));
        own.forEach((value, k) => {
          const sum = value + (rest[k] as number) + (bias[k] as number);
          assert.ok(Math.abs(sum - (subject.reading.logits[k] as number)) < 1e-10);
        });
      }
  });

  it('leaves no rest of the whole text as a phrase', () => {
    const { rest } = runAtOnce(decompose(subject, { from: 0, to: 7, biases: 'inside' }));
    assert.ok(rest.every((value) => Math.abs(value) < 1e-12));
  });

  it('gives the state before the first token to the rest', () => {
    const [first, stage, head] = network.stages as [Stage, Extract<Stage, { kind: 'recurrent' }>, Stage];
    const forward = {
      ...(stage.forward as object),
      initialH: normals(H, 1, 1),
      initialC: normals(H, 2, 1),
    } as typeof stage.forward & object;
    const started = classify([first, { ...stage, forward }, head]);
    const other = runAtOnce(openSubject(started, parseReadInput(network.input, { kind: 'ids', ids }), {}));
    const { own, rest, bias } = runAtOnce(decompose(other, { from: 0, to: 7, biases: 'inside' }));
    assert.ok(rest.some((value) => Math.abs(value) > 1e-3));
    own.forEach((value, k) =>
      assert.ok(
        Math.abs(value + (rest[k] as number) + (bias[k] as number) - (other.reading.logits[k] as number)) < 1e-10,
      ),
    );
  });

  it('tells of a phrase what it does only together with the rest', () => {
    const { phrase } = only(network, 'contextual-decomposition', { phrase: { from: 2, to: 4 } });
    const report = why(network, {});
    const without = differenceOf(report, logitsOf(network, [...ids.slice(0, 2), ...ids.slice(5)]));
    assert.ok(phrase?.removal !== null && phrase?.removal !== undefined);
    assert.ok(Math.abs(phrase.removal - (report.quantity.value - without)) < 1e-12);
    assert.equal(phrase.together, phrase.removal - phrase.own);
    assert.ok(Math.abs(phrase.own + (phrase.rest as number) + (phrase.bias as number) - report.quantity.value) < 1e-10);
  });
});

describe('the proof beside the shares', () => {
  it('takes the tokens out in the order of the shares and keeps them alone', () => {
    const network = classifier();
    const { proof, shares } = only(network, 'leave-one-out');
    const probability = (given: readonly number[]): number => {
      const z = logitsOf(network, given);
      const target = why(network).quantity.target.index;
      return Math.exp(z[target] as number) / z.reduce((sum, value) => sum + Math.exp(value), 0);
    };
    const order = orderOf(shares);
    proof.counts.forEach((n, k) => {
      const first = new Set(order.slice(0, n));
      const rest = probability(ids.filter((_, t) => !first.has(t)));
      const alone = probability(ids.filter((_, t) => first.has(t)));
      assert.ok(Math.abs((proof.comprehensiveness[k] as number) - (probability(ids) - rest)) < 1e-12);
      assert.ok(Math.abs((proof.sufficiency[k] as number) - (probability(ids) - alone)) < 1e-12);
    });
    assert.equal(proof.random.orders, 20);
    assert.equal(proof.curves.deletion[0], proof.score);
    assert.equal(proof.curves.insertion.at(-1), proof.score);
    assert.deepEqual(proof.curves.insertion[0], proof.curves.deletion.at(-1));
  });

  it('says so where a method does no better than chance', () => {
    const reports = Array.from({ length: 12 }, (_, k) =>
      why(classifier(30 + k), { methods: ['leave-one-out', 'sensitivity'] }),
    );
    for (const { methods } of reports)
      for (const { proof, verdict } of methods)
        assert.equal(/no better than chance/.test(verdict), proof.isNoBetterThanChance);
    const known = reports.map(({ methods }) => methods.map(({ proof }) => proof.isNoBetterThanChance));
    assert.ok(
      known.filter(([leaveOneOut]) => leaveOneOut === true).length <
        known.filter(([, sensitivity]) => sensitivity === true).length,
    );
  });

  it('is the same for the same seed', () => {
    const once = only(classifier(), 'sensitivity', { seed: 3 }).proof;
    assert.deepEqual(only(classifier(), 'sensitivity', { seed: 3 }).proof, once);
    assert.notDeepEqual(only(classifier(), 'sensitivity', { seed: 4 }).proof.random, once.random);
  });
});

describe('faithfulness over a data set', () => {
  it('ranks what leaves one out over chance, and counts what cannot be read', () => {
    const network = classifier(1, 'lstm', 2);
    const texts = Array.from({ length: 12 }, (_, k) => ids.map((id, t) => (id * (k + 1) + t) % V));
    const inputs = [null, ...texts.map((given) => parseReadInput(network.input, { kind: 'ids', ids: given }))];
    const { rows, texts: count, leftOut } = runAtOnce(measureFaithfulness(network, inputs, {}));
    assert.deepEqual([count, leftOut], [12, 1]);
    const of = (method: string) => rows.find((row) => row.method === method);
    assert.ok((of('leave-one-out')?.signed[1]?.minusRandom as number) > 0);
    assert.equal(of('leave-one-out')?.rankCorrelation, 1);
    assert.deepEqual([of('random')?.signed[1]?.minusRandom, of('random')?.rankCorrelation], [0, null]);
  });
});

describe('the order of shares', () => {
  it('puts ties in the order of the text and what is not a number last', () => {
    assert.deepEqual(orderOf(Float64Array.of(1, NaN, 2, 1)), [2, 0, 3, 1]);
  });

  it('rounds halves to even and takes one token at least', () => {
    assert.deepEqual(
      [0.1, 0.2, 0.5].map((share) => countOf(share, 25)),
      [2, 5, 12],
    );
    assert.deepEqual([countOf(0.1, 15), countOf(0.5, 3), countOf(0.1, 1)], [2, 2, 1]);
  });

  it('correlates ranks, ties sharing theirs', () => {
    assert.equal(rankCorrelation(Float64Array.of(1, 2, 3), Float64Array.of(10, 20, 25)), 1);
    assert.ok(Math.abs(rankCorrelation(Float64Array.of(1, 1, 2), Float64Array.of(1, 2, 3)) - Math.sqrt(3) / 2) < 1e-12);
  });
});
