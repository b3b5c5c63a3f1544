import { type EvaluationFigures } from './trainingEvents';

/** How a model came to be: the source as it is, adapted by its own labels, with a new head, fine-tuned, or from scratch. */
export type TransferWay = 'source' | 'pseudo-labels' | 'new head' | 'fine-tuned' | 'scratch';

/** How far one gate's weights moved while a model was transferred. */
export interface GateMovement {
  readonly layer: number;
  readonly direction: 'forward' | 'backward';
  readonly gate: string;
  /** Norm of the change of the gate's weights (kernel, recurrent kernel and bias) over their norm before. */
  readonly relative: number;
  /** The same for each unit's column, length H. */
  readonly perUnit: readonly number[];
}

/** One model of a transfer, on the test part. */
export interface TransferResult {
  readonly way: TransferWay;
  /** Labelled training examples that it learnt from. */
  readonly labels: number;
  readonly seed: number;
  readonly validation: EvaluationFigures;
  readonly test: EvaluationFigures;
  readonly seconds: number;
  /** The rate that validation chose (scratch). */
  readonly learningRate?: number;
}

/** Mean and spread over seeds of one way at one size. */
export interface TransferRow {
  readonly way: TransferWay;
  readonly labels: number;
  readonly seeds: number;
  /** Test accuracy. */
  readonly mean: number;
  /** Sample standard deviation; 0 for one seed. */
  readonly deviation: number;
}

/** What a transfer tells while it runs, in order: started, phases and results, finished. */
export type TransferEvent =
  | {
      readonly type: 'transfer-started';
      readonly source: string;
      /** Weights that stay as they are while the head is trained, and all. */
      readonly frozenWeights: number;
      readonly weights: number;
      readonly frozen: readonly string[];
      readonly vocabulary: {
        readonly source: number;
        /** Different tokens of the target's training part, and those among them that the source knows. */
        readonly target: number;
        readonly shared: number;
        readonly added: number;
        /** Share of the target's tokens (as often as they occur) that are unknown to the transferred model. */
        readonly unknownShare: number;
      };
    }
  | { readonly type: 'phase'; readonly way: TransferWay; readonly labels: number; readonly seed: number; readonly trained: readonly string[]; readonly epochs: number }
  | ({ readonly type: 'transfer-result' } & TransferResult)
  | {
      readonly type: 'transfer-finished';
      readonly table: readonly TransferRow[];
      /** Of the last fine-tuned model (or the one with the new head) against its source. */
      readonly moved: readonly GateMovement[];
      readonly files: readonly string[];
    };
