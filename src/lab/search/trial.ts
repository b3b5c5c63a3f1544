import { type SearchTrialState } from '../../trace/lab/searchEvents';
import { type Parameters, type SearchSpace } from './samplers/distribution';

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
  /** The objective after each epoch that was reported, by epoch. */
  readonly intermediate: ReadonlyMap<number, number>;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Remarks beside the objective: accuracy, half-life, saturation... */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Whether the objective is to be as small or as large as possible. */
export type StudyDirection = 'minimize' | 'maximize';

/** What a sampler knows of a study. */
export interface StudySoFar {
  readonly space: SearchSpace;
  readonly direction: StudyDirection;
  readonly trials: readonly Trial[];
}

/** A trial whose objective is known. */
export type ValuedTrial = Trial & { readonly value: number };

/**
 * What a sampler learns from: complete trials with a finite value that hold every parameter of the space, and pruned ones
 * with the value at which they were stopped, so that a bad place is not tried again.
 */
export function usableTrials(study: StudySoFar): readonly ValuedTrial[] {
  const names = Object.keys(study.space);
  return study.trials.filter(
    (trial): trial is ValuedTrial =>
      (trial.state === 'complete' || trial.state === 'pruned') &&
      trial.value !== undefined &&
      Number.isFinite(trial.value) &&
      names.every((name) => name in trial.parameters),
  );
}

/** The objective as a loss: smaller is better whatever the direction. */
export function asLoss(direction: StudyDirection, value: number): number {
  return direction === 'minimize' ? value : -value;
}

/** The best complete trial so far, or undefined where there is none. */
export function bestTrial(study: StudySoFar): ValuedTrial | undefined {
  const complete = usableTrials(study).filter(({ state }) => state === 'complete');
  return complete.reduce<ValuedTrial | undefined>(
    (best, trial) =>
      best === undefined || asLoss(study.direction, trial.value) < asLoss(study.direction, best.value) ? trial : best,
    undefined,
  );
}

/** Why a trial failed that ended because its search was stopped. */
export const interruptedMessage = 'Interrupted.';

/** Whether a trial ended for no reason of its own, and so is to be tried again: its search was stopped, or its process killed. */
export function isInterrupted({ state, attributes }: Trial): boolean {
  return state === 'fail' && (attributes['message'] === undefined || attributes['message'] === interruptedMessage);
}
