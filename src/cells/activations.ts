import * as tf from '@tensorflow/tfjs-core';
import { assertNever } from '../base/assertNever';
import { type Activation, type ParametricActivation } from './cellWeights';
import { isRare, rareActivations } from './rareActivations';

/**
 * Applies an activation element by element (softmax over the last axis). A NaN stays a NaN: tfjs's WASM clipByValue and
 * relu6 turn it into a bound, so clips are built from minimum and maximum.
 */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  if (typeof activation !== 'string') return activateParametric(x, activation);
  switch (activation) {
    case 'linear':
      return tf.clone(x);
    case 'tanh':
      return tf.tanh(x);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'hard_sigmoid':
      return hardSigmoid(x, 0.2, 0.5);
    case 'hard_sigmoid_keras3':
      return hardSigmoid(x, 1 / 6, 0.5);
    case 'relu':
      return tf.relu(x);
    case 'softsign':
      return tf.tidy(() => tf.div<T>(x, tf.add(tf.abs(x), 1)));
    case 'softplus':
      return tf.softplus(x);
    case 'softmax':
      return tf.softmax(x);
    default:
      return assertNever(activation);
  }
}

/** The name of an activation as a person reads it, with its parameters where it has any. */
export function nameOfActivation(activation: Activation): string {
  if (typeof activation === 'string') return activation;
  const parameters = Object.entries(activation).filter(([key]) => key !== 'kind');
  if (parameters.length === 0) return activation.kind;
  return `${activation.kind}(${parameters.map(([key, value]) => `${key} ${String(value)}`).join(', ')})`;
}

/** Clips to [low, high] and keeps NaN. */
export function clipKeepingNaN<T extends tf.Tensor>(x: T, low: number, high: number): T {
  return tf.tidy(() => tf.minimum<T>(tf.maximum(x, low), high));
}

function hardSigmoid<T extends tf.Tensor>(x: T, slope: number, offset: number): T {
  return tf.tidy(() => clipKeepingNaN<T>(tf.add(tf.mul(x, slope), offset), 0, 1));
}

/** ONNX's defaults where a parameter is left out (ONNX operator RNN, "Activation functions"). */
function activateParametric<T extends tf.Tensor>(x: T, activation: ParametricActivation): T {
  const { alpha, beta, kind } = activation;
  if (isRare(kind)) return tf.tidy(() => rareActivations[kind].tensor(x) as T);
  return tf.tidy((): T => {
    switch (kind) {
      case 'affine':
        return tf.add(tf.mul(x, alpha ?? 1), beta ?? 0);
      case 'scaledTanh':
        return tf.mul(tf.tanh(tf.mul(x, beta ?? 1)), alpha ?? 1);
      case 'hardSigmoid':
        return hardSigmoid(x, alpha ?? 0.2, beta ?? 0.5);
      case 'leakyRelu':
        return tf.leakyRelu(x, alpha ?? 0.01);
      case 'thresholdedRelu':
        return tf.where<T>(tf.lessEqual(x, alpha ?? 1), tf.zerosLike(x), x);
      case 'elu':
        return tf.where<T>(tf.less(x, 0), tf.mul(tf.expm1(x), alpha ?? 1), x);
      case 'selu':
        return tf.selu(x);
      case 'gelu':
        return gelu(x);
      case 'swish':
        return tf.mul(x, tf.sigmoid(tf.mul(x, alpha ?? 1)));
      case 'relu6':
        return clipKeepingNaN(x, 0, 6);
      case 'exponential':
        return tf.exp(x);
      default:
        return assertNever(kind);
    }
  });
}

/** x Phi(x) with the normal distribution's Phi (Hendrycks and Gimpel 2016, the exact form that Keras takes). */
function gelu<T extends tf.Tensor>(x: T): T {
  return tf.mul(tf.mul<T>(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
