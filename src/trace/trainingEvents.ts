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

/** What a training run tells while it runs, in order: started, then steps and validations, then finished. */
export type TrainingEvent =
  | {
      readonly type: 'started';
      readonly name: string;
      readonly task: 'next-token' | 'classify';
      readonly parameters: number;
      readonly steps: number;
      readonly stepsPerEpoch: number;
      /** The first step of this run; above 1 where it resumes. */
      readonly firstStep: number;
      /** Training, validation and test: tokens or examples. */
      readonly sizes: readonly [number, number, number];
      readonly remarks: readonly string[];
    }
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
  | {
      readonly type: 'validated';
      readonly step: number;
      readonly epoch: number;
      readonly training: { readonly loss: number; readonly accuracy: number };
      readonly validation: EvaluationFigures;
      readonly isBest: boolean;
    }
  | { readonly type: 'paused' | 'resumed'; readonly step: number }
  | {
      readonly type: 'finished';
      readonly why: 'complete' | 'early' | 'stopped';
      readonly step: number;
      readonly seconds: number;
      readonly best: { readonly step: number; readonly validation: EvaluationFigures };
      readonly test: EvaluationFigures;
      /** Figures of each file of the test part, where there are several. */
      readonly testParts: readonly { readonly name: string; readonly figures: EvaluationFigures }[];
      readonly labels: readonly string[];
      /** Row: true label, column: answer; counts on the test part. */
      readonly confusion?: readonly (readonly number[])[];
      readonly mistakes?: readonly Mistake[];
      /** Names of the files written. */
      readonly files: readonly string[];
    };
