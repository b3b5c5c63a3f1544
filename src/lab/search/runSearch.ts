import { toFailure } from '../../base/errors';
import { createRandom } from '../../base/random';
import { type BestTrial, type SearchEvent } from '../../trace/lab/searchEvents';
import { type Parameters } from './samplers/distribution';
import { shouldPrune } from './medianPruner';
import { type Sampler } from './samplers/sampler';
import { countBegun, type OpenTrial, type Study } from './study';
import { bestTrial, interruptedMessage, type StudySoFar, type TrialState } from './trial';

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

/**
 * Trains once. `report` tells the objective after an epoch; it throws to end a trial that is to be pruned: let it pass.
 */
export type TrialRunner = (
  trial: TrialTask,
  report: (step: number, value: number) => Promise<void>,
  signal: AbortSignal,
) => Promise<TrialOutcome>;

/** What surrounds a search. */
export interface SearchHost {
  readonly signal: AbortSignal;
  /** Cancels a trial under way, by its number; kept up to date here. */
  readonly cancels?: Map<number, () => void>;
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
  /** Each runs one trial after the other; all of them run side by side. */
  readonly runners: readonly TrialRunner[];
}

class Pruned extends Error {}

const mostFailuresInRow = 5;

/**
 * Runs trials until the study has as many as asked for, the sampler has nothing left, or the search is cancelled. A
 * trial that fails is kept as failed and the search goes on; after five failures in a row it stops with the last one's
 * reason.
 */
export async function runSearch(options: SearchOptions, host: SearchHost): Promise<void> {
  await options.study.open();
  const giveUp = new AbortController();
  const signal = AbortSignal.any([host.signal, giveUp.signal]);
  const failures = { inRow: 0 };
  const lanes = options.runners.map(async (run) => {
    try {
      await runLane(options, run, { host: { ...host, signal }, failures });
    } catch (thrown) {
      giveUp.abort();
      throw thrown;
    }
  });
  const ended = await Promise.allSettled(lanes);
  const failed = ended.find((lane) => lane.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

interface LaneSurroundings {
  readonly host: SearchHost;
  /** Counted over all lanes. */
  readonly failures: { inRow: number };
}

async function runLane(options: SearchOptions, run: TrialRunner, { host, failures }: LaneSurroundings): Promise<void> {
  const { study, sampler, seed, trials } = options;
  while (!host.signal.aborted) {
    const random = createRandom(seed + 1000003 * countBegun(study.soFar().trials));
    const trial = await study.begin(sampler, random, trials);
    if (trial === null) return;
    const failure = await runTrial({ options, run, host }, trial);
    failures.inRow = failure === null ? 0 : failures.inRow + 1;
    if (failure !== null && failures.inRow >= mostFailuresInRow) throw failure;
  }
}

interface Lane {
  readonly options: SearchOptions;
  readonly run: TrialRunner;
  readonly host: SearchHost;
}

/** Runs one trial to its end; gives the reason where it failed by itself. */
async function runTrial({ options, run, host }: Lane, trial: OpenTrial): Promise<unknown> {
  const end = createEnding(options.study, trial, host);
  const cancel = new AbortController();
  const signal = AbortSignal.any([host.signal, cancel.signal]);
  const reporter = createReporter(options, trial, host);
  host.cancels?.set(trial.number, () => cancel.abort());
  host.tell({ type: 'trial-started', number: trial.number, parameters: trial.parameters });
  try {
    const { value, attributes } = await run(trial, reporter.report, signal);
    if (signal.aborted) await end('fail', { message: reasonOf(host) });
    else await end('complete', { value, attributes });
    return null;
  } catch (thrown) {
    if (thrown instanceof Pruned) {
      await end('pruned', reporter.last === undefined ? {} : { value: reporter.last });
      return null;
    }
    await end('fail', { message: signal.aborted ? reasonOf(host) : toFailure(thrown).message });
    return signal.aborted ? null : thrown;
  } finally {
    host.cancels?.delete(trial.number);
  }
}

function reasonOf({ signal }: SearchHost): string {
  return signal.aborted ? interruptedMessage : 'Cancelled.';
}

interface Reporter {
  last: number | undefined;
  report(step: number, value: number): Promise<void>;
}

/** Keeps and tells what a trial reports, and throws where it is to be pruned. */
function createReporter({ study, isPruning }: SearchOptions, trial: OpenTrial, host: SearchHost): Reporter {
  const reporter: Reporter = {
    last: undefined,
    async report(step, value) {
      reporter.last = value;
      await study.report(trial, step, value);
      host.tell({ type: 'trial-reported', number: trial.number, step, value });
      if (!isPruning) return;
      const soFar = study.soFar();
      const own = soFar.trials.find(({ number }) => number === trial.number);
      if (own !== undefined && shouldPrune(soFar, own, step)) throw new Pruned();
    },
  };
  return reporter;
}

interface Ending {
  readonly value?: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

function createEnding(
  study: Study,
  trial: OpenTrial,
  host: SearchHost,
): (state: TrialState, ending: Ending) => Promise<void> {
  const startedAt = host.now();
  return async (state, { message, ...kept }) => {
    await study.finish(trial, {
      state,
      ...kept,
      ...(message === undefined ? {} : { attributes: { ...kept.attributes, message } }),
    });
    const seconds = (host.now() - startedAt) / 1000;
    tellEnd(study, host, { number: trial.number, seconds, ...(message === undefined ? {} : { message }) });
  };
}

function tellEnd(
  study: Study,
  host: SearchHost,
  ended: { readonly number: number; readonly seconds: number; readonly message?: string },
): void {
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
