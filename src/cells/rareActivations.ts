import * as tf from '@tensorflow/tfjs-core';
import { type RareActivation } from './cellWeights';

/** One activation three ways: of a tensor, of a number, and its derivative as a function of what goes in. */
interface RareFunctions {
  readonly tensor: (x: tf.Tensor) => tf.Tensor;
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const clip = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);
/** Built from minimum and maximum, which keep NaN where WASM's clipByValue does not. */
const clipTensor = (x: tf.Tensor, low: number, high: number): tf.Tensor => tf.minimum(tf.maximum(x, low), high);

/** As keras.activations (3.15) defines them, with its thresholds (0.5), its b = 4 and alpha = 1. */
export const rareActivations: Readonly<Record<RareActivation, RareFunctions>> = {
  celu: {
    tensor: (x) => tf.add(tf.maximum(x, 0), tf.expm1(tf.minimum(x, 0))),
    value: (x) => (x > 0 ? x : Math.expm1(x)),
    slope: (x) => (x > 0 ? 1 : Math.exp(x)),
  },
  hardShrink: {
    tensor: (x) => tf.where(tf.lessEqual(tf.abs(x), 0.5), tf.zerosLike(x), x),
    value: (x) => (Math.abs(x) <= 0.5 ? 0 : x),
    slope: (x) => (Math.abs(x) <= 0.5 ? 0 : 1),
  },
  hardSwish: {
    tensor: (x) => tf.mul(x, clipTensor(tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1)),
    value: (x) => x * clip(x / 6 + 0.5, 0, 1),
    slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  },
  hardTanh: {
    tensor: (x) => clipTensor(x, -1, 1),
    value: (x) => clip(x, -1, 1),
    slope: (x) => (x > -1 && x < 1 ? 1 : 0),
  },
  logSigmoid: {
    tensor: (x) => tf.neg(tf.softplus(tf.neg(x))),
    value: (x) => -softplus(-x),
    slope: (x) => sigmoid(-x),
  },
  mish: {
    tensor: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
    value: (x) => x * Math.tanh(softplus(x)),
    slope: (x) => {
      const t = Math.tanh(softplus(x));
      return t + x * (1 - t * t) * sigmoid(x);
    },
  },
  softShrink: {
    tensor: (x) => tf.sub(x, clipTensor(x, -0.5, 0.5)),
    value: (x) => x - clip(x, -0.5, 0.5),
    slope: (x) => (Math.abs(x) <= 0.5 ? 0 : 1),
  },
  sparsePlus: {
    tensor: (x) => tf.add(tf.mul(tf.square(tf.add(clipTensor(x, -1, 1), 1)), 0.25), tf.maximum(tf.sub(x, 1), 0)),
    value: (x) => (clip(x, -1, 1) + 1) ** 2 / 4 + (x > 1 ? x - 1 : 0),
    slope: (x) => clip((x + 1) / 2, 0, 1),
  },
  sparseSigmoid: {
    tensor: (x) => clipTensor(tf.mul(tf.add(x, 1), 0.5), 0, 1),
    value: (x) => clip((x + 1) / 2, 0, 1),
    slope: (x) => (x > -1 && x < 1 ? 0.5 : 0),
  },
  squareplus: {
    tensor: (x) => tf.mul(tf.add(x, tf.sqrt(tf.add(tf.square(x), 4))), 0.5),
    value: (x) => (x + Math.sqrt(x * x + 4)) / 2,
    slope: (x) => (1 + x / Math.sqrt(x * x + 4)) / 2,
  },
  tanhShrink: {
    tensor: (x) => tf.sub(x, tf.tanh(x)),
    value: (x) => x - Math.tanh(x),
    slope: (x) => Math.tanh(x) ** 2,
  },
};

/** Whether an activation is one of {@link rareActivations}. */
export function isRare(kind: string): kind is RareActivation {
  return Object.hasOwn(rareActivations, kind);
}
