import * as tf from '@tensorflow/tfjs-core';
import { type RowStage, type Stage } from '../recurrentModel';
import { backThrough, type ReferenceNode, remember } from '../referenceNode';
import { type SequenceNode } from '../sequenceNode';
import { widthBehindRow } from '../stageShape';
import { activationRule } from './activation';
import { denseRule } from './dense';
import { layerNormRule } from './layerNorm';
import { logSoftmaxRule } from './logSoftmax';
import { type RowResult, type RowRule } from './rowRule';
import { scaleShiftRule } from './scaleShift';

const rowRules: { readonly [K in RowStage['kind']]: RowRule<Extract<RowStage, { kind: K }>> } = {
  dense: denseRule,
  scaleShift: scaleShiftRule,
  layerNorm: layerNormRule,
  activation: activationRule,
  logSoftmax: logSoftmaxRule,
};

/** Whether a stage works on each step alone and changes it. */
export function isRowStage(stage: Stage): stage is RowStage {
  return Object.hasOwn(rowRules, stage.kind);
}

function ruleOf(stage: RowStage): RowRule<RowStage> {
  return rowRules[stage.kind] as RowRule<RowStage>;
}

/** Applies a stage to each step of a sequence, when rows are asked for. */
export function createRowNode(input: SequenceNode, stage: RowStage): SequenceNode {
  const { steps, mask, unchanged, isCausal } = input;
  return {
    steps,
    width: widthBehindRow(stage, input.width),
    unchanged,
    isCausal,
    ...(mask && { mask }),
    rows: (from, to) => applyStage(stage, input.rows(from, to), input.width),
  };
}

/** Applies a stage to rows [n, D] row by row, in float32; a fresh array. */
export function applyStage(stage: RowStage, rows: Float32Array, width: number): Float32Array {
  const count = width === 0 ? 0 : rows.length / width;
  if (count === 0) return new Float32Array(0);
  // tf.tidy looks for tensors in every element of what it is given back, so the numbers do not pass through it.
  const output = tf.tidy(() => ruleOf(stage).float32(stage, tf.tensor2d(rows, [count, width])));
  const values = (output.dataSync() as Float32Array).slice();
  output.dispose();
  return values;
}

/** The forward pass of one row stage for one vector, in float64. */
export function applyRowStage(stage: RowStage, x: Float64Array): RowResult {
  return ruleOf(stage).float64(stage, x);
}

/** dL/dx of a row stage from dL/dy. */
export function backRowStage(stage: RowStage, x: Float64Array, result: RowResult, dy: Float64Array): Float64Array {
  return ruleOf(stage).back(stage, { x, result }, dy);
}

/** A row stage in float64, and the way back. */
export function createRowReference(input: ReferenceNode, stage: RowStage): ReferenceNode {
  return {
    ...input,
    width: widthBehindRow(stage, input.width),
    row: remember((t) => applyRowStage(stage, input.row(t)).y),
    back: (gradient) => {
      let known = { t: -1, x: new Float64Array(0), result: { before: new Float64Array(0), y: new Float64Array(0) } };
      return backThrough(input, gradient, (t, vector) => {
        if (t !== known.t) {
          const x = input.row(t);
          known = { t, x, result: applyRowStage(stage, x) } as typeof known;
        }
        return [{ t, vector: backRowStage(stage, known.x, known.result, vector) }];
      });
    },
  };
}
