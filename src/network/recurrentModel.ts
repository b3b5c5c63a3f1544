import { type Activation, type CellWeights } from '../cells/cellWeights';
import { type Tokenizer } from '../text/tokenizer';
import { type TorchChoices } from '../trace/reading/modelQuestions';
import { type NamedList, type VocabularySpec } from '../text/vocabularySpec';

/** How the two directions of a bidirectional layer are put together, by Keras's names; null keeps both apart. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'ave' | null;

/** A recurrent layer: one or two directions over the same input. */
export interface RecurrentStage {
  readonly kind: 'recurrent';
  readonly name: string;
  readonly forward?: CellWeights;
  /** Reads the sequence from its end. A Keras layer with go_backwards has this one only. */
  readonly backward?: CellWeights;
  readonly merge: MergeMode;
  /** Whether the next stage gets every step or only the last one (of each direction's own reading). */
  readonly returnSequences: boolean;
  /** The saved model hands on the backward sequence as it read it (Keras go_backwards), not in text order. */
  readonly outputReversed?: boolean;
  /**
   * Side by side, the backward direction's values stand in front (a Bidirectional around a layer with go_backwards).
   */
  readonly backwardFirst?: boolean;
  /**
   * Of steps that a mask skips, zeros are handed on, and not the state before them (Keras zero_output_for_mask, which
   * Bidirectional sets).
   */
  readonly zeroWhereMasked?: boolean;
  /** The state carries over from one call to the next (Keras stateful). */
  readonly stateful?: boolean;
}

/** token ids -> rows of a table [V, D]. With `maskZero`, id 0 is padding: later stages skip it (Keras mask_zero). */
export interface EmbeddingStage {
  readonly kind: 'embedding';
  readonly name: string;
  readonly table: Float32Array;
  readonly vocabularySize: number;
  readonly width: number;
  readonly maskZero?: boolean;
}

/** token ids -> one-hot vectors of width V; an id outside gives zeros. */
export interface OneHotStage {
  readonly kind: 'oneHot';
  readonly name: string;
  readonly width: number;
}

/** Steps whose vector equals `value` everywhere are skipped by later recurrent stages (Keras Masking). */
export interface MaskingStage {
  readonly kind: 'masking';
  readonly name: string;
  readonly value: number;
}

/** y = activation(x W + b), W [D, N]; applied to each step while the sequence lasts. */
export interface DenseStage {
  readonly kind: 'dense';
  readonly name: string;
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly kernel: Float32Array;
  readonly bias?: Float32Array;
  readonly activation: Activation;
}

/** Windows over the steps of a sequence: window t looks at the steps t stride + first + k dilation, k < size. */
export interface StepWindow {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /**
   * Steps filled in before the first and behind the last. "same" fills so many that ceil(T / stride) windows fit, the
   * odd one behind, as Keras does.
   */
  readonly padding: 'same' | { readonly before: number; readonly after: number };
}

/**
 * y[t] = activation(sum over the steps k of window t of x[k] W[k] + b), W [size, D, N], zeros beyond the ends (Keras
 * Conv1D). It stands in front of the first recurrent layer only.
 */
export interface ConvolutionStage {
  readonly kind: 'convolution';
  readonly name: string;
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly kernel: Float32Array;
  readonly bias?: Float32Array;
  readonly window: StepWindow;
  readonly activation: Activation;
}

/**
 * The largest value or the mean of each window, what is filled in left out (Keras MaxPooling1D, AveragePooling1D). It
 * stands in front of the first recurrent layer only.
 */
export interface WindowPoolStage {
  readonly kind: 'windowPool';
  readonly name: string;
  readonly how: 'average' | 'max';
  readonly window: StepWindow;
}

/** y = x * scale + shift, each [D] (batch and layer normalisation's affine part in inference, Rescaling...). */
export interface ScaleShiftStage {
  readonly kind: 'scaleShift';
  readonly name: string;
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** y = (x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis (Ba et al. 2016). */
export interface LayerNormStage {
  readonly kind: 'layerNorm';
  readonly name: string;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly epsilon: number;
}

/** An activation on its own. */
export interface ActivationStage {
  readonly kind: 'activation';
  readonly name: string;
  readonly activation: Activation;
}

/** y = x - log(sum of exp(x)) over the last axis: the logarithm of softmax, in which many PyTorch classifiers end. */
export interface LogSoftmaxStage {
  readonly kind: 'logSoftmax';
  readonly name: string;
}

/** Sequence -> one vector. `flatten` needs the saved window. */
export interface PoolStage {
  readonly kind: 'pool';
  readonly name: string;
  readonly how: 'last' | 'average' | 'max' | 'flatten';
}

/** One vector -> the same vector at each of `count` steps (Keras RepeatVector). */
export interface RepeatStage {
  readonly kind: 'repeat';
  readonly name: string;
  readonly count: number;
}

/**
 * Does nothing in inference (Dropout, GaussianNoise, ActivityRegularization...); kept so that the overview shows it.
 */
export interface IdentityStage {
  readonly kind: 'identity';
  readonly name: string;
  readonly what: string;
}

/** A layer we do not understand. What lies behind it cannot be computed; recurrent layers are offered on their own. */
export interface UnsupportedStage {
  readonly kind: 'unsupported';
  readonly name: string;
  /** One phrase: what it is and why it is refused. */
  readonly why: string;
}

/** A stage that turns every step's vector into another, whatever stands before or behind it. */
export type RowStage = DenseStage | ScaleShiftStage | LayerNormStage | ActivationStage | LogSoftmaxStage;

/** One layer of a model, in order of computation. */
export type Stage =
  | RecurrentStage
  | EmbeddingStage
  | OneHotStage
  | MaskingStage
  | DenseStage
  | ConvolutionStage
  | WindowPoolStage
  | ScaleShiftStage
  | LayerNormStage
  | ActivationStage
  | LogSoftmaxStage
  | PoolStage
  | RepeatStage
  | IdentityStage
  | UnsupportedStage;

/** What the model was trained for; decides what a target and a prediction mean. */
export type Task = 'next-token' | 'classify' | 'regress' | 'states';

/** What a model reads. */
export type ModelInput =
  | { readonly kind: 'tokens'; readonly vocabularySize: number; readonly tokenizer?: Tokenizer }
  /** `why` names the layer in front that is not understood, where that is the reason. */
  | { readonly kind: 'values'; readonly width: number; readonly why?: string };

/** A recurrent network read from a file of any format. All weights are in our gate order. */
export interface RecurrentModel {
  readonly name: string;
  /** Where it came from: `bundled`, or the format of the file. */
  readonly format: 'bundled' | 'tfjs' | 'keras-h5' | 'keras-v3' | 'safetensors' | 'torch' | 'onnx';
  readonly input: ModelInput;
  readonly stages: readonly Stage[];
  readonly task: Task;
  /** Names of the output units, where the model knows them. */
  readonly labels?: readonly string[];
  /** The fixed number of steps the model was saved with, where it has one. */
  readonly window?: number;
  /** The token id that fills short texts up to the window; absent: 0. */
  readonly padding?: number;
  readonly paddingSide?: 'left' | 'right';
  /** The saved model itself leaves out what lies behind its window (TextVectorization's output_sequence_length). */
  readonly readsOneWindow?: boolean;
  /** One line for a picker: what it was trained on. */
  readonly description?: string;
  /** Held-out figures by name. */
  readonly figures?: Readonly<Record<string, number>>;
  /** What the user should know: what was left out, what was taken from where. */
  readonly notes: readonly string[];
  /**
   * Recurrent layers of the same file that this model does not pass (other branches, or behind a layer that we do not
   * understand), each with what can be computed around it; openModel's `layer` picks one of them.
   */
  readonly parts?: readonly RecurrentModel[];
  /** PyTorch: what was taken for what, for a person to confirm. */
  readonly torch?: TorchChoices;
  /** Lists of tokens that a checkpoint holds beside its weights. */
  readonly savedLists?: readonly NamedList[];
  /** The vocabulary that the file itself holds (TextVectorization in a .keras). */
  readonly ownVocabulary?: VocabularySpec;
  /** What the input's tokenizer was made of. */
  readonly vocabulary?: VocabularySpec;
}
