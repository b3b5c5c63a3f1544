import { type SearchSpace } from './samplers/distribution';
import { fitSurrogate } from './samplers/gpSampler';
import { isSameDistribution } from './journal/distributionJson';
import { parameterImportance } from './surrogateViews';
import { completeTrials, type StudySoFar, type Trial, type ValuedTrial } from './trial';

/** How much each parameter explains of an objective, the most first. */
export interface Importance {
  /** Shares that sum to 1, or 0 each where nothing differs; only of parameters that every complete trial has. */
  readonly importance: Readonly<Record<string, number>>;
  /** Trials that it was estimated from, a sample of many. */
  readonly trials: number;
}

const fewestTrials = 3;

/**
 * The importance of the parameters that Optuna assesses: those that every complete trial drew from the same
 * distribution. One that never varied has none. Null before there are three complete trials with a finite objective.
 * Cancelled by `checkInterrupt`.
 */
export function importanceOf(study: StudySoFar): Importance | null {
  const complete = completeTrials(study.trials);
  const common = commonSpace(study, complete);
  const finite = complete.filter(({ value }) => Number.isFinite(value));
  if (finite.length < fewestTrials) return null;
  const isFlat = finite.every(({ value }) => value === finite[0]?.value);
  const varied = isFlat ? {} : variedSpace(common, finite);
  const surrogate = Object.keys(varied).length === 0 ? null : fitSurrogate({ ...study, space: varied, trials: finite });
  const shares = surrogate === null ? {} : parameterImportance(surrogate);
  const all = Object.keys(common).map((name) => [name, shares[name] ?? 0] as const);
  return {
    importance: Object.fromEntries([...all].sort(([, a], [, b]) => b - a)),
    trials: surrogate?.fitted ?? finite.length,
  };
}

/** The parameters that all of these trials drew from the same distribution (Optuna's `intersection_search_space`). */
function commonSpace({ space }: StudySoFar, trials: readonly Trial[]): SearchSpace {
  const [first, ...others] = trials.map(
    (trial) => trial.distributions ?? onlyNames(space, Object.keys(trial.parameters)),
  );
  const kept = Object.entries(first ?? {}).filter(([name, distribution]) =>
    others.every((other) => {
      const own = other[name];
      return own !== undefined && isSameDistribution(own, distribution);
    }),
  );
  return Object.fromEntries(kept);
}

/** The part of a space in which these trials differ. */
export function variedSpace(space: SearchSpace, trials: readonly Trial[]): SearchSpace {
  const first = trials[0]?.parameters ?? {};
  return onlyNames(
    space,
    Object.keys(space).filter((name) => trials.some(({ parameters }) => parameters[name] !== first[name])),
  );
}

/** The axes of these names that every one of the trials has a value of, from its own range or another. */
export function sharedSpace(space: SearchSpace, trials: readonly Trial[]): SearchSpace {
  return onlyNames(
    space,
    Object.keys(space).filter((name) => trials.every(({ parameters }) => name in parameters)),
  );
}

/** Trials that have a value of one parameter. */
export function holdersOf<T extends ValuedTrial>(parameter: string, trials: readonly T[]): readonly T[] {
  return trials.filter(({ parameters }) => parameter in parameters);
}

function onlyNames(space: SearchSpace, names: readonly string[]): SearchSpace {
  return Object.fromEntries(Object.entries(space).filter(([name]) => names.includes(name)));
}
