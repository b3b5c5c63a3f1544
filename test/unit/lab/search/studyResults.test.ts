import assert from 'node:assert/strict';
import { withInterrupt } from '../../../../src/base/interrupt';
import { createRandom } from '../../../../src/base/random';
import { describeSurrogate } from '../../../../src/lab/search/describeStudy';
import { importanceOf } from '../../../../src/lab/search/importance';
import { alongObjective, historyOf, paretoFront } from '../../../../src/lab/search/objectives';
import { mostObserved, observedSample } from '../../../../src/lab/search/samplers/observedSample';
import { bestTrial, completeTrials } from '../../../../src/lab/search/trial';
import { optimizers, studyOf, unit, type WrittenTrial } from './journalStudies';

const layers = { kind: 'int', low: 1, high: 3 } as const;

describe('the results of a study with conditional parameters', () => {
  const branch = (k: number): WrittenTrial => ({
    parameters: {
      optimizer: [k % 2 === 0 ? 'SGD' : 'Adam', optimizers],
      [k % 2 === 0 ? 'momentum' : 'beta']: [0.1 * k, unit],
    },
    values: [0.5 + 0.05 * k],
  });

  it('take the best of all complete trials, whichever parameters they have', () => {
    const study = studyOf(Array.from({ length: 6 }, (_, k) => branch(k)));
    assert.equal(bestTrial(study)?.number, 5);
    assert.deepEqual(
      historyOf(study).map(([number]) => number),
      [0, 1, 2, 3, 4, 5],
    );
    const stacked = [0.9, 0.8, 0.3, 0.95].map((value, k): WrittenTrial => ({
      parameters: {
        layers: [1 + (k % 3), layers],
        ...Object.fromEntries(Array.from({ length: 1 + (k % 3) }, (_, n) => [`units${n}`, [0.1 * k, unit] as const])),
      },
      values: [value],
    }));
    assert.equal(bestTrial(studyOf(stacked))?.number, 3);
  });

  it('are not overtaken by a trial that has one parameter more', () => {
    const trials = [0.2, 0.9, 0.4].map((value): WrittenTrial => ({
      parameters: { x: [value, unit] },
      values: [value],
    }));
    const extra: WrittenTrial = { parameters: { x: [0.5, unit], smoothing: [0.1, unit] }, values: [0.5] };
    assert.equal(bestTrial(studyOf([...trials, extra]))?.number, 1);
  });

  it('assess the parameters that every complete trial drew from the same range, and no others', () => {
    const study = studyOf(Array.from({ length: 6 }, (_, k) => branch(k)));
    assert.deepEqual(importanceOf(study)?.importance, { optimizer: 1 });
    const widened = studyOf(
      [0, 1, 2, 3].map((k) => ({
        parameters: { x: [0.2 * k, k < 2 ? unit : { ...unit, high: 9 }], y: [0.3 * k, unit] },
        values: [k],
      })),
    );
    assert.deepEqual(importanceOf(widened)?.importance, { y: 1 });
    assert.deepEqual(widened.space['x'], { kind: 'float', low: 0, high: 9 });
  });

  it('have a surrogate along a parameter of one branch, from the trials that have it', () => {
    const study = studyOf(Array.from({ length: 8 }, (_, k) => branch(k)));
    const surrogate = describeSurrogate(study, 'beta');
    assert.equal(surrogate?.trials, 4);
    assert.deepEqual(Object.keys(surrogate.next), ['beta'], 'the optimizer is the same in all of them');
  });

  it('leave out what Optuna drops: a parameter whose choices or scale changed', () => {
    const study = studyOf([
      { parameters: { o: ['SGD', optimizers], rate: [0.1, unit] }, values: [1] },
      {
        parameters: {
          o: ['Nadam', { kind: 'categorical', choices: ['SGD', 'Adam', 'Nadam'] }],
          rate: [0.1, { kind: 'float', low: 0.01, high: 1, log: true }],
        },
        values: [2],
      },
    ]);
    assert.deepEqual(study.trials[1]?.parameters, {});
    assert.equal(bestTrial(study)?.number, 1);
  });
});

describe('the importance of a parameter', () => {
  it('is nothing where it never varied', () => {
    const study = studyOf(
      [0, 1, 2, 3, 4, 5].map((k) => ({
        parameters: { x: [0.15 * k, unit], still: [0.5, unit], single: ['a', { kind: 'categorical', choices: ['a'] }] },
        values: [k * k],
      })),
    );
    assert.deepEqual(importanceOf(study)?.importance, { x: 1, still: 0, single: 0 });
    assert.equal(describeSurrogate(study, 'still'), null);
  });

  it('is 0 everywhere where the objective never varied, and absent with two trials', () => {
    const flat = [0, 1, 2].map((k): WrittenTrial => ({ parameters: { x: [0.3 * k, unit] }, values: [1] }));
    assert.deepEqual(importanceOf(studyOf(flat))?.importance, { x: 0 });
    assert.equal(importanceOf(studyOf(flat.slice(1))), null);
  });

  it('is estimated from a stated sample of many trials, and can be cancelled', () => {
    const random = createRandom(3);
    const trials = Array.from({ length: 1500 }, (): WrittenTrial => {
      const [x, y] = [random(), random()];
      return { parameters: { x: [x, unit], y: [y, unit] }, values: [3 * x + y] };
    });
    const study = studyOf(trials);
    const found = importanceOf(study);
    assert.equal(found?.trials, mostObserved);
    assert.ok(Math.abs((found.importance['x'] ?? 0) - 0.9) < 0.02, JSON.stringify(found.importance));
    const stop = (): never => {
      throw new Error('stopped');
    };
    assert.throws(() => withInterrupt(stop, () => importanceOf(study)), /stopped/);
    const sample = observedSample(completeTrials(study.trials), study.direction);
    assert.equal(new Set(sample).size, mostObserved);
    assert.ok(sample.some(({ number }) => number === bestTrial(study)?.number));
  });
});

describe('a study with several objectives', () => {
  // Small first, large second.
  const values = [
    [1, 1],
    [2, 3],
    [2, 3],
    [3, 2],
    [0.5, 0.2],
    [4, 3],
  ];
  const study = studyOf(
    values.map((each, k) => ({ parameters: { x: [0.1 * k, unit] }, values: each })),
    [1, 2],
  );

  it('has the Pareto front that Optuna has, equal trials included', () => {
    assert.deepEqual(
      paretoFront(study).map(({ number }) => number),
      [0, 1, 2, 4],
    );
  });

  it('has a history for each', () => {
    assert.deepEqual(historyOf(alongObjective(study, 0)), [
      [0, 1],
      [4, 0.5],
    ]);
    assert.deepEqual(historyOf(alongObjective(study, 1)), [
      [0, 1],
      [1, 3],
    ]);
  });
});
