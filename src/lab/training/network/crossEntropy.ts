import * as tf from '@tensorflow/tfjs-core';

/** Logits [N, C], the right class of each row, and its weight in the mean (absent: equal). */
export interface CrossEntropyTerms {
  readonly targets: Int32Array;
  readonly weights?: Float32Array;
}

/**
 * Weighted mean of -log softmax(logits)[target] as a scalar; its gradient is (softmax - one-hot) times the weight's
 * share.
 */
export function meanCrossEntropy(logits: tf.Tensor2D, { targets, weights }: CrossEntropyTerms): tf.Scalar {
  const [rows, classes] = logits.shape;
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? rows;
  const loss = tf.customGrad((input) => {
    const probabilities = Float32Array.from(tf.softmax(input as tf.Tensor2D).dataSync<'float32'>());
    const value = tf.scalar(
      sumOfLosses(probabilities, classes, { targets, ...(weights === undefined ? {} : { weights }) }) / total,
    );
    const gradFunc = (dy: tf.Tensor): tf.Tensor => {
      const scale = (dy.dataSync<'float32'>()[0] ?? NaN) / total;
      for (let row = 0; row < rows; row++) {
        const target = row * classes + (targets[row] ?? 0);
        probabilities[target] = (probabilities[target] ?? 0) - 1;
        const share = (weights?.[row] ?? 1) * scale;
        for (let at = row * classes; at < (row + 1) * classes; at++)
          probabilities[at] = (probabilities[at] ?? 0) * share;
      }
      return tf.tensor2d(probabilities, [rows, classes]);
    };
    return { value, gradFunc };
  });
  return loss(logits) as tf.Scalar;
}

/** Sum over rows of weight * -log p[target], in float64; a probability that underflowed counts as 1e-30. */
export function sumOfLosses(
  probabilities: Float32Array,
  classes: number,
  { targets, weights }: CrossEntropyTerms,
): number {
  let sum = 0;
  for (let row = 0; row < targets.length; row++) {
    const p = probabilities[row * classes + (targets[row] ?? 0)] ?? NaN;
    sum -= (weights?.[row] ?? 1) * Math.log(p < 1e-30 ? 1e-30 : p);
  }
  return sum;
}

/** The index of the largest entry of each row of [N, C]. */
export function answersOf(values: Float32Array, classes: number): Int32Array {
  const answers = new Int32Array(values.length / classes);
  for (let row = 0; row < answers.length; row++) {
    let best = 0;
    for (let at = 1; at < classes; at++)
      if ((values[row * classes + at] ?? 0) > (values[row * classes + best] ?? 0)) best = at;
    answers[row] = best;
  }
  return answers;
}
