import * as tf from '@tensorflow/tfjs-core';
import { kernelNames } from './fusedKernels';

/** Settings of {@link FusedAdam}; defaults are those of Keras. */
export interface AdamSettings {
  readonly learningRate: number;
  /** 0.9 */
  readonly beta1?: number;
  /** 0.999 */
  readonly beta2?: number;
  /** 1e-7 */
  readonly epsilon?: number;
  /**
   * Gradients of all variables together are scaled down to at most this Euclidean norm (Pascanu et al. 2013); absent:
   * never.
   */
  readonly clipNorm?: number;
}

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

/** A gradient by its variable's name; null where the loss does not depend on it. */
interface NamedGradient {
  readonly name: string;
  readonly tensor: tf.Tensor | null;
}

interface Moment {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

/**
 * tf.train.adam (Kingma and Ba 2015), whose update is one pass over each variable on a backend that has the kernel, and
 * tfjs's own elsewhere. `learningRate` may be set between steps. Its state is saved and restored as tfjs's is.
 */
export class FusedAdam extends tf.AdamOptimizer {
  private readonly clipNorm: number | undefined;

  constructor(settings: AdamSettings) {
    super(settings.learningRate, settings.beta1 ?? 0.9, settings.beta2 ?? 0.999, settings.epsilon ?? 1e-7);
    this.clipNorm = settings.clipNorm;
  }

  override applyGradients(gradients: tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[]): void {
    const named: readonly NamedGradient[] = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    const scale = this.clipNorm === undefined ? 1 : clipScale(named, this.clipNorm);
    if (hasAdamKernel()) return this.update(named, scale);
    tf.tidy(() => {
      const clipped = named.map(({ name, tensor }) => ({ name, tensor: tensor && tf.mul(tensor, scale) }));
      super.applyGradients(clipped as { name: string; tensor: tf.Tensor }[]);
    });
  }

  private update(named: readonly NamedGradient[], gradientScale: number): void {
    const variables = tf.engine().registeredVariables;
    const state = this as unknown as { accumulatedFirstMoment: Moment[]; accumulatedSecondMoment: Moment[] };
    named.forEach(({ name, tensor: gradient }, index) => {
      const value = variables[name] as tf.Variable;
      const m = (state.accumulatedFirstMoment[index] ??= createMoment(`${name}/m`, value)).variable;
      const v = (state.accumulatedSecondMoment[index] ??= createMoment(`${name}/v`, value)).variable;
      if (gradient === null) return;
      const attributes: AdamAttributes = {
        beta1: this.beta1,
        beta2: this.beta2,
        epsilon: this.epsilon,
        learningRate: this.learningRate,
        step: this.iterations + 1,
        gradientScale,
      };
      adamStep({ value, gradient, m, v }, attributes);
    });
    this.incrementIterations();
  }
}

function createMoment(originalName: string, like: tf.Variable): Moment {
  return { originalName, variable: tf.tidy(() => tf.variable(tf.zerosLike(like), false)) };
}

/** min(1, limit / norm of all gradients together). */
function clipScale(named: readonly NamedGradient[], limit: number): number {
  const norm = Math.sqrt(named.reduce((total, { tensor }) => total + (tensor ? sumOfSquares(tensor) : 0), 0));
  return norm > limit ? limit / norm : 1;
}
