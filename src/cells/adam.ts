import * as tf from '@tensorflow/tfjs-core';
import { kernelNames } from './fusedKernels';

/**
 * Attributes of the Adam kernel, whose inputs are value, gradient, m, v and whose outputs are the new value, m and v.
 */
export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly learningRate: number;
  /** Number of this update, from 1. */
  readonly step: number;
  readonly gradientScale: number;
  /**
   * Factor on the value before the update, 1 - rate x decay of decoupled weight decay (Loshchilov and Hutter 2019);
   * absent: 1.
   */
  readonly keep?: number;
}

/** What an update reads and changes; all have one shape. */
export interface AdamTensors {
  readonly value: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly m: tf.Variable;
  readonly v: tf.Variable;
}

/** Whether the backend in use has the kernel of {@link adamStep}. */
export function hasAdamKernel(): boolean {
  return tf.getKernel(kernelNames.adam, tf.getBackend()) !== undefined;
}

/** One update by the kernel: value, m and v become the new ones. */
export function adamStep({ value, gradient, m, v }: AdamTensors, attributes: AdamAttributes): void {
  const updated = tf.engine().runKernel<tf.Tensor[]>(kernelNames.adam, { value, gradient, m, v }, attributes as never);
  [value, m, v].forEach((variable, k) => variable.assign(updated[k] as tf.Tensor));
  tf.dispose(updated);
}

/** The sum of squares of a tensor; in float64 where the kernel is there. */
export function sumOfSquares(x: tf.Tensor): number {
  const isFused = tf.getKernel(kernelNames.sumOfSquares, tf.getBackend()) !== undefined;
  const sum = isFused
    ? tf.engine().runKernel<tf.Tensor>(kernelNames.sumOfSquares, { x })
    : tf.tidy(() => tf.sum(tf.square(x)));
  const value = sum.dataSync()[0] as number;
  sum.dispose();
  return value;
}
