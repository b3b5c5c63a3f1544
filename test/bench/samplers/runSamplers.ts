/**
 * npm run bench:samplers [-- SEEDS]
 *
 * Measures the samplers on functions with known minima, 20 seeds each, beside Optuna's TPE where /usr/bin/python3 has
 * Optuna (Debian: python3-optuna), and prints a table with the bars. Ends with 1 where a bar is missed.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { createRandom } from '../../../src/base/random';
import {
  continuousBounds,
  type Distribution,
  type Parameters,
  toContinuous,
} from '../../../src/lab/search/samplers/distribution';
import { createGpSampler } from '../../../src/lab/search/samplers/gpSampler';
import { createGridSampler, gridPoints } from '../../../src/lab/search/samplers/gridSampler';
import { randomSampler } from '../../../src/lab/search/samplers/randomSampler';
import { type Sampler } from '../../../src/lab/search/samplers/sampler';
import { createTpeSampler } from '../../../src/lab/search/samplers/tpeSampler';
import { type Trial } from '../../../src/lab/search/trial';
import { type TestFunction, testFunctions } from './testFunctions';

const { branin, hartmann6, mixed } = testFunctions;
const seeds = Number(process.argv[2] ?? 20);

interface Bar {
  readonly row: string;
  readonly measured: string;
  readonly bar: string;
  readonly holds: boolean;
}

function regretOf(
  create: () => Sampler,
  of: TestFunction,
  { seed, trials }: { readonly seed: number; readonly trials: number },
): number {
  const random = createRandom(seed);
  const sampler = create();
  const done: Trial[] = [];
  for (let number = 0; number < trials; number++) {
    const parameters = sampler.suggest({ space: of.space, direction: 'minimize', trials: done }, random) as Parameters;
    done.push({
      number,
      state: 'complete',
      parameters,
      value: of.valueAt(parameters),
      intermediate: new Map(),
      attributes: {},
    });
  }
  return Math.min(...done.map(({ value }) => value as number)) - of.minimum;
}

function regretsOf(create: () => Sampler, of: TestFunction, trials: number): readonly number[] {
  return Array.from({ length: seeds }, (_, k) => {
    process.stderr.write(`\r${of.name}, seed ${k + 1} of ${seeds} \x1b[K`);
    return regretOf(create, of, { seed: k + 1, trials });
  });
}

/** Linear between the sorted values, as numpy does it. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (at - Math.floor(at)) * (high - low);
}

function describe(values: readonly number[]): string {
  return `median ${quantile(values, 0.5).toPrecision(2)}, quartiles ${quantile(values, 0.25).toPrecision(2)} to ${quantile(values, 0.75).toPrecision(2)}`;
}

function askOptuna(): {
  readonly version: string;
  readonly regrets: Readonly<Record<string, readonly number[]>>;
} | null {
  const asked = spawnSync('/usr/bin/python3', [path.join(__dirname, 'samplers.py'), String(seeds), '100'], {
    encoding: 'utf8',
  });
  return asked.status === 0 ? (JSON.parse(asked.stdout) as ReturnType<typeof askOptuna>) : null;
}

/** A value as a number that is even in (0, 1) if it was drawn evenly; inside a step or choice it is drawn. */
function evenly(distribution: Distribution, value: Parameters[string], random: () => number): number {
  if (distribution.kind === 'categorical')
    return (distribution.choices.indexOf(value ?? null) + random()) / distribution.choices.length;
  const [low, high] = continuousBounds(distribution);
  const { step = distribution.kind === 'int' ? 1 : 0, log } = distribution;
  if (step === 0) return (toContinuous(distribution, Number(value)) - low) / (high - low);
  const point = Number(value) + (random() - 0.5) * step;
  return ((log === true ? Math.log(point) : point) - low) / (high - low);
}

/** The largest Kolmogorov-Smirnov statistic times sqrt(n), over the parameters, of 2,000 draws a seed. */
function worstOfRandom(): { readonly worst: number; readonly failed: number; readonly tests: number } {
  const statistics = Array.from({ length: seeds }, (_, k) => {
    const random = createRandom(k + 1);
    const draws = Array.from(
      { length: 2000 },
      () => randomSampler.suggest({ space: mixed.space, direction: 'minimize', trials: [] }, random) as Parameters,
    );
    const within = createRandom(1000 + k);
    return Object.entries(mixed.space).map(([name, distribution]) => {
      const sorted = draws.map((draw) => evenly(distribution, draw[name] ?? null, within)).sort((a, b) => a - b);
      const n = sorted.length;
      return Math.sqrt(n) * Math.max(...sorted.map((u, i) => Math.max(u - i / n, (i + 1) / n - u)));
    });
  }).flat();
  return {
    worst: Math.max(...statistics),
    failed: statistics.filter((statistic) => statistic > 1.95).length,
    tests: statistics.length,
  };
}

function gridIsWhole(): { readonly tried: number; readonly points: number; readonly distinct: number } {
  const sampler = createGridSampler(4);
  const trials: Trial[] = [];
  for (;;) {
    const parameters = sampler.suggest({ space: mixed.space, direction: 'minimize', trials }, createRandom(1));
    if (parameters === null) break;
    trials.push({
      number: trials.length,
      state: 'complete',
      parameters,
      value: 0,
      intermediate: new Map(),
      attributes: {},
    });
  }
  return {
    tried: trials.length,
    points: gridPoints(mixed.space, 4).length,
    distinct: new Set(trials.map(({ parameters }) => JSON.stringify(parameters))).size,
  };
}

function* measure(): Generator<Bar> {
  const optuna = askOptuna();
  if (optuna === null) console.log('No Optuna beside: /usr/bin/python3 has none (apt-get install python3-optuna).');
  for (const [name, regrets] of Object.entries(optuna?.regrets ?? {}))
    console.log(`Optuna ${optuna?.version} TPE, ${name}, 100 trials: ${describe(regrets)}`);
  const random = worstOfRandom();
  yield {
    row: 'random, 4 parameters x 2,000 draws',
    measured: `sqrt(n) D at most ${random.worst.toFixed(2)}, ${random.failed} of ${random.tests} over 1.95`,
    bar: '1.95 (one in a thousand)',
    holds: random.failed === 0,
  };
  const grid = gridIsWhole();
  yield {
    row: 'grid, mixed space',
    measured: `${grid.tried} trials, ${grid.distinct} different`,
    bar: `${grid.points} points once`,
    holds: grid.tried === grid.points && grid.distinct === grid.points,
  };
  const gpBranin = regretsOf(() => createGpSampler(), branin, 30);
  const within = gpBranin.filter((regret) => regret < 0.05).length;
  yield {
    row: 'GP-EI, Branin, 30 trials',
    measured: `${within} of ${seeds} under 0.05; ${describe(gpBranin)}`,
    bar: `${Math.ceil(0.95 * seeds)} of ${seeds}`,
    holds: within >= Math.ceil(0.95 * seeds),
  };
  const tpe = {
    branin: regretsOf(() => createTpeSampler(), branin, 100),
    hartmann6: regretsOf(() => createTpeSampler(), hartmann6, 100),
    mixed: regretsOf(() => createTpeSampler(), mixed, 100),
  };
  const median = (regrets: readonly number[]): number => quantile(regrets, 0.5);
  yield {
    row: 'TPE, Branin, 100 trials',
    measured: describe(tpe.branin),
    bar: 'median 0.031',
    holds: median(tpe.branin) <= 0.031,
  };
  yield {
    row: 'TPE, Hartmann-6, 100 trials',
    measured: describe(tpe.hartmann6),
    bar: 'median 0.34',
    holds: median(tpe.hartmann6) <= 0.34,
  };
  const upper = optuna === null ? NaN : quantile(optuna.regrets['mixed'] ?? [], 0.75);
  yield {
    row: 'TPE, mixed space, 100 trials',
    measured: describe(tpe.mixed),
    bar: `median ${upper.toPrecision(2)} (Optuna's upper quartile)`,
    holds: median(tpe.mixed) <= upper,
  };
  const gpHartmann = regretsOf(() => createGpSampler(), hartmann6, 100);
  yield {
    row: 'GP-EI, Hartmann-6, 100 trials',
    measured: describe(gpHartmann),
    bar: `median ${median(tpe.hartmann6).toPrecision(2)} (TPE's)`,
    holds: median(gpHartmann) <= median(tpe.hartmann6),
  };
  const gpMixed = regretsOf(() => createGpSampler(), mixed, 30);
  yield { row: 'GP-EI, mixed space, 30 trials', measured: describe(gpMixed), bar: '', holds: true };
}

const bars: Bar[] = [];
for (const bar of measure()) {
  process.stderr.write('\r\x1b[K');
  console.log(
    `${bar.row.padEnd(36)} ${bar.measured.padEnd(62)} ${bar.bar.padEnd(42)} ${bar.bar === '' ? '' : bar.holds ? 'holds' : 'MISSED'}`,
  );
  bars.push(bar);
}
process.exitCode = bars.every(({ holds }) => holds) ? 0 : 1;
