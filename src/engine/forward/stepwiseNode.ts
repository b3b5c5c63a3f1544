import * as tf from '@tensorflow/tfjs-core';
import { activate } from '../../cells/activations';
import {
  type ActivationStage,
  type DenseStage,
  type LayerNormStage,
  type LogSoftmaxStage,
  type ScaleShiftStage,
} from '../../network/recurrentModel';
import { type SequenceNode } from './sequenceNode';

/** A stage that turns every step's vector into another, whatever stands before or behind it. */
export type StepwiseStage = DenseStage | ScaleShiftStage | LayerNormStage | ActivationStage | LogSoftmaxStage;

/** Applies a stage to each step of a sequence, when rows are asked for. */
export function createStepwiseNode(input: SequenceNode, stage: StepwiseStage): SequenceNode {
  const { steps, mask, unchanged, isCausal } = input;
  return {
    steps,
    width: stage.kind === 'dense' ? stage.outputWidth : input.width,
    unchanged,
    isCausal,
    ...(mask && { mask }),
    rows: (from, to) => applyStage(stage, input.rows(from, to), input.width),
  };
}

/** Applies a stage to rows [n, D] row by row; a fresh array. */
export function applyStage(stage: StepwiseStage, rows: Float32Array, width: number): Float32Array {
  const count = width === 0 ? 0 : rows.length / width;
  if (count === 0) return new Float32Array(0);
  // tf.tidy looks for tensors in every element of what it is given back, so the numbers do not pass through it.
  const output = tf.tidy(() => transform(stage, tf.tensor2d(rows, [count, width])));
  const values = (output.dataSync() as Float32Array).slice();
  output.dispose();
  return values;
}

function transform(stage: StepwiseStage, x: tf.Tensor2D): tf.Tensor2D {
  switch (stage.kind) {
    case 'dense': {
      const product = tf.matMul<tf.Tensor2D>(x, tf.tensor2d(stage.kernel, [stage.inputWidth, stage.outputWidth]));
      return activate(stage.bias ? tf.add<tf.Tensor2D>(product, stage.bias) : product, stage.activation);
    }
    case 'scaleShift':
      return tf.add(tf.mul(x, stage.scale), stage.shift);
    case 'layerNorm': {
      const { mean, variance } = tf.moments(x, 1, true); // [n, 1]
      const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, stage.epsilon)));
      return tf.add(tf.mul(normal, stage.gamma), stage.beta);
    }
    case 'activation':
      return activate(x, stage.activation);
    case 'logSoftmax':
      return tf.logSoftmax(x);
  }
}
