import * as tf from '@tensorflow/tfjs-core';
import { type Direction, fieldsOf, mapStates, type StateName, statesIn } from '../trace/reading/cellKind';
import { type CellState, type StepFields } from './cell';
import { cells } from './cells';
import { type CellTensors } from './cellTensors';
import { initialStates } from './initialStates';
import { tidyObject } from './tidyObject';

/** How a sequence is read. */
export interface UnrollOptions {
  /** `backward` reads from the last step; the fields are in text order all the same. */
  readonly direction?: Direction;
  /** State before the first step read; else the one the weights name, else zeros. */
  readonly initial?: CellState;
  /** Boolean [B, T]: where false the step is skipped, the state carries over and the gates are NaN. */
  readonly mask?: tf.Tensor2D;
}

/** What a cell did with a sequence. */
export interface UnrolledCell {
  /** Each [B, T, H] (`h` [B, T, P]) in text order. */
  readonly fields: Readonly<Record<string, tf.Tensor3D>> & { readonly h: tf.Tensor3D };
  /** The state after the last step read. */
  readonly last: CellState;
}

/**
 * Reads a batch of sequences [B, T, D] step by step with plain tfjs operations and keeps every gate and state.
 * The caller disposes what it gets (tf.dispose takes the whole object). T must be at least 1.
 */
export function unroll(cell: CellTensors, input: tf.Tensor3D, options: UnrollOptions = {}): UnrolledCell {
  const [B, T, D] = input.shape;
  if (D !== cell.weights.inputWidth)
    throw new Error(`Expected input [B, T, ${cell.weights.inputWidth}], got [${B}, ${T}, ${D}].`);
  return tidyObject(() => unrollProjected(cell, projectInput(cell, input), options));
}

/** {@link unroll} over inputs that are multiplied already: `projected` is x W + b, [B, T, G H]. */
export function unrollProjected(cell: CellTensors, projected: tf.Tensor3D, options: UnrollOptions = {}): UnrolledCell {
  const [B, T] = projected.shape;
  return tidyObject(() => {
    const inputSteps = tf.unstack(projected, 1) as tf.Tensor2D[];
    const masks = options.mask ? (tf.unstack(tf.expandDims(options.mask, 2), 1) as tf.Tensor2D[]) : undefined; // T of [B, 1]
    const { step } = cells[cell.weights.cell];
    const kept = new Array<StepFields>(T);
    let state = options.initial ?? initialState(cell, B);
    for (let read = 0; read < T; read++) {
      const t = options.direction === 'backward' ? T - 1 - read : read;
      const mask = masks?.[t];
      const fields = tidyObject(() => {
        const computed = step(cell, inputSteps[t] as tf.Tensor2D, state);
        return mask ? skipMasked(computed, state, mask) : computed;
      });
      kept[t] = fields;
      state = statesIn(fields);
    }
    return { fields: stackFields(cell, kept), last: cloneState(state) };
  });
}

/** x W + b for every step of a batch, [B, T, G H], as one matrix product. */
export function projectInput(cell: CellTensors, input: tf.Tensor3D): tf.Tensor3D {
  const [B, T, D] = input.shape;
  return tf.tidy(() => {
    const rows = tf.add(tf.matMul(tf.reshape(input, [B * T, D]), cell.kernel), cell.bias);
    return tf.reshape(rows, [B, T, cell.bias.shape[0]]);
  });
}

/** The state before the first step: what the weights name, else zeros; for a batch of B. */
export function initialState(cell: CellTensors, B: number): CellState {
  return mapStates(initialStates(cell.weights), (row) =>
    tf.tidy(() => tf.tile(tf.tensor2d(row, [1, row.length]), [B, 1])),
  );
}

function skipMasked(computed: StepFields, state: CellState, mask: tf.Tensor2D): StepFields {
  const kept = Object.entries(computed).map(([field, value]) => {
    const before = state[field as StateName];
    const condition = tf.broadcastTo(mask, value.shape);
    return [field, tf.where(condition, value, before ?? tf.fill(value.shape, NaN))];
  });
  return Object.fromEntries(kept) as StepFields;
}

function stackFields(cell: CellTensors, kept: readonly StepFields[]): UnrolledCell['fields'] {
  const stacked = fieldsOf(cell.weights.cell).map((field) => [
    field,
    tf.stack(
      kept.map((fields) => fields[field] as tf.Tensor2D),
      1,
    ),
  ]);
  return Object.fromEntries(stacked) as UnrolledCell['fields'];
}

function cloneState(state: CellState): CellState {
  return mapStates(state, (value) => tf.clone(value));
}
