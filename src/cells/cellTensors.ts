import * as tf from '@tensorflow/tfjs-core';
import { gatesOf, hasRecurrentKernel } from '../trace/reading/cellKind';
import { type Disposable } from '../base/disposable';
import { type StepTensors } from './cell';
import { type CellWeights } from './cellWeights';
import { outputWidthOf } from './initialStates';

/** A cell's weights as tensors of the current tfjs backend, kept until disposed. Letters as in {@link CellWeights}. */
export interface CellTensors extends StepTensors, Disposable {
  readonly weights: CellWeights;
  /** [D, G H] */
  readonly kernel: tf.Tensor2D;
  /** [G H] */
  readonly bias: tf.Tensor1D;
}

/** Uploads a cell's weights; throws a sentence with both shapes where an array has not the length it must have. */
export function createCellTensors(weights: CellWeights): CellTensors {
  const { units, inputWidth } = weights;
  const columns = gatesOf(weights.cell).length * units;
  const width = outputWidthOf(weights);
  const kept: tf.Tensor[] = [];
  const upload = <T extends tf.Tensor>(name: string, data: Float32Array, shape: number[]): T => {
    if (data.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new Error(
        `Expected ${name} of a ${weights.cell} cell to be [${shape.join(', ')}], got ${data.length} values.`,
      );
    }
    const tensor = tf.keep(tf.tensor(data, shape, 'float32')) as T;
    kept.push(tensor);
    return tensor;
  };
  return {
    weights,
    kernel: upload('kernel', weights.kernel, [inputWidth, columns]),
    recurrentKernel: upload('recurrent kernel', weights.recurrentKernel, [
      hasRecurrentKernel(weights.cell) ? width : 0,
      columns,
    ]),
    bias: upload('bias', weights.bias, [columns]),
    ...(weights.recurrentBias && {
      recurrentBias: upload<tf.Tensor1D>('recurrent bias', weights.recurrentBias, [columns]),
    }),
    ...(weights.peepholes && { peepholes: upload<tf.Tensor2D>('peepholes', weights.peepholes, [3, units]) }),
    ...(weights.projection && { projection: upload<tf.Tensor2D>('projection', weights.projection, [units, width]) }),
    dispose: () => tf.dispose(kept.splice(0)),
  };
}
