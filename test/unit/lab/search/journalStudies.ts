import { packDistribution } from '../../../../src/lab/search/journal/distributionJson';
import { type JournalStudy, JournalReplay } from '../../../../src/lab/search/journal/journalReplay';
import { type Choice, type Distribution } from '../../../../src/lab/search/samplers/distribution';

/** A trial as a test writes it down: its parameters with what each was drawn from. */
export interface WrittenTrial {
  readonly parameters: Readonly<Record<string, readonly [Choice, Distribution]>>;
  readonly values: readonly number[];
  /** Optuna's code; 1: complete. */
  readonly state?: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export const unit = { kind: 'float', low: 0, high: 1 } as const;
export const optimizers = { kind: 'categorical', choices: ['SGD', 'Adam'] } as const;

/** The operations that a worker of Optuna would have written. */
export function writeTrials(trials: readonly WrittenTrial[], directions: readonly (1 | 2)[] = [2]): readonly object[] {
  return [
    { op_code: 0, worker_id: 'w', study_name: 's', directions },
    ...trials.flatMap(({ parameters, values, state = 1, attributes }, id) => [
      { op_code: 4, worker_id: 'w', study_id: 0, datetime_start: '2026-01-01T00:00:00.000000', user_attrs: attributes },
      ...Object.entries(parameters).map(([name, [value, distribution]]) => ({
        op_code: 5,
        worker_id: 'w',
        trial_id: id,
        param_name: name,
        param_value_internal: distribution.kind === 'categorical' ? distribution.choices.indexOf(value) : value,
        distribution: packDistribution(distribution),
      })),
      { op_code: 6, worker_id: 'w', trial_id: id, state, values, datetime_complete: '2026-01-01T00:01:00.000000' },
    ]),
  ];
}

/** The study that results from {@link writeTrials}. */
export function studyOf(trials: readonly WrittenTrial[], directions: readonly (1 | 2)[] = [2]): JournalStudy {
  const replay = new JournalReplay();
  for (const line of writeTrials(trials, directions)) replay.apply(line as Readonly<Record<string, unknown>>);
  const study = replay.study('s');
  if (study === undefined) throw new Error('The study is missing.');
  return study;
}
