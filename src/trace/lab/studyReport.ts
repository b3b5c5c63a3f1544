import { type ParameterValue, type SearchTrialState } from './searchEvents';

/** A hyperparameter of a study and the values it may take: choices, or numbers in [low, high]. */
export type StudyParameter =
  | { readonly name: string; readonly choices: readonly ParameterValue[] }
  | {
      readonly name: string;
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
      readonly isWhole: boolean;
    };

/** One trial as a page shows it. */
export interface StudyTrial {
  readonly number: number;
  readonly state: SearchTrialState;
  /** The objective; of a pruned trial where it stood when it was stopped. */
  readonly value?: number;
  /** Where the study has several objectives: each of them, `value` the first. */
  readonly values?: readonly number[];
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** [epoch, objective], in the order of epochs. */
  readonly intermediate: readonly (readonly [number, number])[];
  /** Numbers that stand beside the objective, by name: half-life, saturation, seconds... */
  readonly figures: Readonly<Record<string, number>>;
  /** Why it failed. */
  readonly message?: string;
  /** Path of its model.json on this machine, where there is one. */
  readonly modelPath?: string;
  /** Begun by this search of ours, and so it can be cancelled. */
  readonly isOurs: boolean;
}

/** A study as its journal tells it. */
export interface StudyReport {
  readonly name: string;
  /** Path of the journal. */
  readonly journal: string;
  /** Of the first objective. */
  readonly direction: 'minimize' | 'maximize';
  /** One an objective. */
  readonly directions: readonly ('minimize' | 'maximize')[];
  /** What the objectives are called, where the study says. */
  readonly objectiveNames: readonly string[];
  /** All studies of the journal, the oldest first. */
  readonly studies: readonly { readonly name: string; readonly count: number }[];
  /** Why this is not the study that the lab file's journal would lead one to expect. */
  readonly remark?: string;
  /** From the lab file, where there is one. */
  readonly objective?: string;
  readonly method?: string;
  /** Trials that the study is to have, by the lab file. */
  readonly goal?: number;
  readonly parameters: readonly StudyParameter[];
  /** All, or the latest {@link mostShownTrials} and the best. */
  readonly trials: readonly StudyTrial[];
  /** Trials in the journal. */
  readonly count: number;
  /** Those of them that are complete or pruned. */
  readonly done: number;
  /** Number of the best complete trial of a study with one objective. */
  readonly best?: number;
  /** Numbers of the trials on the Pareto front of a study with several objectives. */
  readonly front?: readonly number[];
  /** For each objective [trial, best so far], wherever it gets better. */
  readonly histories: readonly (readonly (readonly [number, number])[])[];
  /** Changes whenever anything of the above does. */
  readonly revision: string;
}

/**
 * A page is sent at most so many trials, and draws at most {@link mostDrawnTrials} of them; its table holds them all.
 */
export const mostShownTrials = 10_000;
export const mostDrawnTrials = 2000;

/**
 * The Gaussian process of a study along one parameter, through the point that would be tried next. In units of the
 * objective.
 */
export interface SurrogateReport {
  readonly parameter: string;
  readonly values: readonly ParameterValue[];
  readonly mean: readonly number[];
  /** Mean minus and plus two standard deviations. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Expected improvement over the best trial, in units of the objective. */
  readonly improvement: readonly number[];
  /** Where the expected improvement is largest, of what a random search with refinement finds. */
  readonly next: Readonly<Record<string, ParameterValue>>;
  /** Trials it was fitted to. */
  readonly trials: number;
}

/** How much each parameter explains of an objective. */
export interface ImportanceReport {
  /**
   * Share of the variance of the Gaussian process that each parameter explains alone (first-order Sobol index, scaled
   * to sum to 1), the most first; of the parameters that every complete trial has.
   */
  readonly importance: Readonly<Record<string, number>>;
  /** Trials it was estimated from: all complete ones, or a sample of many. */
  readonly trials: number;
}
