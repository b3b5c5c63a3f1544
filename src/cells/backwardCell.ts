import { InspectorError } from '../base/errors';
import { type Field, type StateName, type States, statesOf } from '../trace/reading/cellKind';
import { type RowProduct } from './backwardProduct';
import { type CellWeights } from './cellWeights';
import { initialStates, stateWidth } from './initialStates';
import { multiplySoftmaxJacobian, slopeOf, slopeNeedsInput } from './scalarActivation';

/**
 * What backpropagation needs to know of one layer and direction: its weights and what the forward pass kept, in text
 * order.
 */
export interface KeptValues {
  readonly weights: CellWeights;
  /** Writes row t of a field, H numbers (`h` P). */
  readonly row: (field: Field, t: number, into: Float64Array) => void;
  /** Writes x(t), D numbers; asked for only where the activations before the gates must be computed again. */
  readonly input?: (t: number, into: Float64Array) => void;
  /** What was held or set by hand while the forward pass ran. */
  readonly edits?: KeptEdits;
}

/** Units of fields: 1 where one is meant. */
export type UnitMarks = Readonly<Partial<Record<Field, Uint8Array>>>;

/**
 * Edits of a forward pass. A held number hands nothing back to what it would have been computed from, a state that was
 * set nothing to the step before; the rows of {@link KeptValues} hold the changed values.
 */
export interface KeptEdits {
  /** What was held at step t, or null. */
  heldAt(t: number): UnitMarks | null;
  /** What was set in the state that step t began with, or null. */
  setAt(t: number): UnitMarks | null;
  /** The state that step t began with, where something was set in it. */
  stateBefore(state: StateName, t: number): ArrayLike<number>;
}

/** Zeroes the numbers of a row that are marked. */
export function clearMarked(row: Float64Array, marks: Uint8Array | undefined): void {
  marks?.forEach((mark, j) => mark === 1 && (row[j] = 0));
}

/** Nothing goes back into gates that are held; refuses an activation that ties the units of a gate together. */
export function clearHeldGates(
  factors: readonly Float64Array[],
  slopes: readonly GateSlope[],
  held: readonly (Uint8Array | undefined)[],
): void {
  held.forEach((marks, block) => {
    if (marks === undefined) return;
    if (slopes[block]?.finish !== null && marks.includes(0))
      throw new InspectorError(
        'model-unsupported',
        'This layer has softmax over its units: with one held there are no gradients; hold all of them, or none.',
      );
    clearMarked(factors[block] as Float64Array, marks);
  });
}

/**
 * Gradients of B losses at one step, one row each, true value `row * 2 ** exponent[row]`. Rows from `rows` on are not
 * in use. G is the number of gate blocks, P the width of h.
 */
export interface GradientBatch {
  rows: number;
  /**
   * dL/dh(t) [B, P], and by name that of every other state, [B, H]: total; after `toPrevious` what reaches the states
   * of t - 1 through the cell.
   */
  readonly states: States<Float64Array>;
  /** [B, G H] with respect to the gates before their activation. */
  readonly da: Float64Array;
  readonly exponent: Int32Array;
}

/** One step of backpropagation through time for a cell; the formulas stand in the file of each cell. */
export interface CellBackward {
  /** Reads what was kept of step t; `previous` is the step that the layer read before it, -1 at its beginning. */
  enter(t: number, previous: number): void;
  /** From dL/dh to the total of the other states and to da. */
  toGates(batch: GradientBatch): void;
  /** From da to the states of the step before. */
  toPrevious(batch: GradientBatch): void;
}

/** Makes the backward step of a cell over kept values; `product` may be a faster one than the plain. */
export type CreateCellBackward = (kept: KeptValues, rows: number, product: RowProduct) => CellBackward;

/** Zeroed gradients of `capacity` losses for a cell. */
export function createBatch(weights: CellWeights, capacity: number): GradientBatch {
  const states = statesOf(weights.cell).map((state) => [
    state,
    new Float64Array(capacity * stateWidth(weights, state)),
  ]);
  return {
    rows: capacity,
    states: Object.fromEntries(states) as States<Float64Array>,
    da: new Float64Array(capacity * weights.bias.length),
    exponent: new Int32Array(capacity),
  };
}

/**
 * The state with which step t was computed; `previous` is the step read before it, -1 where it was the initial state.
 */
export function readState(
  kept: KeptValues,
  field: StateName,
  { t, previous }: { readonly t: number; readonly previous: number },
  into: Float64Array,
): void {
  if (kept.edits?.setAt(t)) into.set(kept.edits.stateBefore(field, t));
  else if (previous >= 0) kept.row(field, previous, into);
  else into.set(initialStates(kept.weights)[field] ?? []);
}

/** The derivative of one gate's activation at every unit of the current step. */
export interface GateSlope {
  /** [H] factors; all 1 for softmax, whose matrix `finish` applies. */
  readonly slope: Float64Array;
  /** From the outputs [H], or from the pre-activations [H] where `fromInput`. */
  read(values: Float64Array): void;
  readonly fromInput: boolean;
  /** Applies what a factor cannot (softmax) to H numbers of a gradient in place. */
  finish: ((gradient: Float64Array, at: number) => void) | null;
}

/** Prepares the derivative of an activation over H units. */
export function createGateSlope(activation: CellWeights['activation'], units: number): GateSlope {
  const f = slopeOf(activation);
  const slope = new Float64Array(units).fill(1);
  if (f === null) {
    const y = { data: new Float64Array(units), at: 0, count: units };
    return {
      slope,
      fromInput: false,
      read: (values) => y.data.set(values),
      finish: (gradient, at) => multiplySoftmaxJacobian(gradient, at, y),
    };
  }
  const read = (values: Float64Array): void => {
    for (let j = 0; j < units; j++) slope[j] = f(values[j] as number);
  };
  return { slope, fromInput: slopeNeedsInput(activation), read, finish: null };
}

/**
 * Reads the derivative of gate number `block` from its kept values, or from the pre-activations where it needs them.
 */
export function readSlope(slope: GateSlope, values: Float64Array, a: Float64Array | null, block: number): void {
  const units = values.length;
  slope.read(slope.fromInput && a !== null ? a.subarray(block * units, (block + 1) * units) : values);
}
