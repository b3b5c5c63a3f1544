import { type Choice, type Distribution, type Parameters, type SearchSpace } from '../samplers/distribution';
import { type StudyDirection, type Trial, type TrialState } from '../trial';
import { externalValue, isCompatible, unpackDistribution, widen } from './distributionJson';
import { directionCodes, type Line, operation, readNumber, stateNames } from './journalLine';

/** A trial of a journal. Ids count over all studies of the file. */
export interface JournalTrial extends Trial {
  readonly id: number;
  readonly distributions: SearchSpace;
  /** What a trial that was enqueued is to be run with; parameters that it leaves out are the sampler's. */
  readonly enqueued: Parameters;
}

/** One study as the journal tells it. */
export interface JournalStudy {
  readonly id: number;
  readonly name: string;
  /** Of the first objective. */
  readonly direction: StudyDirection;
  /** One an objective. */
  readonly directions: readonly StudyDirection[];
  /** What the objectives are called, where the study says (Optuna 3.2 and later). */
  readonly objectiveNames: readonly string[];
  /** Every parameter that any trial has; where their ranges differ, the widest. */
  readonly space: SearchSpace;
  readonly trials: readonly JournalTrial[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface MutableTrial {
  id: number;
  number: number;
  state: TrialState;
  parameters: Record<string, Choice>;
  distributions: Record<string, Distribution>;
  enqueued: Readonly<Record<string, Choice>>;
  value?: number;
  values?: readonly number[];
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
  directions: readonly StudyDirection[];
  objectiveNames: readonly string[];
  space: Record<string, Distribution>;
  /** The distribution that each parameter was first given, with which all later ones must go together. */
  firstSpace: Record<string, Distribution>;
  trials: MutableTrial[];
  attributes: Record<string, unknown>;
}

/** Applies the lines of a journal, in order, and tells the studies that result. */
export class JournalReplay {
  private readonly studies = new Map<number, MutableStudy>();
  private readonly trials: MutableTrial[] = [];
  /** Most lines of a journal repeat one of a few distributions. */
  private readonly distributions = new Map<string, Distribution | null>();
  private nextId = 0;

  /**
   * Applies one operation; an unknown one, or one that names nothing known, is passed over. Returns the id it created.
   */
  apply(line: Line): number | null {
    const code = line['op_code'];
    if (code === operation.createStudy) return this.createStudy(line);
    if (code === operation.createTrial) return this.createTrial(line);
    const study = this.studies.get(Number(line['study_id']));
    if (study !== undefined) this.changeStudy(study, line);
    const trial = this.trials[Number(line['trial_id'])];
    if (trial !== undefined && (trial.state === 'running' || trial.state === 'waiting')) this.changeTrial(trial, line);
    return null;
  }

  /** Trials of all studies of the file, which is the id of the next one. */
  get trialCount(): number {
    return this.trials.length;
  }

  /** Id of the next study. */
  get nextStudyId(): number {
    return this.nextId;
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
    const codes: readonly unknown[] = Array.isArray(line['directions']) ? line['directions'] : [];
    const directions = codes.map((code) => (code === directionCodes.maximize ? 'maximize' : 'minimize'));
    const direction = directions[0] ?? 'minimize';
    const study: MutableStudy = {
      id: this.nextId++,
      name,
      direction,
      directions: directions.length === 0 ? [direction] : directions,
      objectiveNames: [],
      space: {},
      firstSpace: {},
      trials: [],
      attributes: {},
    };
    this.studies.set(study.id, study);
    return study.id;
  }

  private changeStudy(study: MutableStudy, line: Line): void {
    const code = line['op_code'];
    if (code === operation.deleteStudy) this.studies.delete(study.id);
    if (code === operation.studyUserAttribute) Object.assign(study.attributes, line['user_attr']);
    if (code !== operation.studySystemAttribute) return;
    const names = asLine(line['system_attr'])['study:metric_names'];
    if (Array.isArray(names)) study.objectiveNames = names.map(String);
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
      distributions: {},
      enqueued: enqueuedBy(line['system_attrs']),
      intermediate: new Map(),
      attributes: { ...asLine(line['user_attrs']) },
      ...(typeof line['datetime_start'] === 'string' ? { startedAt: line['datetime_start'] } : {}),
    };
    this.trials.push(trial);
    study.trials.push(trial);
    this.applyTemplate(study, trial, line);
    return trial.id;
  }

  private applyTemplate(study: MutableStudy, trial: MutableTrial, line: Line): void {
    const distributions = asLine(line['distributions']);
    for (const [name, internal] of Object.entries(asLine(line['params']))) {
      this.setParameter(study, trial, { name, distribution: distributions[name], internal });
    }
    setValues(trial, Array.isArray(line['values']) ? line['values'] : [line['value']]);
    for (const [step, between] of Object.entries(asLine(line['intermediate_values']))) {
      trial.intermediate.set(Number(step), readNumber(between) ?? NaN);
    }
  }

  private changeTrial(trial: MutableTrial, line: Line): void {
    const study = this.studies.get(trial.studyId);
    const code = line['op_code'];
    if (code === operation.trialParameter && study !== undefined) {
      this.setParameter(study, trial, {
        name: String(line['param_name']),
        distribution: line['distribution'],
        internal: line['param_value_internal'],
      });
    }
    if (code === operation.trialIntermediate)
      trial.intermediate.set(Number(line['step']), readNumber(line['intermediate_value']) ?? NaN);
    if (code === operation.trialUserAttribute) Object.assign(trial.attributes, line['user_attr']);
    if (code === operation.trialSystemAttribute)
      trial.enqueued = { ...trial.enqueued, ...enqueuedBy(line['system_attr']) };
    if (code === operation.trialState) setState(trial, line);
  }

  private setParameter(
    study: MutableStudy,
    trial: MutableTrial,
    given: { readonly name: string; readonly distribution: unknown; readonly internal: unknown },
  ): void {
    const { name } = given;
    const distribution = typeof given.distribution === 'string' ? this.unpack(given.distribution) : null;
    const internal = readNumber(given.internal);
    if (distribution === null || internal === undefined || name === '__proto__') return;
    const first = (study.firstSpace[name] ??= distribution);
    // As Optuna does: a parameter whose distribution does not go together with the study's is dropped.
    if (!isCompatible(first, distribution)) return;
    trial.parameters[name] = externalValue(distribution, internal);
    trial.distributions[name] = distribution;
    study.space[name] = widen(study.space[name] ?? distribution, distribution);
  }

  private unpack(json: string): Distribution | null {
    const known = this.distributions.get(json);
    if (known !== undefined) return known;
    const distribution = unpackDistribution(json);
    this.distributions.set(json, distribution);
    return distribution;
  }
}

function asLine(value: unknown): Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : {};
}

function enqueuedBy(systemAttributes: unknown): Readonly<Record<string, Choice>> {
  return { ...(asLine(asLine(systemAttributes)['fixed_params']) as Readonly<Record<string, Choice>>) };
}

function setValues(trial: MutableTrial, written: readonly unknown[]): void {
  const values = written.map(readNumber).filter((value) => value !== undefined);
  const [value] = values;
  if (value === undefined || values.length !== written.length) return;
  trial.value = value;
  trial.values = values;
}

function setState(trial: MutableTrial, line: Line): void {
  trial.state = stateNames[Number(line['state'])] ?? trial.state;
  if (Array.isArray(line['values'])) setValues(trial, line['values']);
  if (typeof line['datetime_start'] === 'string') trial.startedAt = line['datetime_start'];
  if (typeof line['datetime_complete'] === 'string') trial.endedAt = line['datetime_complete'];
}
