import { type ComputePath, type LayerShape, type NumericArray } from '../trace/reading/trace';
import { type CellOverview, type StageChainOverview } from '../trace/reading/modelOverview';
import { type OutputKind } from '../trace/reading/outputKind';
import { type Tokens } from '../trace/reading/tokenList';

/** What is known of a model without reading anything with it; small enough for a message. */
export interface ModelSummary {
  readonly name: string;
  readonly format: string;
  readonly task: 'next-token' | 'classify' | 'regress' | 'states';
  /** What its last layer gives, and so how it is shown. */
  readonly outputKind: OutputKind;
  readonly input: 'characters' | 'words' | 'subwords' | 'ids' | 'values';
  readonly vocabularySize?: number;
  readonly layers: readonly LayerShape[];
  readonly parameters: number;
  readonly labels?: readonly string[];
  /** One line for a picker: data and held-out figure of a bundled model, or what the file says. */
  readonly description: string;
  readonly notes: readonly string[];
}

/** What the weights of a model say without reading a text. */
export interface ModelOverview {
  readonly summary: ModelSummary;
  /** Every layer in order of computation: the model's, then those of each part that is only offered on its own. */
  readonly chains: readonly StageChainOverview[];
  /** Every recurrent layer and direction, those of the parts last. */
  readonly cells: readonly CellOverview[];
  /** The fixed number of steps that the model was saved with. */
  readonly window?: number;
  /** Held-out figures by name. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** What came of reading a text; sent once, when the trace is complete. */
export interface TraceSummary {
  readonly steps: number;
  readonly path: ComputePath;
  readonly computeMs: number;
  /** What the saved model's predict gives for the whole input. */
  readonly output?: NumericArray;
  /** What `output` is; absent where the model has none. */
  readonly outputKind?: OutputKind;
  readonly notes: readonly string[];
  /** Those of the notes that say how edits were computed. */
  readonly editNotes?: readonly string[];
}

/** Everything a view needs before the first frame: sent as soon as the text is split into tokens. */
export interface ReadingStarted {
  readonly inspection: number;
  readonly model: ModelSummary;
  readonly tokens: Tokens;
  readonly steps: number;
  /** Of rows of numbers: the names of their columns, or their numbers from 0. */
  readonly columns?: readonly string[];
}

export {
  type FieldStatistics,
  type Prediction,
  type StepSummary,
  type UnitFormula,
} from '../trace/reading/stepSummary';
