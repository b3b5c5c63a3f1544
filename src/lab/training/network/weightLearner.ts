import * as tf from '@tensorflow/tfjs-core';
import { type Disposable } from '../../../base/disposable';
import { adamStep, hasAdamKernel, sumOfSquares } from '../../../cells/adam';
import { type Hyperparameters } from '../labSettings';
import { type Network } from './network';
import {
  clipByNorm,
  createOptimizerState,
  hasDecay,
  type OptimizerState,
  updateWeights,
  type WeightPlan,
} from './weightUpdate';

/** Where a run stands: its step (from 1), the learning rate of this step, and a plan for each weight array. */
export interface LearningPosition {
  readonly step: number;
  readonly rate: number;
  readonly plans: readonly WeightPlan[];
}

/** Turns gradients into steps of a network's weights. */
export interface WeightLearner extends Disposable {
  /** One step; `gradients` stand in the order of the network's variables. */
  learn(gradients: readonly tf.Tensor[], position: LearningPosition): void;
  /** The weights and the optimizer's running figures as they are now. */
  read(): OptimizerState;
}

/**
 * The learner of a network: Adam by its kernel where the backend has that, else the optimizer's rule on arrays. `slots`
 * are those of a checkpoint.
 */
export function createWeightLearner(
  network: Network,
  hyperparameters: Hyperparameters,
  slots?: OptimizerState['slots'],
): WeightLearner {
  const fresh = createOptimizerState(network.read(), hyperparameters);
  const state = slots === undefined ? fresh : { weights: fresh.weights, slots };
  if (hyperparameters.optimizer === 'Adam' && hasAdamKernel()) return new KernelAdam(network, hyperparameters, state);
  return new ArrayLearner(network, hyperparameters, state);
}

class ArrayLearner implements WeightLearner {
  constructor(
    private readonly network: Network,
    private readonly hyperparameters: Hyperparameters,
    private readonly state: OptimizerState,
  ) {}

  learn(gradients: readonly tf.Tensor[], { step, rate, plans }: LearningPosition): void {
    const arrays = gradients.map((gradient) => gradient.dataSync<'float32'>().slice());
    plans.forEach(({ rateScale, frozenValues = 0 }, at) =>
      arrays[at]?.fill(0, 0, rateScale === 0 ? undefined : frozenValues),
    );
    clipByNorm(arrays, this.hyperparameters.clip_norm);
    updateWeights(this.state, arrays, { step, rate, hyperparameters: this.hyperparameters, plans });
    this.network.write(this.state.weights);
  }

  read(): OptimizerState {
    return this.state;
  }

  dispose(): void {}
}

/** Weights and moments stay in the backend: nothing is copied out but for a checkpoint, and the norm is taken there. */
class KernelAdam implements WeightLearner {
  private readonly moments: readonly (readonly [m: tf.Variable, v: tf.Variable])[];

  constructor(
    private readonly network: Network,
    private readonly hyperparameters: Hyperparameters,
    { slots }: OptimizerState,
  ) {
    const create = (data: Float32Array, shape: number[]): tf.Variable =>
      tf.tidy(() => tf.variable(tf.tensor(data, shape), false));
    this.moments = network.variables.map(
      ({ shape }, index) => slots[index]?.map((data) => create(data, shape)) as unknown as [tf.Variable, tf.Variable],
    );
  }

  learn(gradients: readonly tf.Tensor[], { step, rate: fullRate, plans }: LearningPosition): void {
    const { clip_norm: limit, weight_decay: weightDecay } = this.hyperparameters;
    tf.tidy(() => {
      const kept = gradients.flatMap((gradient, index) =>
        plans[index]?.rateScale === 0 ? [] : [{ index, gradient: zeroFrozen(gradient, plans[index]) }],
      );
      const norm = Math.sqrt(kept.reduce((sum, { gradient }) => sum + sumOfSquares(gradient), 0));
      const gradientScale = limit > 0 && norm > limit ? limit / norm : 1;
      for (const { index, gradient } of kept) {
        const { rateScale, frozenValues = 0 } = plans[index] ?? { rateScale: 1 };
        const learningRate = fullRate * rateScale;
        const [value, [m, v]] = [this.network.variables[index], this.moments[index]] as [
          tf.Variable,
          readonly [tf.Variable, tf.Variable],
        ];
        const keep = hasDecay(value.shape, frozenValues) ? 1 - learningRate * weightDecay : 1;
        adamStep(
          { value, gradient, m, v },
          { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, learningRate, step, gradientScale, keep },
        );
      }
    });
  }

  read(): OptimizerState {
    return {
      weights: this.network.read(),
      slots: this.moments.map((pair) => pair.map((moment) => moment.dataSync<'float32'>().slice())),
    };
  }

  dispose(): void {
    for (const moment of this.moments.flat()) moment.dispose();
  }
}

/** A gradient that is zero where values are frozen. */
function zeroFrozen(gradient: tf.Tensor, { frozenValues = 0 }: Partial<WeightPlan> = {}): tf.Tensor {
  if (frozenValues === 0) return gradient;
  const flat = tf.reshape(gradient, [-1]) as tf.Tensor1D;
  const free = tf.slice(flat, [Math.min(frozenValues, flat.size)]);
  return tf.reshape(tf.concat([tf.zeros([flat.size - free.size]), free]), gradient.shape);
}
