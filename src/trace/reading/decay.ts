import { type CellSetting } from '../cells/cellDescription';
import { type CellKind, knowsSetting } from './cellKind';
import { type LossChoice, type Reach } from './gradients';

/** How weights are drawn. Fan in and fan out are those of one gate's block, as Keras 3 and PyTorch's recipes do it. */
export type Initialiser = 'glorot' | 'he' | 'lecun' | 'orthogonal' | 'uniform' | 'normal' | 'zero';

/** Everything that decides the weights of an untrained cell; all of it stands on the picture. */
export interface InitialisationSettings {
  /** Of the input kernel W. Default `glorot` (uniform). */
  readonly init?: Initialiser;
  /** Of the recurrent kernel U, drawn per gate. Default `orthogonal` for LSTM and GRU, `glorot` for the RNN. */
  readonly recurrentInit?: Initialiser;
  /** LSTM only. `chrono`: b_f = ln U(1, T - 1), b_i = -b_f (Tallec and Ollivier 2018). Default 1. */
  readonly forgetBias?: number | 'chrono';
  /** RNN only: U is scaled so that its largest absolute eigenvalue is this. */
  readonly spectralRadius?: number;
}

/**
 * The settings without those that none of these kinds knows: a forget bias is an LSTM's, a spectral radius a simple
 * RNN's.
 */
export function settingsKnownTo(kinds: readonly CellKind[], settings: InitialisationSettings): InitialisationSettings {
  const { forgetBias, spectralRadius, ...rest } = settings;
  const isKnown = (setting: CellSetting): boolean => kinds.some((kind) => knowsSetting(kind, setting));
  return {
    ...rest,
    ...(forgetBias !== undefined && isKnown('forgetBias') && { forgetBias }),
    ...(spectralRadius !== undefined && isKnown('spectralRadius') && { spectralRadius }),
  };
}

/** Untrained cells of one kind, drawn once a seed. */
export interface UntrainedSpec extends InitialisationSettings {
  readonly cell: CellKind;
  readonly units: number;
  /** GRU: the reset gate after the recurrent product. Default true. */
  readonly resetAfter?: boolean;
}

/** What a decay comparison was computed from; every setting that decides the outcome. */
export interface DecaySettings {
  /** What the networks read: noise x ~ N(0, 1), or a text or values. */
  readonly input: string;
  readonly steps: number;
  /** D where the input is noise. */
  readonly inputs?: number;
  readonly seeds: number;
  readonly loss: LossChoice;
  /** One plain phrase for the loss, e.g. `r . h of the last step, r ~ N(0, 1)`. */
  readonly lossName: string;
  readonly lossStep: number;
  /** The gradient's norm is clipped to this at each step on its way back; absent: exact. */
  readonly clipNorm?: number;
  /** Backpropagation is cut after so many steps; absent: exact. */
  readonly truncateAfter?: number;
  /** What is held equal between cells of different kinds. */
  readonly equal: 'units' | 'parameters';
}

/**
 * log10(norm at lag k / norm at lag 0), k = 0 ... K, over the seeds: mean (so the geometric mean of the ratio),
 * standard deviation, smallest, largest. Each [K + 1]; -Infinity where every seed has an exact zero.
 */
export interface DecayCurve {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  readonly minimum: Float32Array;
  readonly maximum: Float32Array;
  /** Straight line through the mean (least squares over the finite points). */
  readonly fit: DecayFit;
  /** How far back the mean keeps a thousandth. */
  readonly reach: Reach;
}

/** log10 ratio = intercept + slope * lag. NaN travels as null in JSON: `null` where there is nothing to fit. */
export interface DecayFit {
  /** log10 units a step; negative decays. */
  readonly slope: number | null;
  readonly intercept: number | null;
  /** Share of the variance explained, in [0, 1]: how straight the curve is. */
  readonly r2: number | null;
  /** Steps in which the fitted line halves: log10(2) / -slope; null where it does not decay. */
  readonly halfLife: number | null;
  /** The first lag at which the mean curve itself lies under one half; null where it never does. */
  readonly measuredHalfLife: number | null;
  /** The last lag with a finite value. */
  readonly lastLag: number;
}

/** One network (or one kind of untrained network) in the comparison. */
export interface DecayEntry {
  /** For the legend, e.g. `prose-lstm`, `LSTM, forget bias 1 (untrained)`. */
  readonly name: string;
  readonly trained: boolean;
  readonly cell: CellKind;
  /** Index of the recurrent layer measured (the last one), its units and the parameters of that layer. */
  readonly layer: number;
  readonly units: number;
  readonly parameters: number;
  /** How its weights were drawn (untrained), with the defaults filled in. */
  readonly initialisation?: Required<Pick<InitialisationSettings, 'init' | 'recurrentInit'>> & InitialisationSettings;
  /** One line with every setting of this entry, for the picture. */
  readonly settingsLine: string;
  readonly h: DecayCurve;
  /** LSTM only. */
  readonly c?: DecayCurve;
  /**
   * LSTM only: the direct path along c, dL/dc of the loss step times the running product of the forget gates. It is no
   * bound: the paths through h and the gates add to it. Relative to lag 0 like `c`.
   */
  readonly direct?: DecayCurve;
  /** LSTM only: log10 of (whole dL/dc / direct path) at the last finite lag, mean over the seeds. */
  readonly gapLog10?: number | null;
  /** Clipping changed the gradient at so many steps, mean over seeds. */
  readonly clippedSteps?: number;
}

/** The answer of a decay comparison. */
export interface DecayComparison {
  readonly settings: DecaySettings;
  readonly entries: readonly DecayEntry[];
  /** The one sentence to read aloud over the picture: how far back learning reaches in each network. */
  readonly headline: string;
  /** Plain sentences derived from the figures: first which network keeps most, then what else is worth saying. */
  readonly sentences: readonly string[];
}
