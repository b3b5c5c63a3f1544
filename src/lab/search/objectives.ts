import { asLoss, completeTrials, type StudyDirection, type StudySoFar, type Trial, type ValuedTrial } from './trial';

/** A study with one objective or several. */
export interface ManyObjectives extends Omit<StudySoFar, 'direction'> {
  readonly directions: readonly StudyDirection[];
}

/** A study as if it had only the objective `index`, from 0. */
export function alongObjective(study: ManyObjectives, index: number): StudySoFar {
  const { space, directions, trials } = study;
  const direction = directions[index] ?? 'minimize';
  return directions.length === 1
    ? { space, direction, trials }
    : { space, direction, trials: trials.map(valued(index)) };
}

function valued(index: number): (trial: Trial) => Trial {
  return ({ value: _first, ...trial }) => {
    const value = trial.values?.[index];
    return value === undefined ? trial : { ...trial, value };
  };
}

/** [trial, best so far] wherever a complete trial is better than all before it. */
export function historyOf({ direction, trials }: StudySoFar): readonly (readonly [number, number])[] {
  const history: (readonly [number, number])[] = [];
  let best = Infinity;
  for (const { number, value } of completeTrials(trials)) {
    const loss = asLoss(direction, value);
    if (history.length > 0 && !(loss < best)) continue;
    history.push([number, value]);
    best = loss;
  }
  return history;
}

/**
 * The Pareto front: complete trials than which no other is as good in every objective and better in one, by number.
 * Trials with the same values are all in it (Optuna's `best_trials`).
 */
export function paretoFront({ directions, trials }: ManyObjectives): readonly ValuedTrial[] {
  const candidates = completeTrials(trials)
    .filter(({ values }) => values?.length === directions.length && !values.some(Number.isNaN))
    .map((trial) => ({
      trial,
      losses: (trial.values ?? []).map((value, k) => asLoss(directions[k] ?? 'minimize', value)),
    }));
  // Whatever dominates a trial comes before it in this order.
  candidates.sort((a, b) => compareInTurn(a.losses, b.losses));
  const front: typeof candidates = [];
  for (const candidate of candidates)
    if (!front.some(({ losses }) => dominates(losses, candidate.losses))) front.push(candidate);
  return front.map(({ trial }) => trial).sort((a, b) => a.number - b.number);
}

function compareInTurn(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((loss, k) => loss !== b[k]);
  return at < 0 ? 0 : (a[at] ?? 0) < (b[at] ?? 0) ? -1 : 1;
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((loss, k) => loss <= (b[k] ?? NaN)) && a.some((loss, k) => loss < (b[k] ?? NaN));
}
