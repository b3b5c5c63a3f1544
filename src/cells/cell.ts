import type * as tf from '@tensorflow/tfjs-core';
import { type Field, type States } from '../trace/reading/cellKind';
import { type CreateCellBackward } from './backwardCell';
import { type CellOptions, type CellWeights } from './cellWeights';

/** The state of a batch between two steps: h [B, P], and by name what else the cell carries, [B, H]. */
export type CellState = States<tf.Tensor2D>;

/** Every field of a cell after one step, each [B, H] (`h` [B, P]). */
export type StepFields = Readonly<Partial<Record<Field, tf.Tensor2D>>> & { readonly h: tf.Tensor2D };

/** What a step multiplies by; shapes as in {@link CellWeights}. */
export interface StepTensors {
  readonly weights: CellOptions;
  /** [P, G H], or [0, G H] where the gates do not read the state. */
  readonly recurrentKernel: tf.Tensor2D;
  /** [3 H], or [1, 3 H] */
  readonly recurrentBias?: tf.Tensor;
  /** [3, H]: rows i, f, o. */
  readonly peepholes?: tf.Tensor2D;
  /** [H, P] */
  readonly projection?: tf.Tensor2D;
}

/**
 * One step of a cell in float32, differentiable by tfjs. `projected` is x W + b of this step, [B, G H]: it does not
 * depend on the state, so {@link unroll} computes it for many steps at once.
 */
export type CellStep = (cell: StepTensors, projected: tf.Tensor2D, state: CellState) => StepFields;

/**
 * Called with the sums before the gates (`a`) and with each field of a step as it comes about; may change them in
 * place.
 */
export type StepHook = (what: 'a' | Field, values: Float64Array) => void;

/** What a float64 step reads and writes. */
export interface ReferenceState {
  /** x(t), [D] */
  readonly x: Float64Array;
  /** Before the step that of the step before, after it that of this step. */
  readonly states: States<Float64Array>;
  /** [G H]: the sums before the gates, then the gates. */
  readonly a: Float64Array;
  /** [H], for the step's own use. */
  readonly scratch: Float64Array;
}

/**
 * One step of a cell in float64, a plain loop: what gradients are checked against, and where small values must not
 * round away.
 */
export type ReferenceStep = (weights: CellWeights, state: ReferenceState, hook: StepHook) => void;

/** The mathematics of one kind of cell; what it is called and what its gates are is in `trace/cells`. */
export interface Cell {
  readonly step: CellStep;
  readonly reference: ReferenceStep;
  readonly createBackward: CreateCellBackward;
}
