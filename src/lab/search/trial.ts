import { type SearchTrialState } from '../../trace/searchEvents';
import { type Parameters, type SearchSpace } from './distribution';

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

/** Complete trials with a finite value that hold every parameter of the space. */
export function usableTrials(study: StudySoFar): readonly (Trial & { readonly value: number })[] {
  const names = Object.keys(study.space);
  return study.trials.filter(
    (trial): trial is Trial & { readonly value: number } =>
      trial.state === 'complete' &&
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
export function bestTrial(study: StudySoFar): Trial | undefined {
  let best: (Trial & { readonly value: number }) | undefined;
  for (const trial of usableTrials(study)) {
    if (best === undefined || asLoss(study.direction, trial.value) < asLoss(study.direction, best.value)) best = trial;
  }
  return best;
}
