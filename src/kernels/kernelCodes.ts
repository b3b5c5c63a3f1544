import { type Activation } from '../cells/cellWeights';

const codes: Readonly<Record<string, number>> = {
  linear: 0,
  tanh: 1,
  sigmoid: 2,
  relu: 3,
  hard_sigmoid: 4,
  hard_sigmoid_keras3: 5,
};

/** The number by which assembly/activations.ts knows an activation; undefined where only the plain path does. */
export function activationCode(activation: Activation): number | undefined {
  return typeof activation === 'string' ? codes[activation] : undefined;
}
