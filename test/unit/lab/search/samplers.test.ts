import assert from 'node:assert/strict';
import { createRandom } from '../../../../src/base/random';
import { type Parameters, type SearchSpace } from '../../../../src/lab/search/samplers/distribution';
import { createGpSampler } from '../../../../src/lab/search/samplers/gpSampler';
import { createGridSampler, gridPoints, gridValues } from '../../../../src/lab/search/samplers/gridSampler';
import { createHandTunedSampler } from '../../../../src/lab/search/samplers/handTunedSampler';
import { randomSampler } from '../../../../src/lab/search/samplers/randomSampler';
import { type Sampler } from '../../../../src/lab/search/samplers/sampler';
import { createTpeSampler } from '../../../../src/lab/search/samplers/tpeSampler';
import { bestTrial, type StudyDirection, type Trial } from '../../../../src/lab/search/trial';

const space: SearchSpace = {
  rate: { kind: 'float', low: 1e-4, high: 1e-1, log: true },
  units: { kind: 'int', low: 8, high: 64, step: 8 },
  dropout: { kind: 'float', low: 0, high: 0.9, step: 0.1 },
  optimizer: { kind: 'categorical', choices: ['SGD', 'Adam', 'Nadam'] },
};

function trialOf(number: number, parameters: Parameters, value: number): Trial {
  return { number, state: 'complete', parameters, value, intermediate: new Map(), attributes: {} };
}

function branin({ x, y }: Parameters): number {
  const [a, b] = [Number(x), Number(y)];
  const curve = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6;
  return curve ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
}
const braninMinimum = 0.39788735772973816;
const braninSpace: SearchSpace = { x: { kind: 'float', low: -5, high: 10 }, y: { kind: 'float', low: 0, high: 15 } };

function search(sampler: Sampler, count: number, seed: number, direction: StudyDirection = 'minimize'): number {
  const random = createRandom(seed);
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const parameters = sampler.suggest({ space: braninSpace, direction, trials }, random);
    assert.ok(parameters !== null);
    trials.push(trialOf(number, parameters, direction === 'minimize' ? branin(parameters) : -branin(parameters)));
  }
  return Math.min(...trials.map(({ parameters }) => branin(parameters))) - braninMinimum;
}

/** Largest distance between the drawn and the uniform distribution function (Kolmogorov and Smirnov). */
function kolmogorovSmirnov(sorted: readonly number[]): number {
  return Math.max(
    ...sorted.map((u, k) => Math.max(Math.abs(u - k / sorted.length), Math.abs(u - (k + 1) / sorted.length))),
  );
}

describe('random search', () => {
  const random = createRandom(7);
  const draws = Array.from(
    { length: 2000 },
    () => randomSampler.suggest({ space, direction: 'minimize', trials: [] }, random) ?? {},
  );

  it('draws a log scale evenly, by a Kolmogorov-Smirnov test at one in a thousand', () => {
    const sorted = draws.map(({ rate }) => Math.log(Number(rate) / 1e-4) / Math.log(1e3)).sort((a, b) => a - b);
    assert.ok(kolmogorovSmirnov(sorted) < 1.95 / Math.sqrt(2000));
  });

  it('draws every step and every choice about equally often', () => {
    for (const [name, values] of [
      ['units', 8],
      ['dropout', 10],
      ['optimizer', 3],
    ] as const) {
      const counts = new Map<unknown, number>();
      for (const draw of draws) counts.set(draw[name], (counts.get(draw[name]) ?? 0) + 1);
      const expected = 2000 / values;
      assert.equal(counts.size, values);
      const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      assert.ok(chiSquare < 30, `${name}: chi square ${chiSquare}`);
    }
  });

  it('is the same for the same seed', () => {
    const [a, b] = [createRandom(3), createRandom(3)].map((source) =>
      randomSampler.suggest({ space, direction: 'minimize', trials: [] }, source),
    );
    assert.deepEqual(a, b);
  });
});

describe('grid search', () => {
  it('tries every point of the product once and then stops', () => {
    const sampler = createGridSampler(4);
    const trials: Trial[] = [];
    for (;;) {
      const parameters = sampler.suggest({ space, direction: 'minimize', trials }, createRandom(1));
      if (parameters === null) break;
      trials.push(trialOf(trials.length, parameters, 0));
    }
    assert.equal(trials.length, 4 * 4 * 10 * 3);
    assert.equal(new Set(trials.map(({ parameters }) => JSON.stringify(parameters))).size, trials.length);
    assert.deepEqual(
      trials.map(({ parameters }) => parameters),
      gridPoints(space, 4),
    );
  });

  it('spaces a log scale by equal factors and keeps the ends', () => {
    const values = gridValues({ kind: 'float', low: 1e-4, high: 1e-1, log: true }, 4).map(Number);
    values.forEach((value, k) => assert.ok(Math.abs(value / 10 ** (k - 4) - 1) < 1e-9));
  });

  it('refuses a grid that is too large to write down', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 7 }, (_, k) => [`p${k}`, { kind: 'float', low: 0, high: 1 } as const]),
    );
    assert.throws(() => gridPoints(wide, 10), /10000000 points/);
  });
});

describe('the hand-tuned list', () => {
  const listed = [
    { rate: 0.01, units: 16, dropout: 0.2, optimizer: 'Adam' },
    { rate: 0.001, units: 32, dropout: 0, optimizer: 'SGD' },
  ];

  it('is tried in its order, once each', () => {
    const sampler = createHandTunedSampler(listed);
    const suggest = (trials: readonly Trial[]): Parameters | null =>
      sampler.suggest({ space, direction: 'minimize', trials }, createRandom(1));
    assert.deepEqual(suggest([]), listed[0]);
    assert.deepEqual(suggest([trialOf(0, listed[0] ?? {}, 1)]), listed[1]);
    assert.equal(suggest(listed.map((parameters, k) => trialOf(k, parameters, 1))), null);
  });

  it('names the trial and the parameter that do not fit', () => {
    const sampler = createHandTunedSampler([{ ...listed[0], optimizer: 'Lion' } as Parameters]);
    assert.throws(
      () => sampler.suggest({ space, direction: 'minimize', trials: [] }, createRandom(1)),
      /Trial 1 .*"optimizer" is "Lion"/,
    );
  });
});

describe('the Gaussian process sampler', () => {
  it('finds the minimum of Branin in 30 trials', () => {
    for (const seed of [1, 2, 3]) assert.ok(search(createGpSampler(), 30, seed) < 0.05);
  });

  it('maximises as well as it minimises', () => {
    assert.equal(search(createGpSampler(), 15, 5, 'maximize'), search(createGpSampler(), 15, 5, 'minimize'));
  });

  it('handles mixed spaces, a constant objective and one that repeats', () => {
    const sampler = createGpSampler({ startupTrials: 4, candidates: 200 });
    const random = createRandom(2);
    const trials: Trial[] = [];
    for (let k = 0; k < 12; k++) {
      const parameters = sampler.suggest({ space, direction: 'minimize', trials }, random) ?? {};
      assert.deepEqual(Object.keys(parameters), Object.keys(space));
      trials.push(trialOf(k, parameters, 1));
    }
  });

  it('does not go back to where a trial was pruned', () => {
    const sampler = createGpSampler({ startupTrials: 2, candidates: 500 });
    const line: SearchSpace = { x: { kind: 'float', low: 0, high: 1 } };
    const start = [trialOf(0, { x: 0.1 }, 0.5), trialOf(1, { x: 0.9 }, 0.4)];
    const first = sampler.suggest({ space: line, direction: 'minimize', trials: start }, createRandom(1)) ?? {};
    const pruned: Trial = { ...trialOf(2, first, 5), state: 'pruned' };
    const second =
      sampler.suggest({ space: line, direction: 'minimize', trials: [...start, pruned] }, createRandom(1)) ?? {};
    assert.ok(Math.abs(Number(first['x']) - Number(second['x'])) > 0.05);
    assert.equal(bestTrial({ space: line, direction: 'minimize', trials: [pruned] }), undefined);
  });

  it('sends parallel trials to different places', () => {
    const random = createRandom(4);
    const sampler = createGpSampler();
    const complete = Array.from({ length: 10 }, (_, k) => {
      const parameters = randomSampler.suggest({ space: braninSpace, direction: 'minimize', trials: [] }, random) ?? {};
      return trialOf(k, parameters, branin(parameters));
    });
    const first =
      sampler.suggest({ space: braninSpace, direction: 'minimize', trials: complete }, createRandom(9)) ?? {};
    const running: Trial = { ...trialOf(10, first, 0), state: 'running' };
    const second =
      sampler.suggest({ space: braninSpace, direction: 'minimize', trials: [...complete, running] }, createRandom(9)) ??
      {};
    assert.ok(Math.hypot(Number(first['x']) - Number(second['x']), Number(first['y']) - Number(second['y'])) > 0.1);
  });
});

describe('the tree-structured Parzen estimator', () => {
  it('does better on Branin than random search with the same seeds', () => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[4] ?? NaN;
    const tpe = median(seeds.map((seed) => search(createTpeSampler(), 100, seed)));
    assert.ok(tpe < median(seeds.map((seed) => search(randomSampler, 100, seed))) / 3);
  });

  it('leaves failed trials out and copes with a space of one choice', () => {
    const failed: Trial = { ...trialOf(0, { only: 'a' }, NaN), state: 'fail' };
    const study = { space: { only: { kind: 'categorical', choices: ['a'] } } as const, direction: 'minimize' as const };
    const trials = [failed, ...Array.from({ length: 12 }, (_, k) => trialOf(k + 1, { only: 'a' }, k))];
    assert.deepEqual(createTpeSampler().suggest({ ...study, trials }, createRandom(1)), { only: 'a' });
  });
});
