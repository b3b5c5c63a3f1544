import { type Activation } from '../../cells/cellWeights';

/** Parameters that an activation has by the standard where the node does not give them. */
const defaults: Readonly<Record<string, readonly [alpha?: number, beta?: number]>> = {
  affine: [1, 0],
  leakyrelu: [0.01],
  thresholdedrelu: [1],
  scaledtanh: [1, 1],
  hardsigmoid: [0.2, 0.5],
  elu: [1],
};

const plain: Readonly<Record<string, Activation>> = {
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softsign: 'softsign',
  softplus: 'softplus',
};

const kinds = {
  affine: 'affine',
  leakyrelu: 'leakyRelu',
  thresholdedrelu: 'thresholdedRelu',
  scaledtanh: 'scaledTanh',
  hardsigmoid: 'hardSigmoid',
  elu: 'elu',
} as const;

function isKind(name: string): name is keyof typeof kinds {
  return Object.hasOwn(kinds, name);
}

/** Which of alpha and beta an activation of a recurrent node takes from the node's lists. */
export function parameterCount(name: string): number {
  const key = name.toLowerCase();
  return Object.hasOwn(defaults, key) ? (defaults[key]?.length ?? 0) : 0;
}

/** An activation as ONNX names it in a recurrent node, with its parameters; null where the standard has no such. */
export function parseOnnxActivation(name: string, alpha?: number, beta?: number): Activation | null {
  const key = name.toLowerCase();
  if (Object.hasOwn(plain, key)) return plain[key] ?? null;
  if (!isKind(key)) return null;
  const [defaultAlpha = 1, defaultBeta] = defaults[key] ?? [];
  const usedBeta = beta ?? defaultBeta;
  return { kind: kinds[key], alpha: alpha ?? defaultAlpha, ...(usedBeta === undefined ? {} : { beta: usedBeta }) };
}
