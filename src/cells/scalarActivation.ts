import { type Activation, type ParametricActivation } from './cellWeights';
import { isRare, rareActivations } from './rareActivations';

/** Values kept in a trace (float32) or computed for a check (float64). */
export type FloatArray = Float32Array | Float64Array;

/** An activation or its derivative for one number, in float64. */
export type ScalarFunction = (x: number) => number;

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function clip(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

type NamedActivation = Exclude<Activation, ParametricActivation | 'softmax'>;

const named: Readonly<Record<NamedActivation, ScalarFunction>> = {
  linear: (x) => x,
  tanh: Math.tanh,
  sigmoid,
  hard_sigmoid: (x) => clip(0.2 * x + 0.5, 0, 1),
  hard_sigmoid_keras3: (x) => clip(x / 6 + 0.5, 0, 1),
  relu: (x) => (x < 0 ? 0 : x),
  softsign: (x) => x / (1 + Math.abs(x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};

const namedSlopes: Readonly<Record<NamedActivation, ScalarFunction>> = {
  linear: () => 1,
  tanh: (y) => 1 - y * y,
  sigmoid: (y) => y * (1 - y),
  hard_sigmoid: (y) => (y > 0 && y < 1 ? 0.2 : 0),
  hard_sigmoid_keras3: (y) => (y > 0 && y < 1 ? 1 / 6 : 0),
  relu: (y) => (y > 0 ? 1 : 0),
  softsign: (y) => (1 - Math.abs(y)) ** 2,
  softplus: (y) => -Math.expm1(-y),
};

/**
 * The normal distribution's Phi to about 1e-15: a series near zero, a continued fraction in the tail (Abramowitz and
 * Stegun 26.2).
 */
function normalCumulative(x: number): number {
  const z = Math.abs(x);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 5) {
    let term = z;
    let sum = z;
    for (let k = 3; term > sum * 1e-17; k += 2) sum += term *= (z * z) / k;
    return x > 0 ? 0.5 + density * sum : 0.5 - density * sum;
  }
  let fraction = z;
  for (let k = 40; k > 0; k--) fraction = z + k / fraction;
  return x > 0 ? 1 - density / fraction : density / fraction;
}

function parametric({ kind, alpha, beta }: ParametricActivation): ScalarFunction {
  if (isRare(kind)) return rareActivations[kind].value;
  switch (kind) {
    case 'affine':
      return (x) => (alpha ?? 1) * x + (beta ?? 0);
    case 'scaledTanh':
      return (x) => (alpha ?? 1) * Math.tanh((beta ?? 1) * x);
    case 'hardSigmoid':
      return (x) => clip((alpha ?? 0.2) * x + (beta ?? 0.5), 0, 1);
    case 'leakyRelu':
      return (x) => (x < 0 ? (alpha ?? 0.01) * x : x);
    case 'thresholdedRelu':
      return (x) => (x <= (alpha ?? 1) ? 0 : x);
    case 'elu':
      return (x) => (x < 0 ? (alpha ?? 1) * Math.expm1(x) : x);
    case 'selu':
      return (x) => seluScale * (x < 0 ? seluAlpha * Math.expm1(x) : x);
    case 'gelu':
      return (x) => x * normalCumulative(x);
    case 'swish':
      return (x) => x * sigmoid((alpha ?? 1) * x);
    case 'relu6':
      return (x) => clip(x, 0, 6);
    case 'exponential':
      return Math.exp;
  }
}

function parametricSlope({ kind, alpha, beta }: ParametricActivation): ScalarFunction {
  if (isRare(kind)) return rareActivations[kind].slope;
  switch (kind) {
    case 'affine':
      return () => alpha ?? 1;
    case 'scaledTanh':
      return (y) => (alpha ?? 1) * (beta ?? 1) * (1 - (y / (alpha ?? 1)) ** 2);
    case 'hardSigmoid':
      return (y) => (y > 0 && y < 1 ? (alpha ?? 0.2) : 0);
    case 'leakyRelu':
      return (x) => (x < 0 ? (alpha ?? 0.01) : 1);
    case 'thresholdedRelu':
      return (x) => (x <= (alpha ?? 1) ? 0 : 1);
    case 'elu':
      return (x) => (x < 0 ? (alpha ?? 1) * Math.exp(x) : 1);
    case 'selu':
      return (x) => seluScale * (x < 0 ? seluAlpha * Math.exp(x) : 1);
    case 'gelu':
      return (x) => normalCumulative(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
    case 'swish':
      return (x) => {
        const gate = sigmoid((alpha ?? 1) * x);
        return gate * (1 + (alpha ?? 1) * x * (1 - gate));
      };
    case 'relu6':
      return (y) => (y > 0 && y < 6 ? 1 : 0);
    case 'exponential':
      return (y) => y;
  }
}

const slopesOfInput: readonly ParametricActivation['kind'][] = [
  'leakyRelu',
  'thresholdedRelu',
  'elu',
  'selu',
  'gelu',
  'swish',
];

/**
 * Whether {@link slopeOf} takes the value before the activation, because the output does not determine the derivative.
 */
export function slopeNeedsInput(activation: Activation): boolean {
  return typeof activation !== 'string' && (isRare(activation.kind) || slopesOfInput.includes(activation.kind));
}

/**
 * The activation of one number, with ONNX's defaults for parameters left out; null for softmax, which needs all of
 * them.
 */
export function scalarActivation(activation: Activation): ScalarFunction | null {
  if (typeof activation !== 'string') return parametric(activation);
  return activation === 'softmax' ? null : named[activation];
}

/**
 * The derivative of one number, as a function of the output or of the input ({@link slopeNeedsInput}); null for
 * softmax.
 */
export function slopeOf(activation: Activation): ScalarFunction | null {
  if (typeof activation !== 'string') return parametricSlope(activation);
  return activation === 'softmax' ? null : namedSlopes[activation];
}

/** Applies an activation to `count` numbers in place; softmax over all of them, with the largest taken out first. */
export function activateBlock(activation: Activation, data: Float64Array, at: number, count: number): void {
  const f = scalarActivation(activation);
  if (f !== null) {
    for (let j = at; j < at + count; j++) data[j] = f(data[j] as number);
    return;
  }
  let most = -Infinity;
  for (let j = at; j < at + count; j++) most = Math.max(most, data[j] as number);
  let sum = 0;
  for (let j = at; j < at + count; j++) sum += data[j] = Math.exp((data[j] as number) - most);
  for (let j = at; j < at + count; j++) data[j] = (data[j] as number) / sum;
}

/** Clips sums to [-clip, clip] in place. */
export function clipBlock(a: Float64Array, clip: number | undefined): void {
  if (clip === undefined) return;
  for (let k = 0; k < a.length; k++) a[k] = Math.min(clip, Math.max(-clip, a[k] as number));
}

/** gradient <- (diag(y) - y y^T) gradient, softmax's Jacobian, over `count` numbers of each. */
export function multiplySoftmaxJacobian(
  gradient: Float64Array,
  at: number,
  y: { data: Float64Array; at: number; count: number },
): void {
  let dot = 0;
  for (let j = 0; j < y.count; j++) dot += (gradient[at + j] as number) * (y.data[y.at + j] as number);
  for (let j = 0; j < y.count; j++)
    gradient[at + j] = (y.data[y.at + j] as number) * ((gradient[at + j] as number) - dot);
}
