import * as tf from '@tensorflow/tfjs-core';
import { denseCrossEntropy } from '../../src/cells/denseCrossEntropy';
import { adamStep } from '../../src/cells/adam';
import { recurrentSequence } from '../../src/cells/fusedKernels';
import { type Material, type Problem } from './trainingProblem';

/** A step of training that can be repeated; `run` gives the loss. */
export interface Step {
  readonly run: () => number;
  readonly dispose: () => void;
}

/** One step of training on the bare kernels: embedding or one-hot, LSTM, dense cross-entropy, Adam. */
export function bareStep(problem: Problem, { weights, ids, targets }: Material): Step {
  const { kind, V, E, H, C, B, T } = problem;
  const isClassifier = kind === 'classify';
  const shapes = [[V, E], [isClassifier ? E : V, 4 * H], [H, 4 * H], [4 * H], [H, C], [C]];
  const variables = weights.map((data, k) => tf.variable(tf.tensor(data, shapes[k] as number[])));
  const [table, kernel, recurrentKernel, bias, head, headBias] = variables as [
    tf.Variable,
    ...tf.Variable[],
  ] as tf.Variable[];
  // One-hot vectors are never made: the kernel takes their ids, as the lab trains.
  const idTensor = tf.tensor2d(ids, [B, T], 'int32');
  const targetTensor = tf.tensor1d(targets, 'int32');
  const trained = isClassifier ? variables : variables.slice(1);
  const moments = trained.map((variable) => [0, 1].map(() => tf.variable(tf.zerosLike(variable), false)));
  let step = 0;
  const update = (gradients: tf.NamedTensorMap): void => {
    const rates = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, learningRate: 1e-3, step: ++step, gradientScale: 1 };
    trained.forEach((value, k) => {
      const [m, v] = moments[k] as [tf.Variable, tf.Variable];
      adamStep({ value, gradient: gradients[value.name] as tf.Tensor, m, v }, rates);
    });
    tf.dispose(gradients);
  };
  const lossOf = (): tf.Scalar => {
    const x = isClassifier ? (tf.gather(table as tf.Tensor, idTensor) as tf.Tensor3D) : idTensor;
    const zero = tf.zeros([B, H]) as tf.Tensor2D;
    const { y } = recurrentSequence(
      {
        x,
        kernel: kernel as unknown as tf.Tensor2D,
        recurrentKernel: recurrentKernel as unknown as tf.Tensor2D,
        bias: bias as tf.Tensor,
        h: zero,
        c: zero,
      },
      {
        cell: 'lstm',
        activation: 'tanh',
        recurrentActivation: 'sigmoid',
        resetAfter: false,
        returnSequences: !isClassifier,
        trainWeights: true,
      },
    );
    const h = tf.reshape(y, [-1, H]) as tf.Tensor2D;
    return denseCrossEntropy({
      h,
      kernel: head as unknown as tf.Tensor2D,
      bias: headBias as unknown as tf.Tensor1D,
      targets: targetTensor,
    });
  };
  return {
    run: () => {
      const { value: loss, grads } = tf.variableGrads(() => tf.tidy(lossOf), trained);
      update(grads);
      const value = loss.dataSync()[0] as number;
      loss.dispose();
      return value;
    },
    dispose: () => tf.dispose([...variables, ...moments.flat(), idTensor, targetTensor]),
  };
}
