import { type Direction } from './cellKind';

/**
 * Where each step's loss reaches: the norm of d L(t') / d state(t) for loss steps t' and time steps t of one layer and
 * direction (after RNNbow, Cashman et al. 2018).
 */
export interface LossMatrix {
  readonly layer: number;
  readonly direction: Direction;
  /** With respect to which vector: the hidden state, the cell state (LSTM) or the layer's input. */
  readonly state: 'h' | 'c' | 'x';
  /** Time steps [from, to) are the columns; the loss steps lie among them. */
  readonly from: number;
  readonly to: number;
  /** R loss steps t', ascending; one row each. */
  readonly lossSteps: readonly number[];
  /** [R, to - from] log10 of the norm; -Infinity is an exact zero (for a forward layer every t > t'). Fresh buffer. */
  readonly log10: Float32Array;
  /** Smallest and largest finite log10, for a scale common to all rows; NaN where there is none. Two numbers. */
  readonly range: Float32Array;
  /** One plain phrase that names the losses, for a legend. */
  readonly lossName: string;
}

/**
 * How sensitive an output is to each input: the norm of d logit[K](t') / d x(t), where x is the vector that enters the
 * first recurrent layer and the logit is the output before softmax or sigmoid (after Madsen 2019, Distill, "Visualizing
 * memorization in RNNs"). A linear head's logit is its output, a model without a head has h of a unit of its last
 * layer.
 */
export interface Connectivity {
  /** Output steps [from, to): one row each. */
  readonly from: number;
  readonly to: number;
  /** T, the columns. */
  readonly steps: number;
  /** [to - from, T] log10 of the norm; -Infinity is an exact zero. Fresh buffer. */
  readonly log10: Float32Array;
  /** [to - from] the largest log10 in each row: the scale "per token". */
  readonly rowMaximum: Float32Array;
  /** The largest finite log10 over these rows: the scale "common to all". NaN where there is none. One number. */
  readonly maximum: Float32Array;
  /** K of each row, and its name where the model knows it. */
  readonly targets: readonly { readonly index: number; readonly name: string }[];
}
