import { type Failure } from '../base/errors';
import { type Result } from '../base/result';
import { type Direction } from '../trace/reading/cellKind';
import { type DecayComparison } from '../trace/reading/decay';
import { type FieldChoice, type TraceDifference } from '../trace/reading/difference';
import { type DataSuggestion } from '../trace/lab/dataSuggestion';
import { type OutsidePath } from '../trace/lab/outsidePath';
import { type EpochReading } from '../trace/lab/epochReading';
import { type FindingsReport } from '../trace/reading/findings';
import { type GradientNorms, type LossChoice } from '../trace/reading/gradients';
import { type Connectivity, type LossMatrix } from '../trace/reading/lossMatrix';
import { type LabEvent } from '../trace/lab/labEvents';
import { type ImportanceReport, type StudyReport, type SurrogateReport } from '../trace/lab/studyReport';
import { type ModelQuestions } from '../trace/reading/modelQuestions';
import { type WeightMap } from '../trace/reading/modelOverview';
import { type DrawSettings, type Writing } from '../trace/reading/writing';
import { type TrainingEvent, type TrainingPlan } from '../trace/lab/trainingEvents';
import { type FaithfulnessReport, type ShareMethod, type WhyReport } from '../trace/reading/shares';
import { type InputSpec } from '../trace/reading/inputSpec';
import { type CausesReport, type RemovalValue } from '../trace/causes/causes';
import { type PatchReport } from '../trace/causes/patch';
import { type EditEffect } from '../trace/causes/editEffect';
import { type FindReport } from '../trace/causes/findAgain';
import { type RecallReport } from '../trace/causes/recall';
import { type ModelReference } from './modelReference';
import { type PackedStarted } from './packedStarted';
import {
  type ModelOverview,
  type ModelSummary,
  type StepSummary,
  type TraceSummary,
  type UnitFormula,
} from './summaries';
import {
  type RangeParams,
  type LabOrder,
  type TrainParams,
  type SearchParams,
  type StudyParams,
  type TrialParams,
  type DecayParams,
  type ExplainParams,
  type WhyParams,
} from './requestParams';

/**
 * What the host (or the command line) asks of the worker: for each kind the parameters and the value of the answer.
 * A room that adds a capability adds its rows here; the parameters and values are plain data that structured clone
 * takes.
 */
export interface WorkerRequests {
  /** The bundled models. */
  models: { readonly params: Record<string, never>; readonly value: readonly ModelSummary[] };
  /**
   * Opens a model and says what is known of it. Progress is in megabytes read; the total is 0, since only what is
   * needed is read.
   */
  openModel: { readonly params: { readonly model: ModelReference }; readonly value: ModelSummary };
  /** What a model file leaves open, and what lies beside it that may answer: `beside` where it is handed over. */
  modelQuestions: {
    readonly params: { readonly model: ModelReference; readonly beside?: Readonly<Record<string, Uint8Array>> };
    readonly value: ModelQuestions;
  };
  /** What the weights say without reading a text; says progress by layer. */
  overview: { readonly params: { readonly model: ModelReference }; readonly value: ModelOverview };
  /**
   * Pictures of the weights of the layer that stands at `index` in the overview's cells; at most `most` (1 to 512) rows
   * and columns each.
   */
  weightMaps: {
    readonly params: { readonly model: ModelReference; readonly index: number; readonly most: number };
    readonly value: readonly WeightMap[];
  };
  /**
   * Reads an input: one `started` event, then frames as they are computed, then the answer. The inspection stays open
   * for the requests below until it is released.
   */
  read: {
    readonly params: {
      readonly inspection: number;
      readonly model: ModelReference;
      readonly input: InputSpec;
      readonly limitTokens?: number;
      readonly memoryMb?: number;
      readonly threads?: number;
      /** Whether frames are streamed at all; the command line asks for the whole trace at the end instead. */
      readonly stream: boolean;
      /** The layer and the columns that a view shows already; absent: not known yet. */
      readonly sight?: {
        readonly layer: number;
        readonly direction: Direction;
        readonly from: number;
        readonly to: number;
      };
      /** An earlier inspection of the same model whose unchanged beginning is taken over. */
      readonly previous?: number;
      /**
       * What is changed while reading, in the language of trace/edits; the questions below then answer about the
       * changed reading.
       */
      readonly edits?: readonly string[];
      /** The input that `other@STEP` in an edit means. */
      readonly other?: InputSpec;
    };
    readonly value: TraceSummary;
  };
  release: { readonly params: { readonly inspection: number }; readonly value: null };
  /** A packed frame (trace/frame.ts). */
  range: { readonly params: RangeParams; readonly value: ArrayBuffer };
  step: { readonly params: { readonly inspection: number; readonly step: number }; readonly value: StepSummary };
  formula: {
    readonly params: {
      readonly inspection: number;
      readonly layer: number;
      readonly direction: Direction;
      readonly unit: number;
      readonly step: number;
    };
    readonly value: UnitFormula;
  };
  /** Top predictions and the surprise of every step, packed (trace/predictionTrack.ts). */
  predictions: {
    readonly params: {
      readonly inspection: number;
      /** Text steps [from, to); else all. */ readonly from?: number;
      readonly to?: number;
    };
    readonly value: ArrayBuffer;
  };
  /**
   * Columns of the rows of numbers that are read, [columns, T] as float32 (trace/inputColumns.ts says which to ask for
   * together).
   */
  inputColumns: {
    readonly params: { readonly inspection: number; readonly columns: readonly number[] };
    readonly value: ArrayBuffer;
  };
  /** An order of a layer's units: as stored, by mean activity, or by hierarchical clustering of the traces of h. */
  unitOrder: {
    readonly params: {
      readonly inspection: number;
      readonly layer: number;
      readonly direction: Direction;
      readonly by: 'activity' | 'cluster';
    };
    readonly value: { readonly order: readonly number[]; readonly clusterOf?: readonly number[] };
  };
  /**
   * The norms of one loss at every step. `truncateAfter` cuts backpropagation every so many steps, counted back from
   * the last loss step; `from` is the first step that is computed, exactly (a model that reads forward only): those
   * before are NaN.
   */
  gradients: {
    readonly params: {
      readonly inspection: number;
      readonly loss: LossChoice;
      readonly truncateAfter?: number;
      readonly from?: number;
    };
    readonly value: GradientNorms;
  };
  /**
   * Loss step by time step over [from, to), at most 512 steps exactly (the last 512 known ones by default). Says
   * progress; a range that is too long is refused with what it would cost and a range to ask for.
   */
  lossMatrix: {
    readonly params: {
      readonly inspection: number;
      readonly layer: number;
      readonly direction: Direction;
      readonly state?: 'h' | 'c' | 'x';
      readonly from?: number;
      readonly to?: number;
      readonly target?: number;
      readonly label?: 0 | 1;
    };
    readonly value: LossMatrix;
  };
  /** Rows for the output steps [from, to); the view asks for the step under the mouse, then for its neighbours. */
  connectivity: {
    readonly params: {
      readonly inspection: number;
      readonly from: number;
      readonly to: number;
      readonly target?: number;
    };
    readonly value: Connectivity;
  };
  /**
   * In what a later inspection of a text differs from an earlier one (`before`), over steps [from, to), at most 4,096.
   */
  difference: {
    readonly params: {
      readonly before: number;
      readonly inspection: number;
      readonly from?: number;
      readonly to?: number;
      readonly shown?: FieldChoice;
    };
    readonly value: TraceDifference;
  };
  /**
   * Takes every unit of an inspection out, one at a time, and says what that does to the answer after the steps `at`
   * (default the last that has one) and elsewhere; `isSteered` also holds each at its own low and high values. Says
   * progress by reading.
   */
  causes: {
    readonly params: {
      readonly inspection: number;
      readonly at?: readonly number[];
      readonly by?: RemovalValue;
      readonly isSteered?: boolean;
    };
    readonly value: CausesReport;
  };
  /** How far predictions move when the token k steps ago is another one; says progress by lag. */
  recall: {
    readonly params: {
      readonly inspection: number;
      readonly at?: readonly number[];
      readonly lags?: number;
      readonly others?: number | 'all';
      readonly seed?: number;
    };
    readonly value: RecallReport;
  };
  /**
   * How much of the answer of one inspection (`clean`) comes back when its states are put into another of the same
   * model and length; says progress by reading.
   */
  patch: {
    readonly params: {
      readonly clean: number;
      readonly inspection: number;
      readonly target?: number | string;
      readonly against?: number | string;
      readonly units?: number;
    };
    readonly value: PatchReport;
  };
  /** What the edits of an inspection changed, beside the untouched one (`before`) of the same input. */
  editEffect: {
    readonly params: { readonly before: number; readonly inspection: number };
    readonly value: EditEffect;
  };
  /**
   * Where the units that are on throughout a phrase of an inspection are on again, in texts that are read one after the
   * other; the first layer where none is named. Says progress by step.
   */
  find: {
    readonly params: {
      readonly inspection: number;
      readonly layer?: number;
      readonly direction?: Direction;
      /** Steps of the phrase, both included. */
      readonly from: number;
      readonly to: number;
      readonly threshold?: number;
      readonly texts: readonly InputSpec[];
    };
    readonly value: FindReport;
  };
  /** Goes on with the text of an inspection; says progress by token. */
  write: {
    readonly params: { readonly inspection: number; readonly steps: number; readonly settings: DrawSettings };
    readonly value: Writing;
  };
  /** What stands out in an inspection. With a loss, vanishing and exploding are judged by it; default `last`. */
  findings: {
    readonly params: { readonly inspection: number; readonly loss?: LossChoice };
    readonly value: FindingsReport;
  };
  /** Shares of a text's tokens in the answer, each method with its proof against chance; says progress by method. */
  why: { readonly params: WhyParams; readonly value: WhyReport };
  explain: { readonly params: ExplainParams; readonly value: WhyReport };
  /** Methods against chance over texts; says progress by text. */
  faithfulness: {
    readonly params: {
      readonly model: ModelReference;
      readonly texts: readonly string[];
      readonly methods?: readonly ShareMethod[];
      readonly seed?: number;
    };
    readonly value: FaithfulnessReport;
  };
  /** Needs no open inspection; says progress by network and seed. */
  decay: { readonly params: DecayParams; readonly value: DecayComparison };
  /**
   * Trains as a lab file says and writes the model into a folder; `training` events tell how it goes. Goes on from the
   * checkpoint where the folder holds one of the same settings. Answers with the last event. Cancelling writes no
   * model.
   */
  train: { readonly params: TrainParams; readonly value: Extract<TrainingEvent, { readonly type: 'finished' }> };
  /**
   * Searches hyperparameters as a lab file says; the study is kept in a journal in the folder and goes on where it
   * stands. `lab` events tell how it goes. Cancelling ends the trial under way as failed and keeps the rest.
   */
  search: { readonly params: SearchParams; readonly value: null };
  /** Cancels one trial under way; it ends as failed and the search goes on. */
  cancelTrial: { readonly params: { readonly search: number; readonly trial: number }; readonly value: null };
  /**
   * A study as it stands, of a lab file's search or of a journal alone; null where there is none yet, or where it is
   * still at `known`.
   */
  study: {
    /** `most`: how many of the latest trials; absent: as many as a page shows. */
    readonly params: StudyParams & { readonly known?: string; readonly most?: number };
    readonly value: StudyReport | null;
  };
  /** The Gaussian process of a study's objective (from 0) along one parameter; null with fewer than three trials. */
  surrogate: {
    readonly params: StudyParams & { readonly parameter: string; readonly objective?: number };
    readonly value: SurrogateReport | null;
  };
  /** How much each parameter explains of a study's objective (from 0); null with fewer than three complete trials. */
  importance: {
    readonly params: StudyParams & { readonly objective?: number };
    readonly value: ImportanceReport | null;
  };
  /** Worker to worker: trains one trial of a search; `lab` events report the objective. */
  trial: {
    readonly params: TrialParams;
    readonly value: { readonly value: number; readonly attributes: Readonly<Record<string, unknown>> };
  };
  /** Transfers a trained model as a lab file says and writes the last model and the results into the folder. */
  transfer: { readonly params: LabOrder; readonly value: null };
  /** What a lab file asks for and what its data is like, without training. */
  describeLab: { readonly params: LabOrder; readonly value: TrainingPlan };
  /** What a lab file names outside of what it may reach, for a person to allow. */
  outsidePaths: { readonly params: LabOrder; readonly value: readonly OutsidePath[] };
  /** What form the data at a path has, found out by its beginning, for a new lab file. */
  suggestLab: { readonly params: { readonly path: string }; readonly value: DataSuggestion };
  /** The model that a training wrote into a folder, as the bytes of a .h5 file that Keras 2 and 3 load. */
  exportH5: { readonly params: { readonly folder: string }; readonly value: Uint8Array };
  /**
   * What the model of an epoch does with a sentence; `layer` counts the layers and directions of the model's summary.
   */
  watchEpoch: {
    readonly params: { readonly model: ModelReference; readonly text: string; readonly layer: number };
    readonly value: EpochReading;
  };
  /** Pauses a training, lets it go on, or stops it and keeps the best weights so far; `train` answers soon after. */
  controlTraining: {
    readonly params: { readonly training: number; readonly action: 'pause' | 'resume' | 'stop' };
    readonly value: null;
  };
  /** The whole trace (or the gradients of a loss) as the bytes of an .npz or .json file. */
  exportTrace: {
    readonly params: {
      readonly inspection: number;
      readonly format: 'npz' | 'json';
      readonly gradientsOf?: LossChoice;
      /** The first step of the gradients; 0 by default. */ readonly from?: number;
    };
    readonly value: Uint8Array;
  };
}

export type WorkerRequestKind = keyof WorkerRequests;

/** Host -> worker. */
export type HostToWorker =
  | { readonly type: 'request'; readonly id: number; readonly kind: WorkerRequestKind; readonly params: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  /** The view has painted frame `sequence` of an inspection and can take the next. */
  | { readonly type: 'ack'; readonly inspection: number; readonly sequence: number }
  /** Changes which columns come first, or stops frames while a view is hidden. */
  | {
      readonly type: 'sight';
      readonly inspection: number;
      readonly layer: number;
      readonly direction: Direction;
      readonly from: number;
      readonly to: number;
      readonly visible: boolean;
    };

/** Worker -> host. Listener first: the worker says `ready` once. */
export type WorkerToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> }
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly done: number;
      readonly total: number;
      readonly message?: string;
    }
  | { readonly type: 'started'; readonly id: number; readonly started: PackedStarted }
  | { readonly type: 'lab'; readonly id: number; readonly event: LabEvent }
  /** One fresh ArrayBuffer, transferred (trace/frame.ts). At most one is unacknowledged per inspection. */
  | { readonly type: 'frame'; readonly inspection: number; readonly sequence: number; readonly frame: ArrayBuffer }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string };

export type { Failure, LabEvent };
