import * as tf from '@tensorflow/tfjs-core';
import { type LogSoftmaxStage } from '../recurrentModel';
import { type RowResult, type RowRule } from './rowRule';

/** y = x - log(sum of exp(x)). */
export const logSoftmaxRule: RowRule<LogSoftmaxStage> = {
  float32: (_stage, x) => tf.logSoftmax(x),
  float64: (_stage, x) => logSoftmax(x),
  back: (_stage, { result }, dy) => backLogSoftmax(result, dy),
};

function logSoftmax(before: Float64Array): RowResult {
  const most = before.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const logSum = most + Math.log(before.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return { before, y: before.map((value) => value - logSum) };
}

/** dL/dx = dy - softmax(x) sum(dy). */
function backLogSoftmax({ y }: RowResult, dy: Float64Array): Float64Array {
  const sum = dy.reduce((total, value) => total + value, 0);
  return dy.map((value, j) => value - Math.exp(y[j] as number) * sum);
}
