import { smallestOf } from '../../base/extremes';
import { asLoss, type StudySoFar, type Trial } from './trial';

/** When a trial may be stopped for being worse than half of the others. */
export interface PrunerSettings {
  /** Complete trials that are needed before anything is pruned. */
  readonly startupTrials: number;
  /** Epochs of a trial before it can be pruned. */
  readonly warmupSteps: number;
}

export const defaultPrunerSettings: PrunerSettings = { startupTrials: 5, warmupSteps: 1 };

/** The middle of the sorted numbers (the mean of the two middle ones); NaN for none. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The median stopping rule (Golovin et al. 2017): prune a trial whose best intermediate value so far is worse than the
 * median of the complete trials' values at the same step. A trial whose latest value is not a number is pruned too.
 */
export function shouldPrune(
  study: StudySoFar,
  trial: Trial,
  step: number,
  settings: PrunerSettings = defaultPrunerSettings,
): boolean {
  const complete = study.trials.filter(({ state }) => state === 'complete');
  if (complete.length < settings.startupTrials || step < settings.warmupSteps) return false;
  const latest = trial.intermediate.get(step);
  if (latest !== undefined && Number.isNaN(latest)) return true;
  const own = [...trial.intermediate]
    .filter(([at, value]) => at <= step && !Number.isNaN(value))
    .map(([, value]) => asLoss(study.direction, value));
  const others = complete.flatMap(({ intermediate }) => {
    const value = intermediate.get(step);
    return value === undefined || Number.isNaN(value) ? [] : [asLoss(study.direction, value)];
  });
  return own.length > 0 && others.length > 0 && smallestOf(own) > medianOf(others);
}
