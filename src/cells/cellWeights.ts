import { type CellKind } from '../trace/reading/cellKind';

/**
 * The activations of Keras, tfjs, PyTorch and ONNX recurrent layers.
 * `hard_sigmoid` is clip(0.2 x + 0.5, 0, 1) (Keras 1 and 2, tfjs, ONNX); `hard_sigmoid_keras3` is clip(x / 6 + 0.5, 0,
 * 1).
 */
export type Activation =
  | 'linear'
  | 'tanh'
  | 'sigmoid'
  | 'hard_sigmoid'
  | 'hard_sigmoid_keras3'
  | 'relu'
  | 'softsign'
  | 'softplus'
  | 'softmax'
  | ParametricActivation;

/** Activations that Keras 3 and PyTorch name and recurrent layers rarely have; all element by element. */
export type RareActivation =
  | 'celu'
  | 'hardShrink'
  | 'hardSwish'
  | 'hardTanh'
  | 'logSigmoid'
  | 'mish'
  | 'softShrink'
  | 'sparsePlus'
  | 'sparseSigmoid'
  | 'squareplus'
  | 'tanhShrink';

/** ONNX's activations with parameters, and those of Keras that are rarely met in recurrent layers. */
export interface ParametricActivation {
  readonly kind:
    | 'affine' // alpha x + beta
    | 'scaledTanh' // alpha tanh(beta x)
    | 'hardSigmoid' // clip(alpha x + beta, 0, 1)
    | 'leakyRelu' // x < 0 ? alpha x : x
    | 'thresholdedRelu' // x > alpha ? x : 0
    | 'elu' // x < 0 ? alpha (exp(x) - 1) : x
    | 'selu'
    | 'gelu'
    | 'swish'
    | 'relu6'
    | 'exponential'
    | RareActivation;
  readonly alpha?: number;
  readonly beta?: number;
}

/** What a cell computes with its weights, besides its kind. */
export interface CellOptions {
  /** H */
  readonly units: number;
  /** Of the candidate (and of c before the output gate, unless `outputActivation` is given). */
  readonly activation: Activation;
  /** Of the gates. */
  readonly recurrentActivation: Activation;
  /** Of c before the output gate, where ONNX names its own. */
  readonly outputActivation?: Activation;
  /**
   * GRU: the reset gate multiplies after the recurrent product (cuDNN, PyTorch, Keras reset_after) and not before it.
   */
  readonly resetAfter?: boolean;
  /** Pre-activations are clipped to [-clip, clip] (ONNX). */
  readonly clip?: number;
  /** LSTM: f = 1 - i (ONNX input_forget). */
  readonly inputForget?: boolean;
}

/**
 * The weights of one recurrent cell, turned to our order: a block for each of its gates as {@link gatesOf} lists them.
 * G is the number of blocks, D the input width, H the units, P the width of h (P = H without projection).
 */
export interface CellWeights extends CellOptions {
  readonly cell: CellKind;
  /** D */
  readonly inputWidth: number;
  /** [D, G H], row-major. */
  readonly kernel: Float32Array;
  /** [P, G H], row-major; empty where the gates do not read the state. */
  readonly recurrentKernel: Float32Array;
  /** [G H]; zeros where the file has none. Where a format has two biases that only ever add up, their sum. */
  readonly bias: Float32Array;
  /** GRU with `resetAfter` only: the bias inside the reset product, [3 H]. */
  readonly recurrentBias?: Float32Array;
  /** LSTM: peephole weights of i, f, o, [3 H] in that order (ONNX input P). */
  readonly peepholes?: Float32Array;
  /** LSTM: projection of o * act(c) to h, [H, P] (PyTorch proj_size). */
  readonly projection?: Float32Array;
  /** State before the first step: h [P], c [H]; zeros where absent. */
  readonly initialH?: Float32Array;
  readonly initialC?: Float32Array;
}
