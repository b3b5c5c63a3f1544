import { type ComputePath, type LayerShape, type NumericArray } from '../trace/trace';
import { type Token } from '../trace/token';

/** What is known of a model without reading anything with it; small enough for a message. */
export interface ModelSummary {
  readonly name: string;
  readonly format: string;
  readonly task: 'next-token' | 'classify' | 'regress' | 'states';
  readonly input: 'characters' | 'words' | 'subwords' | 'ids' | 'values';
  readonly vocabularySize?: number;
  readonly layers: readonly LayerShape[];
  readonly parameters: number;
  readonly labels?: readonly string[];
  /** One line for a picker: data and held-out figure of a bundled model, or what the file says. */
  readonly description: string;
  readonly notes: readonly string[];
}

/** What came of reading a text; sent once, when the trace is complete. */
export interface TraceSummary {
  readonly steps: number;
  readonly path: ComputePath;
  readonly computeMs: number;
  /** What the saved model's predict gives for the whole input. */
  readonly output?: NumericArray;
  readonly notes: readonly string[];
}

/** Everything a view needs before the first frame: sent as soon as the text is split into tokens. */
export interface ReadingStarted {
  readonly inspection: number;
  readonly model: ModelSummary;
  readonly tokens: readonly Token[];
  readonly steps: number;
}

/** The most probable outputs at one step, best first. */
export interface Prediction {
  readonly name: string;
  readonly index: number;
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
