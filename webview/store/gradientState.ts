import { type Failure } from '../../src/base/errors';
import { type FindingsReport } from '../../src/trace/findings';
import { type GradientNorms, type LossChoice } from '../../src/trace/gradients';
import { type LossMatrix } from '../../src/trace/lossMatrix';

/** One output step's row of connectivity. */
export interface ConnectivityRow {
  /** log10 of the norm for every step, [T]; -Infinity is an exact zero. */
  readonly log10: Float32Array;
  readonly maximum: number;
  /** The output it is of. */
  readonly target: string;
}

/** What is known about gradients and findings of an inspection. */
export interface GradientState {
  readonly loss: LossChoice;
  readonly norms: GradientNorms | null;
  readonly failure: Failure | null;
  readonly wantsMatrix: boolean;
  readonly matrix: LossMatrix | null;
  readonly matrixFailure: Failure | null;
  /** Rows that have arrived, by output step. */
  readonly connectivity: ReadonlyMap<number, ConnectivityRow>;
  readonly wantsFindings: boolean;
  readonly findings: FindingsReport | null;
  readonly findingsFailure: Failure | null;
}

/** Nothing asked yet; the loss is that of the last step. */
export const initialGradientState: GradientState = {
  loss: { at: 'last' },
  norms: null,
  failure: null,
  wantsMatrix: false,
  matrix: null,
  matrixFailure: null,
  connectivity: new Map(),
  wantsFindings: false,
  findings: null,
  findingsFailure: null,
};
