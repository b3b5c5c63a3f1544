import { toFailure } from '../../base/errors';
import { createRandom } from '../../base/random';
import { type BestTrial, type SearchEvent } from '../../trace/searchEvents';
import { type Parameters } from './distribution';
import { shouldPrune } from './medianPruner';
import { type Sampler } from './sampler';
import { type OpenTrial, type Study } from './study';
import { bestTrial, type StudySoFar, type TrialState } from './trial';

/** What came of one trial's training. */
export interface TrialOutcome {
  readonly value: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A trial that is to be trained. */
export interface TrialTask {
  readonly number: number;
  readonly parameters: Parameters;
}

/** Trains once. `report` tells the objective after an epoch; it throws to end a trial that is to be pruned: let it pass. */
export type TrialRunner = (
  trial: TrialTask,
  report: (step: number, value: number) => Promise<void>,
  signal: AbortSignal,
) => Promise<TrialOutcome>;

/** What surrounds a search. */
export interface SearchHost {
  readonly signal: AbortSignal;
  now(): number;
  tell(event: SearchEvent): void;
}

/** What a search is made of. */
export interface SearchOptions {
  readonly study: Study;
  readonly sampler: Sampler;
  readonly seed: number;
  /** Trials of the whole study. */
  readonly trials: number;
  readonly isPruning: boolean;
  readonly run: TrialRunner;
}

class Pruned extends Error {}

/**
 * Runs trials until the study has as many as asked for, the sampler has nothing left, or the search is cancelled. A trial
 * that fails is kept as failed and the search goes on; after five failures in a row it stops with the last one's reason.
 */
export async function runSearch(options: SearchOptions, host: SearchHost): Promise<void> {
  const { study, sampler, seed, trials } = options;
  await study.open();
  let failuresInRow = 0;
  while (!host.signal.aborted) {
    const random = createRandom(seed + 1000003 * study.soFar().trials.length);
    const trial = await study.begin(sampler, random, trials);
    if (trial === null) return;
    const failure = await runTrial(options, trial, host);
    failuresInRow = failure === null ? 0 : failuresInRow + 1;
    if (failure !== null && failuresInRow >= 5) throw failure;
  }
}

async function runTrial(options: SearchOptions, trial: OpenTrial, host: SearchHost): Promise<unknown> {
  const startedAt = host.now();
  host.tell({ type: 'trial-started', number: trial.number, parameters: trial.parameters });
  const end = async (state: TrialState, outcome: { readonly value?: number; readonly attributes?: Readonly<Record<string, unknown>>; readonly message?: string }): Promise<void> => {
    const { message, ...kept } = outcome;
    await options.study.finish(trial, { state, ...kept, ...(message === undefined ? {} : { attributes: { ...kept.attributes, message } }) });
    tellEnd(options.study, host, { number: trial.number, seconds: (host.now() - startedAt) / 1000, ...(message === undefined ? {} : { message }) });
  };
  let last: number | undefined;
  const report = async (step: number, value: number): Promise<void> => {
    last = value;
    await options.study.report(trial, step, value);
    host.tell({ type: 'trial-reported', number: trial.number, step, value });
    if (!options.isPruning) return;
    const soFar = options.study.soFar();
    const own = soFar.trials.find(({ number }) => number === trial.number);
    if (own !== undefined && shouldPrune(soFar, own, step)) throw new Pruned();
  };
  try {
    const { value, attributes } = await options.run(trial, report, host.signal);
    if (host.signal.aborted) await end('fail', { message: 'Cancelled.' });
    else await end('complete', { value, attributes });
    return null;
  } catch (thrown) {
    if (thrown instanceof Pruned) {
      await end('pruned', last === undefined ? {} : { value: last });
      return null;
    }
    await end('fail', { message: toFailure(thrown).message });
    return thrown;
  }
}

function tellEnd(study: Study, host: SearchHost, ended: { readonly number: number; readonly seconds: number; readonly message?: string }): void {
  const soFar = study.soFar();
  const trial = soFar.trials.find(({ number }) => number === ended.number);
  const best = describeBest(soFar);
  host.tell({
    type: 'trial-ended',
    ...ended,
    state: trial?.state ?? 'fail',
    ...(trial?.value === undefined ? {} : { value: trial.value }),
    ...(best === undefined ? {} : { best }),
  });
}

/** The best complete trial as an event tells it. */
export function describeBest(study: StudySoFar): BestTrial | undefined {
  const best = bestTrial(study);
  return best === undefined ? undefined : { number: best.number, value: best.value, parameters: best.parameters };
}
