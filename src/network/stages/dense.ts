import * as tf from '@tensorflow/tfjs-core';
import { activate } from '../../cells/activations';
import { multiplyRows } from '../../cells/backwardProduct';
import { addRows } from '../../cells/cellSums';
import { type DenseStage } from '../recurrentModel';
import { activated, backActivation } from './activation';
import { type RowRule } from './rowRule';

/** y = activation(x W + b). */
export const denseRule: RowRule<DenseStage> = {
  float32: ({ kernel, bias, activation, inputWidth, outputWidth }, x) => {
    const product = tf.matMul<tf.Tensor2D>(x, tf.tensor2d(kernel, [inputWidth, outputWidth]));
    return activate(bias ? tf.add<tf.Tensor2D>(product, bias) : product, activation);
  },
  float64: (stage, x) => activated(affine(stage, x), stage.activation),
  back: (stage, { result }, dy) => backAffine(stage, backActivation(stage.activation, result, dy)),
};

/** x W + b. */
function affine({ kernel, bias, outputWidth }: DenseStage, x: Float64Array): Float64Array {
  const y = new Float64Array(outputWidth);
  if (bias !== undefined) y.set(bias);
  addRows(y, x, kernel, { width: outputWidth, from: 0, count: outputWidth });
  return y;
}

/** dL/dx = dL/da W^T, where the activation is already behind us. */
export function backAffine({ kernel, inputWidth, outputWidth }: DenseStage, da: Float64Array): Float64Array {
  const dx = new Float64Array(inputWidth);
  const size = { rows: 1, columns: inputWidth, depth: outputWidth, add: false };
  multiplyRows(
    { data: da, offset: 0, stride: outputWidth },
    { data: kernel, offset: 0, stride: outputWidth },
    { data: dx, offset: 0, stride: inputWidth },
    size,
  );
  return dx;
}
