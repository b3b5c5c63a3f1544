import * as tf from '@tensorflow/tfjs-core';
import { kernelNames } from './fusedKernels';

/** A dense softmax layer and the rows that enter it. */
export interface DenseCrossEntropyInputs {
  /** [N, H] */
  readonly h: tf.Tensor2D;
  /** [H, V] */
  readonly kernel: tf.Tensor2D;
  /** [V] */
  readonly bias: tf.Tensor1D;
  /** [N] int32; a row whose target is negative does not count. */
  readonly targets: tf.Tensor1D;
}

/**
 * The mean over rows of -log softmax(h W + b)[target], in nats, differentiable with respect to h, W and b. One kernel
 * where the backend has it: the probabilities never leave it, and the softmax's gradient is probabilities - target.
 * Else plain operations.
 */
export function denseCrossEntropy(inputs: DenseCrossEntropyInputs): tf.Scalar {
  if (!tf.getKernel(kernelNames.crossEntropy, tf.getBackend())) return plainCrossEntropy(inputs);
  const { h, kernel, bias, targets } = inputs;
  const [loss, kept] = tf.engine().runKernel<tf.Tensor[]>(kernelNames.crossEntropy, { h, kernel, bias, targets });
  kept?.dispose();
  return loss as tf.Scalar;
}

/** The same by plain tfjs operations. */
export function plainCrossEntropy({ h, kernel, bias, targets }: DenseCrossEntropyInputs): tf.Scalar {
  return tf.tidy(() => {
    const logProbabilities = tf.logSoftmax(tf.add(tf.matMul(h, kernel), bias)); // [N, V]
    const counted = tf.cast(tf.greaterEqual(targets, 0), 'float32'); // [N]
    const wanted = tf.oneHot(tf.maximum(targets, tf.scalar(0, 'int32')), kernel.shape[1]); // [N, V]
    const perRow = tf.sum(tf.mul(logProbabilities, tf.cast(wanted, 'float32')), 1); // [N]
    return tf.neg(tf.div(tf.sum(tf.mul(perRow, counted)), tf.sum(counted)));
  });
}

/** Registers the kernel's gradient. */
export function registerCrossEntropyGradient(): void {
  tf.registerGradient({
    kernelName: kernelNames.crossEntropy,
    inputsToSave: ['h', 'kernel'],
    outputsToSave: [false, true],
    gradFunc: (dy, saved) => {
      const [h, kernel, kept] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [loss] = dy as tf.Tensor[];
      const inputs = { dy: loss as tf.Tensor, h, kernel, kept };
      const gradients = tf.engine().runKernel<tf.Tensor[]>(kernelNames.crossEntropyGradient, inputs);
      const [dh, dKernel, dBias] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { h: () => dh, kernel: () => dKernel, bias: () => dBias };
    },
  });
}
