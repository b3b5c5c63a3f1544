import { type Activation, type ParametricActivation } from '../../cells/cellWeights';
import { getNumber, getObject, getString, isJsonObject, type JsonObject } from '../untrustedJson';

const plain: Readonly<Record<string, Activation>> = {
  linear: 'linear',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  relu: 'relu',
  softsign: 'softsign',
  softplus: 'softplus',
  softmax: 'softmax',
  selu: { kind: 'selu' },
  gelu: { kind: 'gelu' },
  swish: { kind: 'swish' },
  silu: { kind: 'swish' },
  relu6: { kind: 'relu6' },
  exponential: { kind: 'exponential' },
  elu: { kind: 'elu', alpha: 1 },
  celu: { kind: 'celu' },
  hard_shrink: { kind: 'hardShrink' },
  hard_silu: { kind: 'hardSwish' },
  hard_swish: { kind: 'hardSwish' },
  hard_tanh: { kind: 'hardTanh' },
  log_sigmoid: { kind: 'logSigmoid' },
  mish: { kind: 'mish' },
  soft_shrink: { kind: 'softShrink' },
  sparse_plus: { kind: 'sparsePlus' },
  sparse_sigmoid: { kind: 'sparseSigmoid' },
  squareplus: { kind: 'squareplus' },
  tanh_shrink: { kind: 'tanhShrink' },
  leaky_relu: { kind: 'leakyRelu', alpha: 0.2 },
};

/**
 * An activation as Keras or tfjs names it; null where we do not know it. `hard_sigmoid` became another function in
 * Keras 3 (x / 6 + 0.5 where it had been 0.2 x + 0.5).
 */
export function parseActivation(value: unknown, kerasMajor: number): Activation | null {
  if (value === null || value === undefined) return 'linear';
  if (isJsonObject(value)) return parseActivationObject(value, kerasMajor);
  if (typeof value !== 'string') return null;
  const name = toSnakeCase(value.slice(value.lastIndexOf('>') + 1));
  if (name === 'hard_sigmoid') return kerasMajor >= 3 ? 'hard_sigmoid_keras3' : 'hard_sigmoid';
  return Object.hasOwn(plain, name) ? (plain[name] ?? null) : null;
}

function parseActivationObject(value: JsonObject, kerasMajor: number): Activation | null {
  const className = getString(value, 'class_name');
  const config = getObject(value, 'config');
  if (className === 'function' || className === undefined)
    return parseActivation(getString(value, 'config') ?? null, kerasMajor);
  if (config === undefined) return parseActivation(className, kerasMajor);
  return parseActivationLayer(className, config, kerasMajor) ?? parseActivation(className, kerasMajor);
}

/**
 * The function of an activation layer (ReLU, LeakyReLU, ELU, Softmax, Activation...); null for other classes and forms.
 */
export function parseActivationLayer(className: string, config: JsonObject, kerasMajor: number): Activation | null {
  const slope = getNumber(config, 'negative_slope') ?? getNumber(config, 'alpha');
  switch (className) {
    case 'Activation':
      return parseActivation(config['activation'], kerasMajor);
    case 'ReLU':
      return parseReluLayer(config);
    case 'LeakyReLU':
      return { kind: 'leakyRelu', alpha: slope ?? 0.3 };
    case 'ELU':
      return { kind: 'elu', alpha: slope ?? 1 };
    case 'ThresholdedReLU':
      return { kind: 'thresholdedRelu', alpha: getNumber(config, 'theta') ?? 1 };
    case 'Softmax':
      return (getNumber(config, 'axis') ?? -1) === -1 ? 'softmax' : null;
    default:
      return null;
  }
}

function parseReluLayer(config: JsonObject): Activation | null {
  const maximum = getNumber(config, 'max_value');
  const slope = getNumber(config, 'negative_slope') ?? 0;
  if ((getNumber(config, 'threshold') ?? 0) !== 0) return null;
  const relu6: ParametricActivation = { kind: 'relu6' };
  if (maximum !== undefined) return maximum === 6 && slope === 0 ? relu6 : null;
  return slope === 0 ? 'relu' : { kind: 'leakyRelu', alpha: slope };
}

/** tfjs writes hardSigmoid where Keras writes hard_sigmoid. */
function toSnakeCase(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}
