import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runAtOnce } from '../../../src/base/runAtOnce';
import { parseReadInput } from '../../../src/engine/forward/readInput';
import { decompose } from '../../../src/engine/why/contextualDecomposition';
import { openSubject } from '../../../src/engine/why/explain';
import { computeShares } from '../../../src/engine/why/methods';
import { createWhyNetwork, readVectors } from '../../../src/engine/why/network';
import { type WhySubject } from '../../../src/engine/why/shareMethod';
import { openModelFiles } from '../../../src/models/fileAccess';
import { readJsonModel } from '../../../src/models/tfjs/readJsonModel';
import { type RecurrentModel } from '../../../src/network/recurrentModel';
import { sharedData } from '../../support/sharedData';

interface Measures {
  readonly gradientNorm: readonly number[];
  readonly gradientTimesInput: readonly number[];
  readonly integratedGradients20: readonly number[];
  readonly integratedGradients300: readonly number[];
  readonly leaveOneOut: readonly number[];
}

interface Parts {
  readonly words: readonly (readonly number[])[];
  readonly phrases: readonly {
    readonly from: number;
    readonly to: number;
    readonly phrase: readonly number[];
    readonly rest: readonly number[];
  }[];
}

interface Example {
  readonly ids: readonly number[];
  readonly z: readonly number[];
  readonly zOfZeroVectors: readonly number[];
  readonly answer: number;
  readonly runnerUp: number;
  readonly answerMinusRunnerUp: Measures;
  readonly classes: readonly Measures[];
  readonly contextualDecomposition: { readonly inside: Parts; readonly code: Parts };
}

const tolerance = 1e-5;

function openModel(file: string): RecurrentModel {
  const files = openModelFiles(file);
  try {
    return { ...readJsonModel(files), task: 'classify' };
  } finally {
    files.close();
  }
}

function assertClose(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((value, k) =>
    assert.ok(Math.abs((actual[k] as number) - value) <= tolerance, `${what}[${k}]: ${actual[k]} and not ${value}`),
  );
}

function subjectOf(model: RecurrentModel, { ids, answer, runnerUp }: Example): WhySubject {
  const input = parseReadInput(model.input, { kind: 'ids', ids });
  const subject = runAtOnce(openSubject(model, input, {}));
  assert.deepEqual([subject.quantity.target.index, subject.quantity.against?.index], [answer, runnerUp]);
  return subject;
}

function checkMeasures(subject: WhySubject, expected: Measures, isFine = true): void {
  const of = (method: keyof typeof computeShares, points?: number): Float64Array =>
    runAtOnce(computeShares[method](subject, points === undefined ? {} : { points })).shares;
  assertClose(of('sensitivity'), expected.gradientNorm, 'gradient norm');
  assertClose(of('gradient-times-input'), expected.gradientTimesInput, 'gradient times input');
  assertClose(of('integrated-gradients', 20), expected.integratedGradients20, 'integrated gradients, 20 points');
  if (isFine)
    assertClose(of('integrated-gradients', 300), expected.integratedGradients300, 'integrated gradients, 300 points');
  assertClose(of('leave-one-out'), expected.leaveOneOut, 'leave one out');
}

function checkParts(subject: WhySubject, biases: 'inside' | 'code', { words, phrases }: Parts): void {
  words.forEach((expected, t) =>
    assertClose(runAtOnce(decompose(subject, { from: t, to: t, biases })).own, expected, `word ${t}, ${biases}`),
  );
  for (const { from, to, phrase, rest } of phrases) {
    const parts = runAtOnce(decompose(subject, { from, to, biases }));
    assertClose(parts.own, phrase, `phrase ${from}..${to}, ${biases}`);
    assertClose(parts.rest, rest, `rest of ${from}..${to}, ${biases}`);
    parts.own.forEach((own, k) => {
      const sum = own + (parts.rest[k] as number) + (parts.bias[k] as number);
      assert.ok(Math.abs(sum - (subject.reading.logits[k] as number)) < 1e-10, 'own + rest + bias is the logit');
    });
  }
}

describe('the shares of tokens against the reference vectors', function () {
  this.timeout(120_000);
  const bundled = path.resolve(__dirname, '../../../media/models/sentiment-lstm/model.json');
  const cases = [
    { file: 'small-classifier.json', model: sharedData('vectors', 'contributions', 'small-classifier', 'model.json') },
    { file: 'sentiment-lstm.json', model: bundled },
  ];
  for (const { file, model: modelFile } of cases) {
    it(`are those of ${file}`, function () {
      const vectors = sharedData('vectors', 'contributions', file);
      if (vectors === null || modelFile === null) return this.skip(); // The reference vectors are not part of the project.
      const model = openModel(modelFile);
      const { examples } = JSON.parse(readFileSync(vectors, 'utf8')) as { readonly examples: readonly Example[] };
      for (const example of examples) {
        const subject = subjectOf(model, example);
        assertClose(subject.reading.logits, example.z, 'logits');
        const zeros = { ...subject.vectors, data: new Float64Array(subject.vectors.data.length) };
        assertClose(
          runAtOnce(readVectors(createWhyNetwork(model), zeros)).logits,
          example.zOfZeroVectors,
          'z of zeros',
        );
        checkMeasures(subject, example.answerMinusRunnerUp);
        example.classes.forEach((measures, k) => {
          const v = new Float64Array(example.z.length);
          v[k] = 1;
          const quantity = { ...subject.quantity, v };
          checkMeasures({ ...subject, quantity, value: subject.reading.logits[k] as number }, measures, false);
        });
        checkParts(subject, 'inside', example.contextualDecomposition.inside);
        checkParts(subject, 'code', example.contextualDecomposition.code);
      }
    });
  }
});
