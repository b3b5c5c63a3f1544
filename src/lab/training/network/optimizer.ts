import { type OptimizerName } from '../labSettings';

/** Running figures of one weight array, each as long as the array. */
export type OptimizerSlots = readonly Float32Array[];

/**
 * How an optimizer changes one weight array in place. `step` counts from 1; `rate` is the learning rate of this step.
 * Constants are those of Keras; Nadam's those of torch.optim.NAdam.
 */
export interface OptimizerRule {
  readonly usualRate: number;
  /** How many running figures it keeps for each weight, and what they start with. */
  readonly slots: number;
  readonly initialSlot: number;
  update(weights: Float32Array, gradient: Float32Array, slots: OptimizerSlots, at: StepPosition): void;
}

export interface StepPosition {
  readonly step: number;
  readonly rate: number;
}

type Element = (weight: number, gradient: number, slots: OptimizerSlots, at: number) => number;

function eachElement(weights: Float32Array, gradient: Float32Array, slots: OptimizerSlots, element: Element): void {
  for (let at = 0; at < weights.length; at++) weights[at] = element(weights[at] ?? 0, gradient[at] ?? 0, slots, at);
}

/** slot <- decay slot + (1 - decay) value; gives the new slot. */
function average(slot: Float32Array, at: number, decay: number, value: number): number {
  const next = decay * (slot[at] ?? 0) + (1 - decay) * value;
  slot[at] = next;
  return next;
}

const none = new Float32Array(0);
const slotOf = (slots: OptimizerSlots, index: number): Float32Array => slots[index] ?? none;

const sgd: OptimizerRule = {
  usualRate: 0.1,
  slots: 0,
  initialSlot: 0,
  update: (weights, gradient, slots, { rate }) => eachElement(weights, gradient, slots, (w, g) => w - rate * g),
};

/** Hinton's lecture 6e; rho 0.9, epsilon 1e-7. */
const rmsprop: OptimizerRule = {
  usualRate: 0.001,
  slots: 1,
  initialSlot: 0,
  update: (weights, gradient, slots, { rate }) =>
    eachElement(
      weights,
      gradient,
      slots,
      (w, g, [v = none], at) => w - (rate * g) / Math.sqrt(average(v, at, 0.9, g * g) + 1e-7),
    ),
};

/** Duchi et al. 2011; the sum starts at 0.1. */
const adagrad: OptimizerRule = {
  usualRate: 0.01,
  slots: 1,
  initialSlot: 0.1,
  update: (weights, gradient, slots, { rate }) =>
    eachElement(weights, gradient, slots, (w, g, [sum = none], at) => {
      const next = (sum[at] ?? 0) + g * g;
      sum[at] = next;
      return w - (rate * g) / Math.sqrt(next + 1e-7);
    }),
};

/** Zeiler 2012; rho 0.95, epsilon 1e-7. Its own rate is 1. */
const adadelta: OptimizerRule = {
  usualRate: 1,
  slots: 2,
  initialSlot: 0,
  update: (weights, gradient, slots, { rate }) =>
    eachElement(weights, gradient, slots, (w, g, [squares = none, moves = none], at) => {
      const scale = Math.sqrt((moves[at] ?? 0) + 1e-7) / Math.sqrt(average(squares, at, 0.95, g * g) + 1e-7);
      average(moves, at, 0.95, scale * g * (scale * g));
      return w - rate * scale * g;
    }),
};

/** Kingma and Ba 2015, algorithm 1; epsilon 1e-7 outside the root. */
const adam: OptimizerRule = {
  usualRate: 0.001,
  slots: 2,
  initialSlot: 0,
  update: (weights, gradient, slots, { step, rate }) => {
    const m = slotOf(slots, 0);
    const v = slotOf(slots, 1);
    const scaleM = rate / (1 - 0.9 ** step);
    const scaleV = 1 / (1 - 0.999 ** step);
    for (let at = 0; at < weights.length; at++) {
      const g = gradient[at] ?? 0;
      const nextM = 0.9 * (m[at] ?? 0) + 0.1 * g;
      const nextV = 0.999 * (v[at] ?? 0) + 0.001 * g * g;
      m[at] = nextM;
      v[at] = nextV;
      weights[at] = (weights[at] ?? 0) - (scaleM * nextM) / (Math.sqrt(scaleV * nextV) + 1e-7);
    }
  },
};

/** Kingma and Ba 2015, algorithm 2. */
const adamax: OptimizerRule = {
  usualRate: 0.001,
  slots: 2,
  initialSlot: 0,
  update: (weights, gradient, slots, { step, rate }) =>
    eachElement(weights, gradient, slots, (w, g, [m = none, largest = none], at) => {
      const bound = Math.max(0.999 * (largest[at] ?? 0), Math.abs(g));
      largest[at] = bound;
      return w - ((rate / (1 - 0.9 ** step)) * average(m, at, 0.9, g)) / (bound + 1e-7);
    }),
};

/** mu of step t: 0.9 (1 - 0.5 * 0.96^(0.004 t)) (Dozat 2016; momentum_decay 0.004 as torch.optim.NAdam). */
function nadamMomentum(step: number): number {
  return 0.9 * (1 - 0.5 * 0.96 ** (step * 0.004));
}

/** Dozat 2016, as torch.optim.NAdam: the product of the momenta corrects the bias; epsilon 1e-8. */
const nadam: OptimizerRule = {
  usualRate: 0.002,
  slots: 2,
  initialSlot: 0,
  update: (weights, gradient, slots, { step, rate }) => {
    let product = 1;
    for (let t = 1; t <= step; t++) product *= nadamMomentum(t);
    const scaleG = (rate * (1 - nadamMomentum(step))) / (1 - product);
    const scaleM = (rate * nadamMomentum(step + 1)) / (1 - product * nadamMomentum(step + 1));
    const correctV = 1 - 0.999 ** step;
    eachElement(weights, gradient, slots, (w, g, [m = none, v = none], at) => {
      const denominator = Math.sqrt(average(v, at, 0.999, g * g) / correctV) + 1e-8;
      return w - (scaleG * g + scaleM * average(m, at, 0.9, g)) / denominator;
    });
  },
};

const rules: Readonly<Record<OptimizerName, OptimizerRule>> = {
  SGD: sgd,
  RMSprop: rmsprop,
  Adagrad: adagrad,
  Adadelta: adadelta,
  Adam: adam,
  Adamax: adamax,
  Nadam: nadam,
};

/** The optimizer of that name. */
export function optimizerRule(name: OptimizerName): OptimizerRule {
  return rules[name];
}
