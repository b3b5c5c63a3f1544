import { type Direction, type Field } from './cellKind';
import { type LayerShape } from './trace';
import { type Token } from './token';

/** One value of a trace. */
export interface FieldChoice {
  readonly layer: number;
  readonly direction: Direction;
  readonly field: Field;
}

/** How much a field changed over the steps compared. */
export interface FieldChange extends FieldChoice {
  /** Root of the mean of squared differences over steps and units. */
  readonly rootMeanSquare: number;
  /** The largest |now - before|; NaN where one side is no number. */
  readonly largest: number;
}

/** One of the largest changes of the field shown. */
export interface ValueChange {
  /** Step of the later reading. */
  readonly step: number;
  readonly unit: number;
  readonly before: number;
  readonly now: number;
}

/**
 * What two readings of one text have in common and in what their traces differ, over steps [from, to) of the later one.
 */
export interface TraceDifference {
  /** T of the later reading. */
  readonly steps: number;
  readonly from: number;
  readonly to: number;
  /** The tokens of the later reading over [from, to). */
  readonly tokens: readonly Token[];
  /** Steps of the range whose token the earlier reading has not at the same place. */
  readonly unmatched: number;
  /** Layers that both readings have, with the same cell and units; the shape is that of the later one. */
  readonly layers: readonly LayerShape[];
  /** Every field of these layers; the first layer's first field comes first. */
  readonly fields: readonly FieldChange[];
  readonly shown: FieldChoice;
  /** H of the field shown. */
  readonly width: number;
  /** Now minus before, [to - from, H]; NaN at unmatched steps. */
  readonly difference: Float32Array;
  /** [to - from, H] */
  readonly before: Float32Array;
  /** The largest changes of the field shown, the largest first. */
  readonly changes: readonly ValueChange[];
  /** What is not compared, in a sentence each. */
  readonly notes: readonly string[];
}
