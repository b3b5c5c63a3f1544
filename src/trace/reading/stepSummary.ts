import { type OutputKind } from './outputKind';
import { type Token } from './token';
import { type LayerShape } from './trace';

/** The most probable outputs at one step, best first. */
export interface Prediction {
  readonly name: string;
  readonly index: number;
  /** In [0, 1], or a plain number where the model's output is one ({@link OutputKind}). */
  readonly probability: number;
}

/** The values of one unit, or statistics over all units, at one step. */
export interface FieldStatistics {
  readonly field: string;
  readonly mean: number;
  readonly deviation: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Units with the smallest and with the largest value, most extreme first. */
  readonly lowest: readonly { readonly unit: number; readonly value: number }[];
  readonly highest: readonly { readonly unit: number; readonly value: number }[];
}

/** Everything a hover tells of one step. */
export interface StepSummary {
  readonly step: number;
  readonly token: Token;
  readonly layers: readonly {
    readonly shape: LayerShape;
    readonly fields: readonly FieldStatistics[];
    /** Euclidean norms. */
    readonly normH: number;
    readonly normC?: number;
  }[];
  /** -ln p(this token | the text before it), in nats; next-token models only, from the second token on. */
  readonly surprise?: number;
  readonly predictions?: readonly Prediction[];
  /** What the predictions are; plain numbers are not shown as probabilities. */
  readonly outputKind: OutputKind;
}

/** The formula of one unit at one step with its numbers: each gate's W x, U h, bias, sum and value. */
export interface UnitFormula {
  readonly step: number;
  readonly shape: LayerShape;
  readonly unit: number;
  readonly gates: readonly {
    readonly gate: string;
    readonly activation: string;
    /** W x[t] */
    readonly fromInput: number;
    /** U h[t-1]; for a GRU's candidate before the reset gate's product where reset_after says so. */
    readonly fromState: number;
    readonly bias: number;
    /** LSTM with peepholes: its weight times c[t-1] (i, f) or c[t] (o). */
    readonly fromCell?: number;
    /** With reset_after a candidate's is fromInput + bias + r fromState. */
    readonly sum: number;
    readonly value: number;
    /** The units whose h[t-1] push this sum most, signed, largest first. */
    readonly contributions: readonly { readonly unit: number; readonly value: number }[];
  }[];
  readonly previousC?: number;
  readonly c?: number;
  readonly previousH: number;
  readonly h: number;
}
