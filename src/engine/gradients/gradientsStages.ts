import { addRows } from '../../cells/cellSums';
import { multiplyRows } from '../../cells/backwardProduct';
import { activateBlock, multiplySoftmaxJacobian, slopeNeedsInput, slopeOf } from '../../cells/scalarActivation';
import { type Activation } from '../../cells/cellWeights';
import {
  type ActivationStage,
  type DenseStage,
  type LayerNormStage,
  type LogSoftmaxStage,
  type ScaleShiftStage,
  type Stage,
} from '../../network/recurrentModel';

/** A stage that turns each step's vector into another. */
export type RowStage = DenseStage | ScaleShiftStage | LayerNormStage | ActivationStage | LogSoftmaxStage;

/** Whether a stage works on each step alone and changes it. */
export function isRowStage(stage: Stage): stage is RowStage {
  return (
    stage.kind === 'dense' ||
    stage.kind === 'scaleShift' ||
    stage.kind === 'layerNorm' ||
    stage.kind === 'activation' ||
    stage.kind === 'logSoftmax'
  );
}

/** A row stage's result for one vector, in float64; `before` is what its activation got. */
export interface RowResult {
  readonly before: Float64Array;
  readonly y: Float64Array;
}

/** The forward pass of one row stage for one vector. */
export function applyRowStage(stage: RowStage, x: Float64Array): RowResult {
  switch (stage.kind) {
    case 'dense':
      return activated(affine(stage, x), stage.activation);
    case 'activation':
      return activated(x.slice(), stage.activation);
    case 'logSoftmax':
      return logSoftmax(x);
    case 'scaleShift':
      return same(x.map((value, j) => value * (stage.scale[j] as number) + (stage.shift[j] as number)));
    case 'layerNorm': {
      const { normal } = normalise(stage, x);
      return same(normal.map((value, j) => value * (stage.gamma[j] as number) + (stage.beta[j] as number)));
    }
  }
}

/** x W + b. */
function affine({ kernel, bias, outputWidth }: DenseStage, x: Float64Array): Float64Array {
  const y = new Float64Array(outputWidth);
  if (bias !== undefined) y.set(bias);
  addRows(y, x, kernel, { width: outputWidth, from: 0, count: outputWidth });
  return y;
}

function activated(before: Float64Array, activation: Activation): RowResult {
  const y = before.slice();
  activateBlock(activation, y, 0, y.length);
  return { before, y };
}

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

function same(y: Float64Array): RowResult {
  return { before: y, y };
}

function normalise({ epsilon }: LayerNormStage, x: Float64Array): { normal: Float64Array; deviation: number } {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const deviation = Math.sqrt(variance + epsilon);
  return { normal: x.map((value) => (value - mean) / deviation), deviation };
}

/** dL/dx of a row stage from dL/dy. */
export function backRowStage(stage: RowStage, x: Float64Array, result: RowResult, dy: Float64Array): Float64Array {
  switch (stage.kind) {
    case 'dense':
      return backDense(stage, backActivation(stage.activation, result, dy));
    case 'activation':
      return backActivation(stage.activation, result, dy);
    case 'logSoftmax':
      return backLogSoftmax(result, dy);
    case 'scaleShift':
      return dy.map((value, j) => value * (stage.scale[j] as number));
    case 'layerNorm':
      return backLayerNorm(stage, x, dy);
  }
}

/** dL/dx = dL/da W^T, for a dense stage whose activation is already behind us. */
export function backDense({ kernel, inputWidth, outputWidth }: DenseStage, da: Float64Array): Float64Array {
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

/** dL/da of an activation from dL/dy. */
export function backActivation(activation: Activation, { before, y }: RowResult, dy: Float64Array): Float64Array {
  const da = dy.slice();
  const slope = slopeOf(activation);
  if (slope === null) {
    multiplySoftmaxJacobian(da, 0, { data: y, at: 0, count: y.length });
    return da;
  }
  const values = slopeNeedsInput(activation) ? before : y;
  return da.map((value, j) => value * slope(values[j] as number));
}

/** With n = (x - mean) / s and v = dy gamma: dx = (v - mean(v) - n mean(v n)) / s. */
function backLayerNorm(stage: LayerNormStage, x: Float64Array, dy: Float64Array): Float64Array {
  const { normal, deviation } = normalise(stage, x);
  const v = dy.map((value, j) => value * (stage.gamma[j] as number));
  const mean = v.reduce((sum, value) => sum + value, 0) / v.length;
  const meanProduct = v.reduce((sum, value, j) => sum + value * (normal[j] as number), 0) / v.length;
  return v.map((value, j) => (value - mean - (normal[j] as number) * meanProduct) / deviation);
}
