import { type CellKind, type Direction, type Field } from '../reading/cellKind';
import { type EvaluationFigures } from './trainingEvents';

/**
 * Labels in both domains (inductive), in the source's only (transductive), or nowhere (unsupervised). Pan and Yang
 * 2010.
 */
export type TransferKind = 'inductive' | 'transductive' | 'unsupervised';

/**
 * How a model came to be. `source`: as it is. `pseudo-labels`: trained on its own sure answers. `language layers`:
 * trained on as a language model of the target's text, its head as it was; `language, pseudo-labels`: both. `new head`:
 * new layers on frozen ones. `fine-tuned`: thereafter. `adapted`: a language model trained on. `scratch`: trained on
 * the target alone.
 */
export type TransferWay =
  | 'source'
  | 'pseudo-labels'
  | 'language layers'
  | 'language, pseudo-labels'
  | 'new head'
  | 'fine-tuned'
  | 'adapted'
  | 'scratch';

/** One layer of the transferred network, and how it learns in a phase. */
export interface LayerPlan {
  /** Name of its weight arrays: `embedding`, the number of a recurrent layer from 0, or `dense`. */
  readonly name: string;
  readonly kind: 'embedding' | 'one-hot' | CellKind | 'dense';
  /** H of a recurrent layer, D of the embedding, outputs of the dense layer. */
  readonly width: number;
  /** Whether it was not in the source. */
  readonly isNew: boolean;
  readonly weights: number;
  /** How many of them stay as they are. */
  readonly frozen: number;
  /** Learning rate of the others; 0 where there are none. */
  readonly rate: number;
}

/** How the target's tokens meet the source's vocabulary: different tokens, and shares of the training text. */
export interface VocabularyMeeting {
  /** Entries of the source's vocabulary. */
  readonly source: number;
  /** Different tokens that the target's own vocabulary would hold. */
  readonly target: number;
  /** Those of them that the source knows: their weights are kept. */
  readonly shared: number;
  /** Those that got new rows of the embedding. */
  readonly added: number;
  readonly keptShare: number;
  readonly addedShare: number;
  /** Share of the text that the transferred model does not know, or leaves out. */
  readonly unknownShare: number;
}

/** How far one gate moved while a model was transferred. */
export interface GateMovement {
  readonly layer: number;
  readonly direction: Direction;
  readonly gate: string;
  /** Norm of the change of the gate's weights (kernel, recurrent kernel and bias) over their norm before. */
  readonly relative: number;
  /** The same for each unit's column, length H. */
  readonly perUnit: readonly number[];
  /**
   * The gate's mean value over the tokens of the target's test texts, each of length H; absent where no text was read.
   */
  readonly activation?: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    /** Mean of |after - before| over the tokens. */
    readonly changed: readonly number[];
  };
}

/** What each gate did on one sentence after the transfer minus before it. */
export interface SentenceMovement {
  readonly text: string;
  /** T slices of the text. */
  readonly tokens: readonly { readonly text: string; readonly start: number; readonly end: number }[];
  readonly layers: readonly {
    readonly layer: number;
    readonly direction: Direction;
    readonly cell: CellKind;
    /** H */
    readonly units: number;
    /** [T, H] row-major of each field: after minus before. */
    readonly fields: Readonly<Partial<Record<Field, readonly number[]>>>;
  }[];
  readonly labels?: readonly string[];
  /** Probabilities of the labels; `before` is absent where the source has other labels. */
  readonly answers?: { readonly before?: readonly number[]; readonly after: readonly number[] };
}

/** One model of a transfer, on the validation and test parts. */
export interface TransferResult {
  readonly way: TransferWay;
  /** Labelled training examples asked for; 0: none. */
  readonly labels: number;
  /** Training examples that there were: fewer where the data ends. */
  readonly examples: number;
  readonly seed: number;
  readonly validation: EvaluationFigures;
  readonly test: EvaluationFigures;
  readonly seconds: number;
  /** Epoch of the weights kept, and whether validation had stopped getting better (`early_stopping`). */
  readonly epoch?: number;
  readonly converged?: boolean;
  /** The rate that validation chose (scratch). */
  readonly learningRate?: number;
}

/** Mean and spread over seeds of one way at one size. */
export interface TransferRow {
  readonly way: TransferWay;
  readonly labels: number;
  readonly seeds: number;
  /** Test accuracy. */
  readonly mean: number;
  /** Sample standard deviation of it; 0 for one seed. */
  readonly deviation: number;
  /** Test accuracy of each seed. */
  readonly each: readonly number[];
  /** Mean test loss in nats. */
  readonly loss: number;
  /**
   * Seeds in which it is better than `scratch` at the same size (accuracy, or loss of a language model); absent without
   * one.
   */
  readonly wins?: number;
}

/** What a transfer tells while it runs, in order: started, phases with their curves and results, finished. */
export type TransferEvent =
  | {
      readonly type: 'transfer-started';
      readonly name: string;
      /** A bundled model's name, or a path relative to the lab file. */
      readonly source: string;
      readonly isBundled: boolean;
      readonly kinds: readonly TransferKind[];
      readonly task: 'next-token' | 'classify';
      /** The transferred network from the bottom up, as it is while its new layers are trained. */
      readonly layers: readonly LayerPlan[];
      readonly frozenWeights: number;
      readonly weights: number;
      /** Names of the weight arrays that stay as they are. */
      readonly frozen: readonly string[];
      readonly vocabulary: VocabularyMeeting;
      readonly labels: readonly number[];
      readonly seeds: number;
      /** Trainings that will be; seldom fewer. */
      readonly phases: number;
      /** Training, validation and test: tokens or examples. */
      readonly sizes: readonly [number, number, number];
      readonly remarks: readonly string[];
    }
  | {
      readonly type: 'transfer-phase';
      /** From 0, over the whole transfer. */
      readonly phase: number;
      readonly way: TransferWay;
      /** What is trained now, in a few words: a step of the way. */
      readonly stage: 'new layers' | 'unfrozen' | 'language head' | 'language layers' | 'all layers';
      readonly labels: number;
      readonly examples: number;
      readonly seed: number;
      readonly layers: readonly LayerPlan[];
      /** Most epochs; it may converge earlier. */
      readonly epochs: number;
    }
  | {
      readonly type: 'transfer-curve';
      readonly phase: number;
      readonly epoch: number;
      readonly training: { readonly loss: number; readonly accuracy: number };
      readonly validation: EvaluationFigures;
      readonly isBest: boolean;
    }
  | ({ readonly type: 'transfer-result' } & TransferResult)
  | {
      readonly type: 'transfer-finished';
      readonly table: readonly TransferRow[];
      /** Of the last model against its source. */
      readonly moved: readonly GateMovement[];
      readonly sentence: SentenceMovement | null;
      /** Texts of the test part over which the gates' values were averaged. */
      readonly texts: number;
      readonly files: readonly string[];
    };
