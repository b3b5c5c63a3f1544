import * as tf from '@tensorflow/tfjs-core';
import { type LayerNormStage } from '../recurrentModel';
import { plainResult, type RowRule } from './rowRule';

/** y = n gamma + beta with n = (x - mean) / s, s = sqrt(variance + epsilon) (Ba et al. 2016). */
export const layerNormRule: RowRule<LayerNormStage> = {
  float32: ({ epsilon, gamma, beta }, x) => {
    const { mean, variance } = tf.moments(x, 1, true); // [n, 1]
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(normal, gamma), beta);
  },
  float64: (stage, x) => {
    const { normal } = normalise(stage, x);
    return plainResult(normal.map((value, j) => value * (stage.gamma[j] as number) + (stage.beta[j] as number)));
  },
  back: (stage, { x }, dy) => backNormal(normalise(stage, x), dy, stage.gamma),
};

interface Normalised {
  readonly normal: Float64Array;
  readonly deviation: number;
}

function normalise({ epsilon }: LayerNormStage, x: Float64Array): Normalised {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const deviation = Math.sqrt(variance + epsilon);
  return { normal: x.map((value) => (value - mean) / deviation), deviation };
}

/** With v = dy gamma: dx = (v - mean(v) - n mean(v n)) / s. */
function backNormal({ normal, deviation }: Normalised, dy: Float64Array, gamma: Float32Array): Float64Array {
  const v = dy.map((value, j) => value * (gamma[j] as number));
  const mean = v.reduce((sum, value) => sum + value, 0) / v.length;
  const meanProduct = v.reduce((sum, value, j) => sum + value * (normal[j] as number), 0) / v.length;
  return v.map((value, j) => (value - mean - (normal[j] as number) * meanProduct) / deviation);
}
