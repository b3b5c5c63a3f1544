import { type Direction, type Gate } from './cellKind';

/**
 * Which loss a gradient is of.
 * `at`: the last step whose target is known, the sum over all steps with a known target, or one step.
 * `target`: the index K of an output unit (softmax and sigmoid: -log(output[K]); linear head: output[K]; states only: h
 * of unit K of the last layer). `label`: the class of a single sigmoid output.
 */
export interface LossChoice {
  readonly at: 'last' | 'all' | { readonly step: number };
  readonly target?: number;
  readonly label?: 0 | 1;
}

/**
 * Euclidean norms that may lie far below the smallest float: the norm of row t is `mantissa[t] * 2 ** exponent[t]`;
 * an exact zero has mantissa 0.
 */
export interface ScaledNorms {
  readonly mantissa: Float32Array;
  readonly exponent: Int32Array;
}

/** Norms of the total derivatives of a loss at every step of one layer and direction, each of length T. */
export interface LayerGradientNorms {
  readonly layer: number;
  readonly direction: Direction;
  readonly dLdh: ScaledNorms;
  /** LSTM only. */
  readonly dLdc?: ScaledNorms;
  /** With respect to the vector that enters the layer. */
  readonly dLdx: ScaledNorms;
  /** With respect to each gate before its activation. */
  readonly dLdGate: Readonly<Partial<Record<Gate, ScaledNorms>>>;
}

/**
 * log10 of the norm under which a gradient counts as vanished, and over which as exploding, relative to lag 0 of its
 * loss.
 */
export interface GradientThresholds {
  readonly vanishingLog10: number;
  readonly explodingLog10: number;
}

/** A number of steps back; `isWhole` where the reading has no more, so that it may be farther. */
export interface Reach {
  readonly steps: number;
  readonly isWhole: boolean;
}

/**
 * How far back learning reaches: the largest lag at which the norm is still at least so large (log10, a thousandth is
 * -3) relative to lag 0. `isWhole` where that is the last lag there is, so that it may reach farther. The one
 * definition for findings and decay; `relative[k]` is log10(norm at lag k / norm at lag 0).
 */
export function reachOf(relative: ArrayLike<number>, thresholdLog10 = -3): Reach {
  let steps = 0;
  for (let lag = 0; lag < relative.length; lag++) if ((relative[lag] as number) >= thresholdLog10) steps = lag;
  return { steps, isWhole: steps === relative.length - 1 };
}

/** A reach in words: "17 steps", "200 steps or more" where the reading has no more. */
export function formatReach({ steps, isWhole }: Reach): string {
  return `${steps} ${steps === 1 ? 'step' : 'steps'}${isWhole ? ' or more' : ''}`;
}

/** log10 of each norm; -Infinity for an exact zero. */
export function log10Norms(norms: ScaledNorms): Float32Array {
  const log10OfTwo = Math.log10(2);
  return Float32Array.from(
    norms.mantissa,
    (mantissa, t) => Math.log10(mantissa) + (norms.exponent[t] ?? 0) * log10OfTwo,
  );
}

/** The gradients of one chosen loss through time. */
export interface GradientNorms {
  readonly loss: LossChoice;
  readonly lossValue: number;
  /** The steps that the loss looks at. */
  readonly lossSteps: readonly number[];
  /** One plain phrase that names the loss, for a legend. */
  readonly lossName: string;
  readonly thresholds: GradientThresholds;
  readonly layers: readonly LayerGradientNorms[];
  /** Remarks the user should know: steps left out, truncation, a head that could not be computed... */
  readonly notes: readonly string[];
}
