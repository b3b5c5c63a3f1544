import { type EvaluationFigures, type Mistake } from '../../trace/lab/trainingEvents';
import { type IdBatch, type Network } from './network/network';

/** One step's worth of data. */
export interface TrainingBatch extends IdBatch {
  /** next-token: [B T]; classify: [B]. */
  readonly targets: Int32Array;
  /** Weight of each target in the mean; absent: all equal. */
  readonly weights?: Float32Array;
  /** The state of the batch before goes on (contiguous streams); else it starts from zeros. */
  readonly continues: boolean;
}

/** Figures of a part of the data, and of its members where there are several. */
export interface Evaluation extends EvaluationFigures {
  readonly parts: readonly { readonly name: string; readonly figures: EvaluationFigures }[];
  /** next-token: the mean loss of each stretch of text that was read from zeros, in nats. */
  readonly starts?: readonly number[];
  readonly confusion?: readonly (readonly number[])[];
  readonly mistakes?: readonly Mistake[];
}

/**
 * What is to be learnt: batches as a pure function of the step, so that a run can resume anywhere, and the evaluation.
 */
export interface Problem {
  readonly outputs: number;
  readonly stepsPerEpoch: number;
  /** Training, validation and test: tokens or examples. */
  readonly sizes: readonly [number, number, number];
  /** `step` counts from 1. */
  batchAt(step: number): TrainingBatch;
  evaluate(network: Network, part: 'validation' | 'test', breathe: () => Promise<void>): Promise<Evaluation>;
}
