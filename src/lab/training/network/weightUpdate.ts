import { type Hyperparameters } from '../labSettings';
import { type NamedArray } from './networkShape';
import { optimizerRule } from './optimizer';

/** The weights under training, and the optimizer's running figures of each: what a checkpoint keeps. */
export interface OptimizerState {
  readonly weights: readonly NamedArray[];
  /** For each weight array its slots. */
  readonly slots: readonly (readonly Float32Array[])[];
}

/** How one weight array learns. */
export interface WeightPlan {
  /** Factor on the learning rate; 0 freezes the array. */
  readonly rateScale: number;
  /**
   * The first so many values are frozen (known rows of an embedding). Their gradient is zero, so every optimizer leaves
   * them.
   */
  readonly frozenValues?: number;
}

/** Fresh running figures for these weights. */
export function createOptimizerState(weights: readonly NamedArray[], { optimizer }: Hyperparameters): OptimizerState {
  const { slots, initialSlot } = optimizerRule(optimizer);
  const createSlots = ({ data }: NamedArray) =>
    Array.from({ length: slots }, () => new Float32Array(data.length).fill(initialSlot));
  return { weights, slots: weights.map(createSlots) };
}

/**
 * The learning rate of a step (from 1): constant, or half a cosine from the full rate to 0 (Loshchilov and Hutter 2017,
 * no restart).
 */
export function rateAt(step: number, steps: number, { optimizer, learning_rate, schedule }: Hyperparameters): number {
  const full = learning_rate ?? optimizerRule(optimizer).usualRate;
  return schedule === 'constant' ? full : (full * (1 + Math.cos((Math.PI * (step - 1)) / steps))) / 2;
}

/**
 * Scales all gradients down together where their Euclidean norm exceeds `clipNorm` (Pascanu et al. 2013); gives the
 * norm before.
 */
export function clipByNorm(gradients: readonly Float32Array[], clipNorm: number): number {
  let squares = 0;
  for (const gradient of gradients) for (let at = 0; at < gradient.length; at++) squares += (gradient[at] ?? 0) ** 2;
  const norm = Math.sqrt(squares);
  if (clipNorm > 0 && norm > clipNorm) {
    for (const gradient of gradients)
      for (let at = 0; at < gradient.length; at++) gradient[at] = (gradient[at] ?? 0) * (clipNorm / norm);
  }
  return norm;
}

/**
 * Changes the weights in place by one step of the optimizer; decay is decoupled (Loshchilov and Hutter 2019) and spares
 * biases.
 */
export function updateWeights(
  state: OptimizerState,
  gradients: readonly Float32Array[],
  { step, rate: fullRate, hyperparameters, plans }: UpdateOptions,
): void {
  const rule = optimizerRule(hyperparameters.optimizer);
  state.weights.forEach(({ data, shape }, index) => {
    const { rateScale, frozenValues = 0 } = plans?.[index] ?? { rateScale: 1 };
    if (rateScale === 0) return;
    const rate = fullRate * rateScale;
    const decay = hasDecay(shape, frozenValues) ? rate * hyperparameters.weight_decay : 0;
    if (decay > 0) for (let at = 0; at < data.length; at++) data[at] = (data[at] ?? 0) * (1 - decay);
    rule.update(data, gradients[index] as Float32Array, state.slots[index] ?? [], { step, rate });
  });
}

/** Decay spares biases, and arrays of which a part is frozen. */
export function hasDecay(shape: readonly number[], frozenValues: number): boolean {
  return shape.length > 1 && frozenValues === 0;
}

interface UpdateOptions {
  /** From 1. */
  readonly step: number;
  readonly rate: number;
  readonly hyperparameters: Hyperparameters;
  /** One for each weight array. */
  readonly plans?: readonly WeightPlan[];
}
