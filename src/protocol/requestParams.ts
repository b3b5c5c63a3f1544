import { type Direction, type Field } from '../trace/reading/cellKind';
import { type InitialisationSettings, type UntrainedSpec } from '../trace/reading/decay';
import { type LossChoice } from '../trace/reading/gradients';
import { type ParameterValue } from '../trace/lab/searchEvents';
import { type ShareBaseline, type ShareMethod } from '../trace/reading/shares';
import { type InputSpec } from '../trace/reading/inputSpec';
import { type ModelReference } from './modelReference';

/** One block of a trace: some fields of one layer and direction over [from, to). */
export interface RangeParams {
  readonly inspection: number;
  readonly layer: number;
  readonly direction: Direction;
  readonly fields: readonly Field[];
  readonly from: number;
  readonly to: number;
  /** Steps a column: 1 gives the values, more gives minimum, mean and maximum over each group of so many steps. */
  readonly stride?: number;
}

/** A lab file, its data, and the folder for what comes of it. */
export interface LabOrder {
  /** Path of the *.lstm-lab.json. */
  readonly settingsPath: string;
  readonly outFolder: string;
  /** In place of the file's own `data.folder`. */
  readonly dataFolder?: string;
  /**
   * Folders and files that the lab file may name besides those of its own folder; without it the results lie in that
   * too.
   */
  readonly reach?: readonly string[];
}

/** What is to be trained, and where to; `training` is a number of the asker's choice, by which it is controlled. */
export interface TrainParams extends LabOrder {
  readonly training: number;
}

/** What is to be searched; `search` is a number of the asker's choice, by which its trials are cancelled. */
export interface SearchParams extends LabOrder {
  readonly search: number;
}

/**
 * Where a study is kept: as a lab file's search says, or in this journal; `study` names another than its own or the
 * first.
 */
export type StudyParams = (LabOrder | { readonly journalPath: string }) & { readonly study?: string };

/** One trial for a thread that trains trials: what all trials of the search share, and this one's hyperparameters. */
export interface TrialParams {
  readonly order: {
    readonly settingsText: string;
    readonly settingsName: string;
    readonly data: { readonly folder: string; readonly reach: readonly string[] };
    readonly journalPath: string;
  };
  readonly number: number;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** What decay is asked to compare: trained models and untrained cells side by side, on noise or on one input. */
export interface DecayParams {
  /** Trained models; each is measured at its last recurrent layer. */
  readonly models?: readonly ModelReference[];
  /** The same models untrained: all recurrent weights drawn anew, a seed each; embedding and head drawn too. */
  readonly untrainedTwins?: boolean;
  /** How the twins are drawn. */
  readonly twins?: InitialisationSettings;
  /** Untrained cells of a chosen size; on noise, or on the tokens of the text as one-hot vectors. */
  readonly cells?: readonly UntrainedSpec[];
  /** A text, ids or values; without it noise of `inputs` (D) numbers a step. */
  readonly input?: InputSpec;
  readonly inputs?: number;
  /** T; the input is cut to it. Default 201 on noise, the whole input else. */
  readonly steps?: number;
  readonly seeds?: number;
  /** Default `last`. On noise: r . h of that step, r ~ N(0, 1), a draw a seed. */
  readonly loss?: LossChoice;
  readonly clipNorm?: number;
  readonly truncateAfter?: number;
  readonly equal?: 'units' | 'parameters';
}

/** What is to be explained of a text's answer, and how; needs no open inspection. */
export interface WhyParams extends WhyChoice {
  readonly model: ModelReference;
  readonly input: InputSpec;
}

/** The same of the text of an inspection. */
export interface ExplainParams extends WhyChoice {
  readonly inspection: number;
  /** Reads these tokens of it in this order, each at most once, and explains that; without it the text as it stands. */
  readonly steps?: readonly number[];
}

/** What is to be explained of an answer, and by which methods. */
export interface WhyChoice {
  /** Default: integrated gradients, but sensitivity of a next-token model over one-hot vectors. */
  readonly methods?: readonly ShareMethod[] | 'all';
  /** Outputs by index or name; default the answer against the runner-up. */
  readonly target?: number | string;
  readonly against?: number | string;
  /** Tokens from..to, both included. */
  readonly phrase?: { readonly from: number; readonly to: number };
  readonly baseline?: ShareBaseline;
  /** Of integrated gradients; doubled until the sum is right where absent. */
  readonly points?: number;
  /** Of the random orders. */
  readonly seed?: number;
}
