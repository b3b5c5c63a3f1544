/** Loss and accuracy of a part of the data. */
export interface EvaluationFigures {
  /** Mean cross-entropy in nats: per predicted token, or per example. */
  readonly loss: number;
  /** Share of right answers, in [0, 1]. */
  readonly accuracy: number;
  /** Predictions counted. */
  readonly count: number;
}

/** A wrong answer of a classifier, the surest first. */
export interface Mistake {
  readonly text: string;
  readonly source: string;
  /** From 1. */
  readonly line: number;
  readonly label: string;
  readonly answer: string;
  /** Probability of the wrong answer. */
  readonly probability: number;
}

/** What is to be known of labelled data before training. */
export interface DataSummary {
  /** Examples, and how many of them occur more than once (the repeats are left out). */
  readonly count: number;
  readonly duplicates: number;
  readonly classes: readonly { readonly label: string; readonly count: number }[];
  /** Characters (UTF-16 units) of an example: smallest, quartiles, largest. */
  readonly lengths: readonly number[];
}

/** What a lab file asks for, for people to see. */
export interface TrainingPlan {
  readonly name: string;
  readonly task: 'next-token' | 'classify';
  readonly parameters: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Training, validation and test: tokens or examples. */
  readonly sizes: readonly [number, number, number];
  readonly remarks: readonly string[];
  /** A text that the training does not see, to watch while it learns. */
  readonly sample?: string;
  /** Of a classifier. */
  readonly data?: DataSummary;
  /** Every setting of tokens, model and hyperparameters with its value, defaults filled in. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** The figures of a validation. */
export interface ValidatedEvent {
  readonly type: 'validated';
  readonly step: number;
  readonly epoch: number;
  /** Over the steps since the validation before. */
  readonly training: { readonly loss: number; readonly accuracy: number };
  readonly validation: EvaluationFigures;
  readonly isBest: boolean;
}

/** What a training run tells while it runs, in order: started, then steps, validations and epochs, then finished. */
export type TrainingEvent =
  | ({
      readonly type: 'started';
      /** The first step of this run; above 1 where it resumes. */
      readonly firstStep: number;
      /** The validations before it. */
      readonly history: readonly ValidatedEvent[];
    } & TrainingPlan)
  | {
      readonly type: 'step';
      readonly step: number;
      readonly epoch: number;
      /** Mean loss since the last such event. */
      readonly loss: number;
      readonly accuracy: number;
      readonly rate: number;
      readonly secondsLeft: number;
    }
  | ValidatedEvent
  | { readonly type: 'paused' | 'resumed'; readonly step: number }
  /**
   * The weights after this epoch (from 1; 0: before training) were kept as a model of their own, in this folder of the
   * results.
   */
  | { readonly type: 'epoch-kept'; readonly epoch: number; readonly folder: string }
  | {
      readonly type: 'finished';
      readonly why: 'complete' | 'early' | 'stopped';
      readonly step: number;
      readonly seconds: number;
      readonly best: { readonly step: number; readonly validation: EvaluationFigures };
      readonly test: EvaluationFigures;
      /** Figures of each file of the test part, where there are several. */
      readonly testParts: readonly { readonly name: string; readonly figures: EvaluationFigures }[];
      /** next-token: the mean loss in nats of each stretch of the test part that was read from zeros. */
      readonly testStarts?: readonly number[];
      readonly labels: readonly string[];
      /** Row: true label, column: answer; counts on the test part. */
      readonly confusion?: readonly (readonly number[])[];
      readonly mistakes?: readonly Mistake[];
      /** Names of the files written. */
      readonly files: readonly string[];
    };
