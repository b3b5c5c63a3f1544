import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InspectorError } from '../../../../src/base/errors';
import { createGridSampler } from '../../../../src/lab/search/samplers/gridSampler';
import { openJournalFile } from '../../../../src/lab/search/journalFile';
import { randomSampler } from '../../../../src/lab/search/samplers/randomSampler';
import { runSearch, type SearchOptions, type TrialRunner } from '../../../../src/lab/search/runSearch';
import { type Sampler } from '../../../../src/lab/search/samplers/sampler';
import { createSampler, parseSpace, type SearchSettings } from '../../../../src/lab/search/searchSettings';
import { Study } from '../../../../src/lab/search/study';
import { createTpeSampler } from '../../../../src/lab/search/samplers/tpeSampler';
import { type SearchEvent } from '../../../../src/trace/lab/searchEvents';

const space = { x: { kind: 'float', low: -1, high: 1 } } as const;
const square: TrialRunner = async ({ parameters: { x } }, report) => {
  for (const step of [1, 2, 3]) await report(step, Number(x) ** 2 + 1 / step);
  return { value: Number(x) ** 2, attributes: { x } };
};

describe('a study', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'study-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function openStudy(workerId: string, isGone: (worker: string) => boolean = () => false): Study {
    const journal = openJournalFile(path.join(folder, 'study.log'), workerId);
    return new Study({
      journal,
      name: 'study',
      space,
      direction: 'minimize',
      workerId,
      isGone,
      clock: () => '2026-01-02T03:04:05.000006',
    });
  }

  async function search(
    study: Study,
    sampler: Sampler,
    trials: number,
    more: Partial<SearchOptions> = {},
  ): Promise<SearchEvent[]> {
    const events: SearchEvent[] = [];
    const options = { study, sampler, seed: 1, trials, isPruning: false, runners: [square], ...more };
    await runSearch(options, {
      signal: new AbortController().signal,
      now: () => 0,
      tell: (event) => events.push(event),
    });
    return events;
  }

  it('runs as many trials as asked for and goes on where an earlier run stopped', async () => {
    await search(openStudy('a'), randomSampler, 4);
    await search(openStudy('b'), randomSampler, 10);
    const { trials } = openStudy('c').soFar();
    assert.equal(trials.length, 10);
    assert.ok(
      trials.every(({ state, value, parameters }) => state === 'complete' && value === Number(parameters['x']) ** 2),
    );
    assert.equal(new Set(trials.map(({ parameters }) => parameters['x'])).size, 10);
  });

  it('tells the best so far at each end', async () => {
    const events = await search(openStudy('a'), createTpeSampler(), 15);
    const ends = events.filter((event) => event.type === 'trial-ended');
    const values = ends.map(({ value }) => value ?? NaN);
    ends.forEach(({ best }, k) => assert.equal(best?.value, Math.min(...values.slice(0, k + 1))));
  });

  it('shares the trials of a grid between two processes without doing one twice', async () => {
    await Promise.all([
      search(openStudy('a'), createGridSampler(9), 100),
      search(openStudy('b'), createGridSampler(9), 100),
    ]);
    const tried = openStudy('c')
      .soFar()
      .trials.map(({ parameters }) => Number(parameters['x']))
      .sort((a, b) => a - b);
    assert.equal(tried.length, 9);
    assert.equal(new Set(tried).size, 9);
  });

  it('stops trials that are worse than the median, and keeps their last value', async () => {
    const events = await search(openStudy('a'), randomSampler, 30, { isPruning: true });
    const states = events.flatMap((event) => (event.type === 'trial-ended' ? [event.state] : []));
    assert.ok(states.includes('pruned') && states.filter((state) => state === 'complete').length >= 5);
  });

  it('keeps a trial that fails and goes on, but not for ever', async () => {
    let count = 0;
    const sometimes: TrialRunner = async (trial, report, signal) => {
      if (count++ % 2 === 0) throw new InspectorError('data-invalid', 'The loss is not a number.');
      return square(trial, report, signal);
    };
    await search(openStudy('a'), randomSampler, 3, { runners: [sometimes] });
    const { trials } = openStudy('b').soFar();
    assert.deepEqual(
      trials.map(({ state }) => state),
      ['fail', 'complete', 'fail', 'complete', 'fail', 'complete'],
    );
    assert.equal(trials[0]?.attributes['message'], 'The loss is not a number.');
    const always: TrialRunner = () => Promise.reject(new InspectorError('file', 'The disk is full.'));
    await assert.rejects(search(openStudy('c'), randomSampler, 20, { runners: [always] }), /disk is full/);
  });

  it('ends what a process that is gone left running, and makes up for it', async () => {
    const gone = openStudy('gone');
    await gone.open();
    await gone.begin(randomSampler, () => 0.25, 5);
    await search(
      openStudy('b', (worker) => worker === 'gone'),
      randomSampler,
      2,
    );
    assert.deepEqual(
      openStudy('c')
        .soFar()
        .trials.map(({ state }) => state),
      ['fail', 'complete', 'complete'],
    );
  });
});

describe('the settings of a search', () => {
  const base: SearchSettings = {
    method: 'tpe',
    trials: 3,
    seed: 1,
    objective: 'validation_loss',
    space: {},
    gridPoints: 3,
    gamma: 0.15,
    pruning: true,
    keepModels: true,
    journal: 'j.log',
  };
  const known = ['learning_rate', 'units', 'optimizer'];

  it('turn ranges into distributions of the right kind', () => {
    const written = {
      learning_rate: { low: 1e-4, high: 0.1, log: true },
      units: { low: 8, high: 64, step: 8 },
      optimizer: { choices: ['SGD', 'Adam'] },
    };
    assert.deepEqual(parseSpace(written, known), {
      learning_rate: { kind: 'float', low: 1e-4, high: 0.1, log: true },
      units: { kind: 'int', low: 8, high: 64, step: 8 },
      optimizer: { kind: 'categorical', choices: ['SGD', 'Adam'] },
    });
  });

  it('name what is wrong with a range', () => {
    const refused = (range: SearchSettings['space'][string], reason: RegExp, name = 'learning_rate'): void =>
      assert.throws(() => parseSpace({ [name]: range }, known), reason);
    refused({ low: 1 }, /learning_rate" needs "low" and "high"/);
    refused({ low: 2, high: 1 }, /low 2, which is not below high 1/);
    refused({ low: 0, high: 1, log: true }, /above 0/);
    refused({ low: 0.5, high: 4 }, /whole numbers/, 'units');
    refused({ low: 0, high: 1 }, /no hyperparameter; there are: learning_rate/, 'rate');
    assert.throws(() => parseSpace({}, known), /at least one/);
  });

  it('make the sampler they name', () => {
    for (const method of ['grid', 'random', 'gp', 'tpe'] as const)
      assert.equal(createSampler({ ...base, method }, space).name, method);
    assert.throws(
      () => createSampler({ ...base, method: 'hand-tuned', listed: [{ x: 3 }] }, space),
      /Trial 1 .*outside \[-1, 1\]/,
    );
  });
});
