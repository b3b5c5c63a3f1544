import { extent, interpolateRgbBasis } from 'd3';
import { mostDrawnTrials, type StudyReport, type StudyTrial } from '../../../src/trace/lab/studyReport';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { formatNumber, formatParameter, scaleOfNumbers, type ValueScale } from './parameterScale';

/** What the charts of a study draw. */
export interface StudyLook {
  readonly report: StudyReport;
  readonly palette: Palette;
  /** Number of the trial that is pointed at, or null. */
  readonly focus: number | null;
}

/** A trial whose objective is known. */
export type ValuedTrial = StudyTrial & { readonly value: number };

/** Trials with an objective, complete or pruned. */
export function valuedTrials({ trials }: StudyReport): readonly ValuedTrial[] {
  return trials.filter(isValued);
}

/** Whether a trial has an objective that can be drawn. */
export function isValued(trial: StudyTrial): trial is ValuedTrial {
  return trial.value !== undefined && Number.isFinite(trial.value);
}

/** The latest trials and the best ones: a chart of many thousands is slow, and no clearer. */
export function drawnTrials(report: StudyReport): readonly StudyTrial[] {
  const { trials } = report;
  const from = trials.length - mostDrawnTrials;
  return from <= 0 ? trials : trials.filter(({ number }, k) => k >= from || isBest(report, number));
}

/** Whether a trial is the best one, or on the Pareto front. */
export function isBest({ best, front }: StudyReport, trial: number): boolean {
  return trial === best || front?.includes(trial) === true;
}

/** A report as if its study had only the objective `index`, from 0. */
export function reportAlong(report: StudyReport, index: number): StudyReport {
  if (report.directions.length === 1) return report;
  return {
    ...report,
    direction: report.directions[index] ?? 'minimize',
    objective: nameOfObjectiveAt(report, index),
    histories: report.histories.slice(index, index + 1),
    trials: report.trials.map(({ value: _first, ...trial }) => {
      const value = trial.values?.[index];
      return value === undefined ? trial : { ...trial, value };
    }),
  };
}

/** What one of several objectives is called. */
export function nameOfObjectiveAt({ objectiveNames }: StudyReport, index: number): string {
  return objectiveNames[index] ?? say('objective {0}', index + 1);
}

/** The objective from 0 to 1, a little room at both ends. */
export function objectiveScale(report: StudyReport, more: readonly number[] = []): ValueScale {
  const [low = 0, high = 1] = extent([
    ...valuedTrials(report).map(({ value }) => value),
    ...more.filter(Number.isFinite),
  ]);
  const room = high > low ? 0.06 * (high - low) : Math.max(0.5, Math.abs(high) * 0.1);
  return scaleOfNumbers(low - room, high + room);
}

/** What the objective is called; a journal does not say. */
export function nameOfObjective({ objective }: StudyReport): string {
  return nameOfFigure(objective ?? '') ?? objective ?? say('objective');
}

/** What a figure of a trial is called, of those that are shown; a figure of the inside with its unit. */
export function nameOfFigure(figure: string): string | undefined {
  const names: Readonly<Record<string, string>> = {
    validation_accuracy: say('validation accuracy'),
    validation_loss: say('validation loss'),
    gradient_half_life: say('gradient half-life, steps'),
    saturated_forget_gates: say('saturated forget gates, share'),
    parameters: say('weights'),
    seconds: say('seconds'),
  };
  return names[figure];
}

/** The figures that get a column of their own, in order. */
export const shownFigures = [
  'validation_accuracy',
  'validation_loss',
  'gradient_half_life',
  'saturated_forget_gates',
  'parameters',
  'seconds',
] as const;

/** Colour of a trial by its rank among those with a value: the better, the stronger. */
export function colourByRank(report: StudyReport, palette: Palette): (trial: ValuedTrial) => string {
  const sign = report.direction === 'minimize' ? 1 : -1;
  const sorted = valuedTrials(report)
    .map(({ value }) => sign * value)
    .sort((a, b) => b - a);
  const ranks = new Map([...sorted.entries()].reverse().map(([rank, value]) => [value, rank]));
  const colours = interpolateRgbBasis([...palette.sequential]);
  return ({ value }) => {
    const rank = sorted.length < 2 ? 1 : (ranks.get(sign * value) ?? 0) / (sorted.length - 1);
    return colours(0.38 + 0.62 * rank);
  };
}

/** One line about a trial. */
export function describeTrial(report: StudyReport, { number, state, value, parameters }: StudyTrial): string {
  const said = Object.entries(parameters)
    .map(([name, each]) => `${name} ${formatParameter(each)}`)
    .join(', ');
  return `${say('Trial {0}', number)}, ${nameOfState(state)}${value === undefined ? '' : `, ${nameOfObjective(report)} ${formatNumber(value)}`}: ${said}`;
}

/** What a state is called. */
export function nameOfState(state: StudyTrial['state']): string {
  return {
    running: say('running'),
    complete: say('complete'),
    pruned: say('pruned'),
    fail: say('failed'),
    waiting: say('waiting'),
  }[state];
}
