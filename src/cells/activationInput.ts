import { type Activation } from './cellWeights';

/**
 * Far enough out that float32 gives exactly 0 and 1 of a sigmoid, -1 and 1 of a tanh, near enough for every kernel's
 * exp.
 */
const farOut = 100;

/**
 * A sum for which an activation gives a value; null where it gives that value for none, or where the activation has no
 * inverse that is known here.
 */
export function activationInput(activation: Activation, value: number): number | null {
  switch (activation) {
    case 'linear':
      return value;
    case 'relu':
      return value >= 0 ? value : null;
    case 'sigmoid':
      return between(value, 0, 1, (y) => Math.log(y / (1 - y)));
    case 'tanh':
      return between(value, -1, 1, Math.atanh);
    case 'hard_sigmoid':
      return between(value, 0, 1, (y) => (y - 0.5) / 0.2);
    case 'hard_sigmoid_keras3':
      return between(value, 0, 1, (y) => (y - 0.5) * 6);
    case 'softmax':
    case 'softplus':
    case 'softsign':
    default:
      return null;
  }
}

function between(value: number, low: number, high: number, inverse: (y: number) => number): number | null {
  if (value === low) return -farOut;
  if (value === high) return farOut;
  return value > low && value < high ? inverse(value) : null;
}
