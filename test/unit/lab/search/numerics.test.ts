import assert from 'node:assert/strict';
import { createRandom } from '../../../../src/base/random';
import { logExpectedImprovement, logImprovement } from '../../../../src/lab/search/samplers/expectedImprovement';
import {
  conditionOn,
  defaultKernel,
  fitGaussianProcess,
  matern52,
} from '../../../../src/lab/search/samplers/gaussianProcess';
import { medianOf, shouldPrune } from '../../../../src/lab/search/medianPruner';
import { createParzenEstimator } from '../../../../src/lab/search/samplers/parzenEstimator';
import { type Trial } from '../../../../src/lab/search/trial';

describe('the expected improvement', () => {
  it('is the integral of the improvement over the predicted distribution', () => {
    for (const [mean, deviation, best] of [
      [0, 1, 0],
      [1, 0.5, 0.2],
      [-2, 2, -1],
    ] as const) {
      let sum = 0;
      const step = deviation / 2000;
      for (let y = mean - 12 * deviation; y < best; y += step) {
        const z = (y - mean) / deviation;
        sum += ((best - y) * Math.exp(-0.5 * z * z) * step) / (deviation * Math.sqrt(2 * Math.PI));
      }
      assert.ok(Math.abs(Math.exp(logExpectedImprovement(mean, deviation, best)) / sum - 1) < 1e-3);
    }
  });

  it('has no step where one formula takes over from another and stays finite far out', () => {
    for (const z of [-1, -1e3])
      assert.ok(Math.abs(logImprovement(z * (1 - 1e-12)) - logImprovement(z * (1 + 1e-12))) < 1e-5);
    assert.ok(Number.isFinite(logImprovement(-1e6)));
    assert.ok(logImprovement(-40) > logImprovement(-41));
  });
});

describe('the Gaussian process', () => {
  const observations = { points: [[0.1], [0.4], [0.9]], values: [1, -1, 0.5], isCategorical: [false] };

  it('passes through what it has seen and is unsure elsewhere', () => {
    const process = conditionOn(observations, { lengths: [Math.log(0.2)], signal: 0, noise: Math.log(1e-8) });
    assert.ok(process !== null);
    observations.points.forEach((point, k) => {
      const { mean, deviation } = process.predict(point);
      assert.ok(Math.abs(mean - (observations.values[k] ?? NaN)) < 1e-5);
      assert.ok(deviation < 1e-3);
    });
    assert.ok(process.predict([0.65]).deviation > 0.3);
  });

  it('has a Matern 5/2 kernel that is 1 at zero and falls', () => {
    assert.equal(matern52(0), 1);
    assert.ok(Math.abs(matern52(1) - (1 + Math.sqrt(5) + 5 / 3) * Math.exp(-Math.sqrt(5))) < 1e-12);
    assert.ok(matern52(4) < matern52(1));
  });

  it('finds which of two inputs matters', () => {
    const random = createRandom(5);
    const points = Array.from({ length: 30 }, () => [random(), random()]);
    const values = points.map(([x]) => Math.sin(6 * (x ?? 0)));
    const { lengths } = fitGaussianProcess(
      { points, values, isCategorical: [false, false] },
      [defaultKernel(2)],
      60,
    ).kernel;
    assert.ok((lengths[1] ?? 0) > (lengths[0] ?? 0) + 1, `log lengths ${lengths.join(', ')}`);
  });

  it('survives the same point twice with different values', () => {
    const fitted = fitGaussianProcess(
      { points: [[0.5], [0.5]], values: [1, -1], isCategorical: [false] },
      [defaultKernel(1)],
      20,
    );
    assert.ok(Number.isFinite(fitted.predict([0.5]).mean));
  });
});

describe('the Parzen estimator', () => {
  it('is a density: it integrates to one over the interval', () => {
    const estimator = createParzenEstimator({ kind: 'float', low: -5, high: 10 }, [1, -3, 4, 9.5, 2.2, 2.3]);
    let sum = 0;
    for (let x = -5 + 0.0025; x < 10; x += 0.005) sum += Math.exp(estimator.logDensity(x)) * 0.005;
    assert.ok(Math.abs(sum - 1) < 1e-4);
  });

  it('gives probabilities that add up to one for whole numbers and choices', () => {
    const units = createParzenEstimator({ kind: 'int', low: 1, high: 9 }, [2, 2, 3]);
    const sumOf = (values: readonly (number | string)[], logDensity: (value: number | string) => number): number =>
      values.reduce<number>((sum, value) => sum + Math.exp(logDensity(value)), 0);
    assert.ok(Math.abs(sumOf([1, 2, 3, 4, 5, 6, 7, 8, 9], units.logDensity) - 1) < 1e-9);
    const choice = createParzenEstimator({ kind: 'categorical', choices: ['a', 'b', 'c'] }, ['a', 'a', 'b']);
    assert.ok(Math.abs(sumOf(['a', 'b', 'c'], choice.logDensity) - 1) < 1e-9);
    assert.ok(choice.logDensity('a') > choice.logDensity('b'));
  });
});

describe('the median pruner', () => {
  const trialOf = (number: number, values: readonly number[], state: Trial['state']): Trial => ({
    number,
    state,
    parameters: {},
    value: values.at(-1) ?? NaN,
    intermediate: new Map(values.map((value, step) => [step, value])),
    attributes: {},
  });
  const complete = [0.1, 0.2, 0.3, 0.4, 0.5].map((value, k) => trialOf(k, [1, value, value], 'complete'));
  const study = { space: {}, direction: 'minimize' as const, trials: complete };

  it('stops what is worse than the median and keeps what is better', () => {
    assert.equal(shouldPrune(study, trialOf(9, [1, 0.31], 'running'), 1), true);
    assert.equal(shouldPrune(study, trialOf(9, [1, 0.29], 'running'), 1), false);
    assert.equal(shouldPrune({ ...study, direction: 'maximize' }, trialOf(9, [0.01, 0.29], 'running'), 1), true);
  });

  it('waits for enough trials and stops what is no number', () => {
    assert.equal(shouldPrune({ ...study, trials: complete.slice(1) }, trialOf(9, [1, 9], 'running'), 1), false);
    assert.equal(shouldPrune(study, trialOf(9, [1, NaN], 'running'), 1), true);
  });

  it('takes the mean of the two middle numbers', () => {
    assert.equal(medianOf([4, 1, 3, 2]), 2.5);
    assert.ok(Number.isNaN(medianOf([])));
  });
});
