import * as tf from '@tensorflow/tfjs-core';
import { createCellTensors, type CellTensors } from '../../cells/cellTensors';
import { type CellState } from '../../cells/cell';
import { projectInput, unrollProjected } from '../../cells/unroll';
import { type CellWeights } from '../../cells/cellWeights';
import { type Field, fieldsOf, mapStates } from '../../trace/reading/cellKind';
import { type TokenTable } from '../../network/sequenceNode';
import { type CellRunner, type RunFields, type RunInput, type SequenceState } from './cellRunner';

/** The reference path: plain tfjs operations, one step after the other. */
export function createPlainRunner(weights: CellWeights, table?: TokenTable): CellRunner {
  const cell = createCellTensors(weights);
  const tableRows = table?.rows && tf.keep(tf.tensor2d(table.rows, [table.vocabularySize, weights.inputWidth]));
  return {
    path: 'plain',
    weights,
    takesIds: table !== undefined,
    run: (input, steps, state) => runPlain(cell, tableRows, { input, steps, state }),
    dispose: () => {
      cell.dispose();
      tableRows?.dispose();
    },
  };
}

interface PlainRun {
  readonly input: RunInput;
  readonly steps: number;
  readonly state: SequenceState;
}

function runPlain(cell: CellTensors, table: tf.Tensor2D | undefined, { input, steps, state }: PlainRun): RunFields {
  const fields: Partial<Record<Field, Float32Array>> = {};
  tf.tidy(() => {
    const initial: CellState = mapStates(state, (row) => tf.tensor2d(row, [1, row.length]));
    const run = unrollProjected(cell, projectRun(cell, table, { input, steps, state }), { initial });
    for (const field of fieldsOf(cell.weights.cell)) fields[field] = copyOf(run.fields[field] as tf.Tensor);
  });
  return fields as RunFields;
}

/** dataSync may alias the backend's own memory (tfjs-backend-wasm), so what is kept is a copy. */
function copyOf(tensor: tf.Tensor): Float32Array {
  return (tensor.dataSync() as Float32Array).slice();
}

/** x W + b of a run, [1, steps, G H]; a one-hot vector picks a row of W. */
function projectRun(cell: CellTensors, table: tf.Tensor2D | undefined, { input, steps }: PlainRun): tf.Tensor3D {
  const D = cell.weights.inputWidth;
  if (input.kind === 'rows') return projectInput(cell, tf.tensor3d(input.rows, [1, steps, D]));
  if (table) return projectInput(cell, tf.reshape(pickRows(table, input.ids), [1, steps, D]));
  const projected = tf.add(pickRows(cell.kernel, input.ids), cell.bias);
  return tf.reshape(projected, [1, steps, cell.bias.shape[0]]);
}

/** Rows of a table [V, N] by ids [steps]; zeros for an id outside. */
function pickRows(table: tf.Tensor2D, ids: Int32Array): tf.Tensor2D {
  const V = table.shape[0];
  const isInside = Array.from(ids, (id) => id >= 0 && id < V);
  const picked = tf.gather(
    table,
    tf.tensor1d(
      ids.map((id, k) => (isInside[k] ? id : 0)),
      'int32',
    ),
  );
  if (isInside.every(Boolean)) return picked;
  const inside = tf.broadcastTo(tf.tensor2d(isInside, [ids.length, 1], 'bool'), picked.shape);
  return tf.where(inside, picked, tf.zerosLike(picked));
}
