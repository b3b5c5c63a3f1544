import { type SearchTrialState } from '../../trace/lab/searchEvents';
import { type Choice, type Distribution, mismatch, type Parameters, type SearchSpace } from './samplers/distribution';

/** Where a trial stands, by Optuna's names. */
export type TrialState = SearchTrialState;

/** One training with one set of hyperparameters. */
export interface Trial {
  /** From 0, in the order in which the trials were created. */
  readonly number: number;
  readonly state: TrialState;
  readonly parameters: Parameters;
  /** The objective; finite, and only for a complete trial (or a pruned one: its last intermediate value). */
  readonly value?: number;
  /** Where a study has several objectives: each of them, `value` the first. */
  readonly values?: readonly number[];
  /** What each parameter was drawn from; absent: from the study's space. */
  readonly distributions?: SearchSpace;
  /** The objective after each epoch that was reported, by epoch. */
  readonly intermediate: ReadonlyMap<number, number>;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Remarks beside the objective: accuracy, half-life, saturation... */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Whether the objective is to be as small or as large as possible. */
export type StudyDirection = 'minimize' | 'maximize';

/**
 * What a sampler knows of a study; its `space` is the one that is searched, and trials of others may hold more or less.
 */
export interface StudySoFar {
  readonly space: SearchSpace;
  readonly direction: StudyDirection;
  readonly trials: readonly Trial[];
}

/** A trial whose objective is known. */
export type ValuedTrial = Trial & { readonly value: number };

/**
 * What a sampler learns from: complete trials with a finite value that hold every parameter of the space, and pruned
 * ones with the value at which they were stopped, so that a bad place is not tried again.
 */
export function usableTrials(study: StudySoFar): readonly ValuedTrial[] {
  const axes = Object.entries(study.space);
  return study.trials.filter(
    (trial): trial is ValuedTrial =>
      (trial.state === 'complete' || trial.state === 'pruned') &&
      trial.value !== undefined &&
      Number.isFinite(trial.value) &&
      axes.every(([name, distribution]) => holds(distribution, trial.parameters[name])),
  );
}

function holds(distribution: Distribution, value: Choice | undefined): boolean {
  return value !== undefined && mismatch('', distribution, value) === null;
}

/** The objective as a loss: smaller is better whatever the direction. */
export function asLoss(direction: StudyDirection, value: number): number {
  return direction === 'minimize' ? value : -value;
}

/**
 * The best complete trial so far, the first of equal ones, or undefined where there is none. Whatever parameters it
 * has: those of one branch of a conditional space, or one more than the others.
 */
export function bestTrial({ direction, trials }: StudySoFar): ValuedTrial | undefined {
  let best: ValuedTrial | undefined;
  for (const trial of completeTrials(trials))
    if (best === undefined || asLoss(direction, trial.value) < asLoss(direction, best.value)) best = trial;
  return best;
}

/** The trials that count for a study's results: complete, with an objective that is a number (infinities are). */
export function completeTrials<T extends Trial>(trials: readonly T[]): readonly (T & ValuedTrial)[] {
  return trials.filter(
    (trial): trial is T & ValuedTrial =>
      trial.state === 'complete' && trial.value !== undefined && !Number.isNaN(trial.value),
  );
}

/**
 * Trials that have ended with a result. One that waits in the queue has not begun, and one that failed is made up for.
 */
export function countDone(trials: readonly Trial[]): number {
  return trials.filter(({ state }) => state === 'complete' || state === 'pruned').length;
}

/** Why a trial failed that ended because its search was stopped. */
export const interruptedMessage = 'Interrupted.';

/**
 * Whether a trial ended for no reason of its own, and so is to be tried again: its search was stopped, or its process
 * killed.
 */
export function isInterrupted({ state, attributes }: Trial): boolean {
  return state === 'fail' && (attributes['message'] === undefined || attributes['message'] === interruptedMessage);
}
