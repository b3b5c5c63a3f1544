import {
  type ImportanceReport,
  type StudyParameter,
  type StudyReport,
  type StudyTrial,
  type SurrogateReport,
} from '../trace/lab/studyReport';

/** What a study found of one objective. */
export interface ObjectiveResult {
  readonly name?: string;
  readonly direction: 'minimize' | 'maximize';
  /** [trial, best so far], wherever it gets better. */
  readonly history: readonly (readonly [number, number])[];
  /** Null with fewer than three complete trials. */
  readonly importance: Readonly<Record<string, number>> | null;
  readonly importanceTrials?: number;
  readonly surrogate?: SurrogateReport | null;
}

/** What a study found. */
export interface StudyResult {
  readonly name: string;
  readonly directions: StudyReport['directions'];
  readonly count: number;
  readonly done: number;
  /** Of a study with one objective; null where no trial is complete. */
  readonly best?: StudyTrial | null;
  /** The Pareto front of a study with several objectives. */
  readonly front?: readonly StudyTrial[];
  readonly objectives: readonly ObjectiveResult[];
  readonly parameters: readonly StudyParameter[];
  readonly trials: readonly Omit<StudyTrial, 'isOurs'>[];
}

/** One objective of a report with what was asked of it. */
export function describeObjective(
  { directions, objectiveNames, histories }: StudyReport,
  objective: number,
  {
    importance,
    surrogate,
  }: { readonly importance: ImportanceReport | null; readonly surrogate: SurrogateReport | null | undefined },
): ObjectiveResult {
  const name = objectiveNames[objective];
  return {
    ...(name === undefined ? {} : { name }),
    direction: directions[objective] ?? 'minimize',
    history: histories[objective] ?? [],
    importance: importance?.importance ?? null,
    ...(importance === null ? {} : { importanceTrials: importance.trials }),
    ...(surrogate === undefined ? {} : { surrogate }),
  };
}

/** What a person reads of a study. */
export function sayStudy(study: StudyResult): readonly string[] {
  const { name, count, best, front, objectives } = study;
  const goals = objectives.map(({ direction }) => direction).join(', ');
  return [
    `${name}: ${goals}; ${count} trials (${sayStates(study)})`,
    ...(best === undefined ? [] : [best === null ? '  No trial was completed.' : `  Best: ${sayTrial(best)}`]),
    ...(front === undefined ? [] : ['  Pareto front:', ...front.map((trial) => `    ${sayTrial(trial)}`)]),
    ...objectives.flatMap((objective, k) => sayObjective(objective, objectives.length === 1 ? null : k)),
  ];
}

function sayStates({ trials }: StudyResult): string {
  const counts = new Map<string, number>();
  for (const { state } of trials) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ') || 'none';
}

function sayTrial({ number, value, values, parameters }: StudyTrial): string {
  const found = (values ?? [value ?? NaN]).map(sayNumber).join(', ');
  return `${found} of trial ${number} with ${sayParameters(parameters)}`;
}

function sayObjective(
  { name, history, importance, importanceTrials }: ObjectiveResult,
  index: number | null,
): readonly string[] {
  const which = index === null ? '' : ` of objective ${index + 1}${name === undefined ? '' : ` (${name})`}`;
  const steps = history.map(([trial, value]) => `${sayNumber(value)} (trial ${trial})`).join(', ');
  const shares = Object.entries(importance ?? {}).map(([each, share]) => `${each} ${(100 * share).toFixed(1)} %`);
  return [
    ...(steps === '' ? [] : [`  History${which}: ${steps}`]),
    ...(importance === null
      ? [`  Importance${which}: needs three complete trials.`]
      : shares.length === 0
        ? [`  Importance${which}: no parameter is drawn alike in every complete trial.`]
        : [`  Importance${which}, by ${importanceTrials} trials: ${shares.join(', ')}`]),
  ];
}

function sayNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Parameters with their values, in one line. */
export function sayParameters(parameters: Readonly<Record<string, unknown>>): string {
  const sayValue = (value: unknown): string =>
    typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${sayValue(value)}`)
    .join(', ');
}
