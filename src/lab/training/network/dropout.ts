import * as tf from '@tensorflow/tfjs-core';
import { type Random } from '../../../base/random';

/** The share that is dropped, and the seeded source. */
export interface DropoutDraw {
  readonly rate: number;
  readonly random: Random;
}

/**
 * Inverted dropout, [B, D]: each entry 0 with probability `rate`, else 1 / (1 - rate). One mask a sequence (Gal and
 * Ghahramani 2016).
 */
export function drawDropoutMask(size: number, width: number, { rate, random }: DropoutDraw): tf.Tensor2D {
  const kept = 1 / (1 - rate);
  return tf.tensor2d(
    Float32Array.from({ length: size * width }, () => (random() < rate ? 0 : kept)),
    [size, width],
  );
}
