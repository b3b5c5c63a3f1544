/** A value of a hyperparameter. */
export type ParameterValue = string | number | boolean | null;

/** Where a trial of a search stands, by Optuna's names. */
export type SearchTrialState = 'running' | 'complete' | 'pruned' | 'fail' | 'waiting';

/** The best trial of a study so far. */
export interface BestTrial {
  readonly number: number;
  readonly value: number;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** What a search tells while it runs, in order: started, then for each trial started, reports, ended; then finished. */
export type SearchEvent =
  | {
      readonly type: 'search-started';
      readonly study: string;
      readonly method: string;
      readonly objective: string;
      /** Trials the study is to have, and those that have ended with a result already. */
      readonly trials: number;
      readonly done: number;
      readonly journal: string;
      /** Why the study is not the one that the journal would lead one to expect. */
      readonly remark?: string;
    }
  | {
      readonly type: 'trial-started';
      readonly number: number;
      readonly parameters: Readonly<Record<string, ParameterValue>>;
    }
  | { readonly type: 'trial-reported'; readonly number: number; readonly step: number; readonly value: number }
  | {
      readonly type: 'trial-ended';
      readonly number: number;
      readonly state: SearchTrialState;
      readonly value?: number;
      readonly message?: string;
      readonly seconds: number;
      readonly best?: BestTrial;
    }
  | {
      readonly type: 'search-finished';
      readonly trials: Readonly<Partial<Record<SearchTrialState, number>>>;
      readonly best?: BestTrial;
      /**
       * Share of the objective's variation that each parameter alone explains; absent with fewer than three complete
       * trials.
       */
      readonly importance?: Readonly<Record<string, number>>;
    };
