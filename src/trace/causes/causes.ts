import { type Direction, type CellKind } from '../reading/cellKind';

/** What a unit's h is replaced by when it is taken out. */
export type RemovalValue = 'zero' | 'mean';

/**
 * What taking out, or holding, every unit of one layer and direction does to the answer: arrays [P], P the width of h.
 * Effects are of the answer's score with the edit minus without, in its unit.
 */
export interface LayerCauses {
  readonly layer: number;
  readonly direction: Direction;
  readonly name: string;
  readonly cell: CellKind;
  /** Taken out, at the steps asked for: the mean over them. */
  readonly effect: Float64Array;
  /** Taken out, at each of the steps asked for, [steps, P]. */
  readonly effects: Float64Array;
  /** Taken out, the mean over all other steps; NaN where there are none. */
  readonly elsewhere: Float64Array;
  /** Held at the 1 % and the 99 % point of its own values, at the steps asked for; null where it was not asked. */
  readonly heldLow: Float64Array | null;
  readonly heldHigh: Float64Array | null;
  /**
   * Pearson's r of h over the text with the score of the token at the first of the steps, in [-1, 1]; NaN where one of
   * them is constant. It says what goes along, not what matters.
   */
  readonly correlation: Float64Array | null;
}

/** Which units matter for an answer of this text. */
export interface CausesReport {
  /** What is measured, e.g. `log p of the next token`. */
  readonly score: string;
  readonly unit: 'nats' | 'the output';
  /** Steps after which the answer is asked for; the last step where the model answers once. */
  readonly steps: readonly number[];
  /** The score without edits at those steps. */
  readonly untouched: Float64Array;
  readonly by: RemovalValue;
  readonly layers: readonly LayerCauses[];
  /** |effect| of units drawn at random from all: what a unit does that was chosen for no reason. */
  readonly chance: { readonly count: number; readonly mean: number; readonly largest: number };
}
