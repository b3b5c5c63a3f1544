import * as tf from '@tensorflow/tfjs-core';
import { activate, clipKeepingNaN } from '../activations';
import { type CellStep } from '../cell';

/** One step of a minGRU (Feng et al. 2024): z = s(x W_z + b_z), g = act(x W_g + b_g), h = (1 - z) h[t-1] + z g. */
export const stepMinGru: CellStep = ({ weights }, projected, state) => {
  const { activation, recurrentActivation, clip } = weights;
  const sums = clip === undefined ? projected : clipKeepingNaN(projected, -clip, clip);
  const [sumZ, sumG] = tf.split(sums, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const z = activate(sumZ, recurrentActivation);
  const g = activate(sumG, activation);
  const h = tf.add<tf.Tensor2D>(tf.mul(tf.sub(1, z), state.h), tf.mul(z, g)); // [B, H]
  return { z, g, h };
};
