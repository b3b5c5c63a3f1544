import * as tf from '@tensorflow/tfjs-core';
import { type ScaleShiftStage } from '../recurrentModel';
import { plainResult, type RowRule } from './rowRule';

/** y = x * scale + shift. */
export const scaleShiftRule: RowRule<ScaleShiftStage> = {
  float32: ({ scale, shift }, x) => tf.add(tf.mul(x, scale), shift),
  float64: ({ scale, shift }, x) =>
    plainResult(x.map((value, j) => value * (scale[j] as number) + (shift[j] as number))),
  back: ({ scale }, _at, dy) => dy.map((value, j) => value * (scale[j] as number)),
};
