import { type LayerShape } from '../reading/trace';

/** What a model of one epoch does with a sentence. */
export interface EpochReading {
  /** The text of each step. */
  readonly tokens: readonly string[];
  readonly layers: readonly LayerShape[];
  /** All fields of the layer asked for, as a packed frame (trace/frame.ts). */
  readonly frame: ArrayBuffer;
  /** log10 of the norm of dL/dh at each step [T]; -Infinity for an exact zero. Empty where the loss cannot be had. */
  readonly log10Gradient: Float32Array;
  /** One plain phrase that names the loss. */
  readonly lossName: string;
  /** What the model answers [classes]; empty for a language model. */
  readonly output: readonly number[];
  readonly labels: readonly string[];
}
