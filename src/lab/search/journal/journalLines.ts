import { type Parameters, type SearchSpace } from '../samplers/distribution';
import { type StudyDirection, type TrialState } from '../trial';
import { internalValue, packDistribution } from './distributionJson';
import { directionCodes, type Line, operation, stateNames } from './journalLine';

/** The lines that we append, each an operation of one worker. `at` is local time as Python's isoformat gives it. */
export function createJournalLines(workerId: string): {
  createStudy(name: string, direction: StudyDirection): Line;
  studyAttribute(studyId: number, name: string, value: unknown): Line;
  createTrial(studyId: number, at: string): Line;
  /** Takes a trial that waits. */
  start(trialId: number, at: string): Line;
  parameters(trialId: number, space: SearchSpace, parameters: Parameters): readonly Line[];
  intermediate(trialId: number, step: number, value: number): Line | null;
  attribute(trialId: number, name: string, value: unknown): Line;
  finish(trialId: number, outcome: { readonly state: TrialState; readonly value?: number; readonly at: string }): Line;
} {
  const line = (opCode: number, rest: Line): Line => ({ op_code: opCode, worker_id: workerId, ...rest });
  return {
    createStudy: (name, direction) =>
      line(operation.createStudy, { study_name: name, directions: [directionCodes[direction]] }),
    studyAttribute: (studyId, name, value) =>
      line(operation.studyUserAttribute, { study_id: studyId, user_attr: { [name]: value } }),
    createTrial: (studyId, at) => line(operation.createTrial, { study_id: studyId, datetime_start: at }),
    start: (trialId, at) =>
      line(operation.trialState, {
        trial_id: trialId,
        state: stateNames.indexOf('running'),
        values: null,
        datetime_start: at,
      }),
    parameters: (trialId, space, parameters) =>
      Object.entries(space).map(([name, distribution]) =>
        line(operation.trialParameter, {
          trial_id: trialId,
          param_name: name,
          param_value_internal: internalValue(distribution, parameters[name] ?? null),
          distribution: packDistribution(distribution),
        }),
      ),
    intermediate: (trialId, step, value) =>
      Number.isFinite(value)
        ? line(operation.trialIntermediate, { trial_id: trialId, step, intermediate_value: value })
        : null,
    attribute: (trialId, name, value) =>
      line(operation.trialUserAttribute, { trial_id: trialId, user_attr: { [name]: value } }),
    finish: (trialId, { state, value, at }) =>
      finishLine(line, trialId, { state, at, ...(value === undefined ? {} : { value }) }),
  };
}

/**
 * An objective that is not finite ends as FAIL without values: a null in their place would break the study for Optuna.
 */
function finishLine(
  line: (opCode: number, rest: Line) => Line,
  trialId: number,
  { state, value, at }: { readonly state: TrialState; readonly value?: number; readonly at: string },
): Line {
  const isFinite = value !== undefined && Number.isFinite(value);
  const kept = state === 'complete' && !isFinite ? 'fail' : state;
  const values = isFinite && kept !== 'fail' ? [value] : null;
  return line(operation.trialState, {
    trial_id: trialId,
    state: stateNames.indexOf(kept),
    values,
    datetime_complete: at,
  });
}
