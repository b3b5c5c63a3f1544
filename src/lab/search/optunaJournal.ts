import { type Choice, type Distribution, type Parameters, type SearchSpace } from './samplers/distribution';
import { type StudyDirection, type Trial, type TrialState } from './trial';

/**
 * Optuna's journal: one JSON object a line, each an operation; replaying them gives the studies
 * (optuna.storages.JournalStorage, versions 3.1 to 5). Python writes NaN and Infinity bare; we read them and never write them.
 */
const operation = {
  createStudy: 0,
  deleteStudy: 1,
  studyUserAttribute: 2,
  studySystemAttribute: 3,
  createTrial: 4,
  trialParameter: 5,
  trialState: 6,
  trialIntermediate: 7,
  trialUserAttribute: 8,
} as const;

const stateNames: readonly TrialState[] = ['running', 'complete', 'pruned', 'fail', 'waiting'];
const directionCodes = { minimize: 1, maximize: 2 } as const;

/** One study as the journal tells it. Trial ids count over all studies of the file. */
export interface JournalStudy {
  readonly id: number;
  readonly name: string;
  readonly direction: StudyDirection;
  readonly space: SearchSpace;
  readonly trials: readonly (Trial & { readonly id: number })[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

type Line = Readonly<Record<string, unknown>>;

interface MutableTrial {
  id: number;
  number: number;
  state: TrialState;
  parameters: Record<string, Choice>;
  value?: number;
  intermediate: Map<number, number>;
  startedAt?: string;
  endedAt?: string;
  attributes: Record<string, unknown>;
  studyId: number;
}

interface MutableStudy {
  id: number;
  name: string;
  direction: StudyDirection;
  space: Record<string, Distribution>;
  trials: MutableTrial[];
  attributes: Record<string, unknown>;
}

const bareNumber = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;
const bareNumbers: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** One line as Python's json writes it, bare NaN and Infinity included; null if it is torn or no object. */
export function parseJournalLine(line: string): Line | null {
  try {
    const quoted = line.replace(bareNumber, (part) => (part.startsWith('"') ? part : JSON.stringify(part)));
    const parsed: unknown = JSON.parse(quoted);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Line) : null;
  } catch {
    return null;
  }
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? bareNumbers[value] : undefined;
}

/** Optuna's JSON form of a distribution. */
export function packDistribution(distribution: Distribution): string {
  if (distribution.kind === 'categorical') {
    return JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices: distribution.choices } });
  }
  const { kind, low, high, log = false, step } = distribution;
  const isFloat = kind === 'float';
  const attributes = { log, step: step ?? (isFloat ? null : 1), low, high };
  return JSON.stringify({ name: isFloat ? 'FloatDistribution' : 'IntDistribution', attributes });
}

/** The inverse of {@link packDistribution}, with the names that older Optuna used; null if it is none of them. */
export function unpackDistribution(json: string): Distribution | null {
  const line = parseJournalLine(json);
  const attributes = (line?.['attributes'] ?? {}) as Line;
  const name = String(line?.['name']);
  if (name === 'CategoricalDistribution' && Array.isArray(attributes['choices'])) {
    return { kind: 'categorical', choices: attributes['choices'] as readonly Choice[] };
  }
  const [low, high] = [attributes['low'], attributes['high']];
  if (typeof low !== 'number' || typeof high !== 'number' || !(low <= high)) return null;
  const step = attributes['step'] ?? attributes['q'];
  const scale = {
    low,
    high,
    ...(attributes['log'] === true || name.startsWith('Log') || name.startsWith('IntLog') ? { log: true } : {}),
    ...(typeof step === 'number' ? { step } : {}),
  };
  if (scale.log === true && low <= 0) return null;
  if (name.startsWith('Int')) return { kind: 'int', ...scale };
  return /Float|Uniform/.test(name) ? { kind: 'float', ...scale } : null;
}

function externalValue(distribution: Distribution, internal: number): Choice {
  return distribution.kind === 'categorical' ? (distribution.choices[internal] ?? null) : internal;
}

function internalValue(distribution: Distribution, value: Choice): number {
  return distribution.kind === 'categorical' ? distribution.choices.indexOf(value) : Number(value);
}

/** Applies the lines of a journal, in order, and tells the studies that result. */
export class JournalReplay {
  private readonly studies = new Map<number, MutableStudy>();
  private readonly trials: MutableTrial[] = [];
  private nextStudyId = 0;

  /** Applies one operation; an unknown one, or one that names nothing known, is passed over. Returns the id it created. */
  apply(line: Line): number | null {
    const code = line['op_code'];
    if (code === operation.createStudy) return this.createStudy(line);
    if (code === operation.deleteStudy) this.studies.delete(Number(line['study_id']));
    if (code === operation.studyUserAttribute)
      Object.assign(this.studies.get(Number(line['study_id']))?.attributes ?? {}, line['user_attr']);
    if (code === operation.createTrial) return this.createTrial(line);
    const trial = this.trials[Number(line['trial_id'])];
    if (trial !== undefined && (trial.state === 'running' || trial.state === 'waiting')) this.changeTrial(trial, line);
    return null;
  }

  /** Trials of all studies of the file, which is the id of the next one. */
  get trialCount(): number {
    return this.trials.length;
  }

  /** The study of this name, or undefined. */
  study(name: string): JournalStudy | undefined {
    return [...this.studies.values()].find((study) => study.name === name);
  }

  /** The names of all studies of the file, the oldest first. */
  get studyNames(): readonly string[] {
    return [...this.studies.values()].map(({ name }) => name);
  }

  private createStudy(line: Line): number | null {
    const name = String(line['study_name']);
    if (this.study(name) !== undefined) return null;
    const directions = line['directions'];
    const isMaximized = Array.isArray(directions) && directions[0] === directionCodes.maximize;
    const study: MutableStudy = {
      id: this.nextStudyId++,
      name,
      direction: isMaximized ? 'maximize' : 'minimize',
      space: {},
      trials: [],
      attributes: {},
    };
    this.studies.set(study.id, study);
    return study.id;
  }

  private createTrial(line: Line): number | null {
    const study = this.studies.get(Number(line['study_id']));
    if (study === undefined) return null;
    const trial: MutableTrial = {
      id: this.trials.length,
      number: study.trials.length,
      studyId: study.id,
      state: stateNames[Number(line['state'] ?? 0)] ?? 'running',
      parameters: {},
      intermediate: new Map(),
      attributes: { ...(line['user_attrs'] as Line | undefined) },
      ...(typeof line['datetime_start'] === 'string' ? { startedAt: line['datetime_start'] } : {}),
    };
    this.trials.push(trial);
    study.trials.push(trial);
    this.applyTemplate(study, trial, line);
    return trial.id;
  }

  private applyTemplate(study: MutableStudy, trial: MutableTrial, line: Line): void {
    const distributions = (line['distributions'] ?? {}) as Readonly<Record<string, string>>;
    for (const [name, internal] of Object.entries((line['params'] ?? {}) as Readonly<Record<string, unknown>>)) {
      setParameter(study, trial, { name, distribution: distributions[name], internal });
    }
    const value = readNumber(line['value']);
    if (value !== undefined) trial.value = value;
    for (const [step, between] of Object.entries((line['intermediate_values'] ?? {}) as Line)) {
      trial.intermediate.set(Number(step), readNumber(between) ?? NaN);
    }
  }

  private changeTrial(trial: MutableTrial, line: Line): void {
    const study = this.studies.get(trial.studyId);
    const code = line['op_code'];
    if (code === operation.trialParameter && study !== undefined) {
      setParameter(study, trial, {
        name: String(line['param_name']),
        distribution: line['distribution'],
        internal: line['param_value_internal'],
      });
    }
    if (code === operation.trialIntermediate)
      trial.intermediate.set(Number(line['step']), readNumber(line['intermediate_value']) ?? NaN);
    if (code === operation.trialUserAttribute) Object.assign(trial.attributes, line['user_attr']);
    if (code === operation.trialState) setState(trial, line);
  }
}

function setParameter(
  study: MutableStudy,
  trial: MutableTrial,
  given: { readonly name: string; readonly distribution: unknown; readonly internal: unknown },
): void {
  const distribution = typeof given.distribution === 'string' ? unpackDistribution(given.distribution) : null;
  const internal = readNumber(given.internal);
  if (distribution === null || internal === undefined) return;
  trial.parameters[given.name] = externalValue(distribution, internal);
  study.space[given.name] ??= distribution;
}

function setState(trial: MutableTrial, line: Line): void {
  trial.state = stateNames[Number(line['state'])] ?? trial.state;
  const values = line['values'];
  const value = Array.isArray(values) ? readNumber(values[0]) : undefined;
  if (value !== undefined) trial.value = value;
  if (typeof line['datetime_start'] === 'string') trial.startedAt = line['datetime_start'];
  if (typeof line['datetime_complete'] === 'string') trial.endedAt = line['datetime_complete'];
}

/** The lines that we append, each an operation of one worker. `at` is local time as Python's isoformat gives it. */
export function createJournalLines(workerId: string): {
  createStudy(name: string, direction: StudyDirection): Line;
  createTrial(studyId: number, at: string): Line;
  parameters(trialId: number, space: SearchSpace, parameters: Parameters): readonly Line[];
  intermediate(trialId: number, step: number, value: number): Line | null;
  attribute(trialId: number, name: string, value: unknown): Line;
  finish(trialId: number, outcome: { readonly state: TrialState; readonly value?: number; readonly at: string }): Line;
} {
  const line = (opCode: number, rest: Line): Line => ({ op_code: opCode, worker_id: workerId, ...rest });
  return {
    createStudy: (name, direction) =>
      line(operation.createStudy, { study_name: name, directions: [directionCodes[direction]] }),
    createTrial: (studyId, at) => line(operation.createTrial, { study_id: studyId, datetime_start: at }),
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

/** An objective that is not finite ends as FAIL without values: a null in their place would break the study for Optuna. */
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
