import { type Gate } from './cellKind';
import { type LayerShape } from './trace';

/** Figures of a block of weights; NaN where a weight is no finite number. */
export interface WeightFigures {
  /** Frobenius norm: the root of the sum of squares. */
  readonly norm: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** A recurrent block in figures. */
export interface RecurrentFigures extends WeightFigures {
  /** Largest |eigenvalue| of U, with the projection before it where there is one; NaN where it is not finite. */
  readonly spectralRadius: number;
  /** Whether the radius is estimated in a Krylov subspace, because U is too large for more. */
  readonly isEstimate: boolean;
}

/** One gate of a cell as its weights have it: pre-activation = W x + U h + b. */
export interface GateOverview {
  readonly gate: Gate;
  /** W, [D, H]. */
  readonly kernel: WeightFigures;
  /** U, [P, H]; absent where the gates do not read the state. */
  readonly recurrent?: RecurrentFigures;
  /** b, [H]; of a GRU with two biases their sum. */
  readonly bias: WeightFigures;
}

/** A histogram over the units: `counts[k]` of them lie in [low + k step, low + (k + 1) step). */
export interface BiasHistogram {
  /** f (LSTM) or z (GRU): the gate that decides how long a unit remembers. */
  readonly gate: Gate;
  readonly low: number;
  readonly step: number;
  readonly counts: readonly number[];
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** One recurrent layer in one direction. */
export interface CellOverview extends LayerShape {
  readonly gates: readonly GateOverview[];
  /** Letters of the blocks in the order of the file, by our names of the gates. */
  readonly fileOrder: readonly Gate[];
  readonly activation: string;
  readonly recurrentActivation: string;
  readonly parameters: number;
  /** LSTM and GRU: the bias that makes units remember, as trained. */
  readonly memoryBias?: BiasHistogram;
  /**
   * What this cell has beyond the usual: `peepholes`, `projection`, `clip`, `input_forget`, `reset_after`, `initial
   * state`.
   */
  readonly extras: readonly string[];
}

/** One layer of the model in order of computation. */
export interface StageOverview {
  readonly name: string;
  readonly kind: string;
  /** Sizes and activation in a few words, or why the layer is refused. */
  readonly detail: string;
  readonly parameters: number;
  readonly isRefused: boolean;
}

/** Layers that are read together: the model, then each part that is only offered on its own. */
export interface StageChainOverview {
  readonly stages: readonly StageOverview[];
}

/** Which block of a cell's weights a picture shows. */
export type WeightBlock = 'kernel' | 'recurrent' | 'bias';

/**
 * A picture of one block of one gate, units down: [rows, columns], each cell the value farthest from zero of the group
 * of units and inputs that it stands for.
 */
export interface WeightMap {
  readonly gate: Gate;
  readonly block: WeightBlock;
  readonly rows: number;
  readonly columns: number;
  /** H units and so many inputs before the reduction. */
  readonly units: number;
  readonly inputs: number;
  readonly values: Float32Array;
}
