import { type KeptEdits } from '../../cells/backwardCell';
import { type CellWeights } from '../../cells/cellWeights';
import { type FloatArray } from '../../cells/scalarActivation';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type Direction, type Field } from '../../trace/reading/cellKind';

/** One recurrent layer in one direction with what its forward pass kept; steps in text order. */
export interface SourceLayer {
  /** Index among the recurrent layers. */
  readonly layer: number;
  /** Index among the model's stages. */
  readonly stage: number;
  readonly direction: Direction;
  readonly weights: CellWeights;
  /** T of this layer. */
  readonly steps: number;
  /** 1 where a step is read, 0 where it is skipped. */
  readonly mask?: Uint8Array;
  /** Rows [from, to) of a field. */
  readonly field: (name: Field, from: number, to: number) => FloatArray;
  /** Rows [from, to) of what enters the layer, [to - from, D]. */
  readonly input: (from: number, to: number) => FloatArray;
  /** Whether step t was read from the initial state (windows). */
  readonly startsAt?: (t: number) => boolean;
  /** What was held or set by hand. */
  readonly edits?: KeptEdits;
}

/** A model and what it did with an input: all that a gradient is computed from. */
export interface GradientSource {
  readonly model: RecurrentModel;
  /** T of the text. */
  readonly steps: number;
  /** Token ids, where the model reads tokens. */
  readonly ids?: Int32Array;
  /** Ordered by layer, forward before backward. */
  readonly layers: readonly SourceLayer[];
}

/** The layers of one recurrent stage. */
export function layersOfStage(source: GradientSource, stage: number): readonly SourceLayer[] {
  return source.layers.filter((layer) => layer.stage === stage);
}

const blockSteps = 256;

/**
 * Reads rows one at a time out of blocks fetched as they are needed; backpropagation goes through them once, in order.
 */
export function createRowReader(
  fetch: (from: number, to: number) => FloatArray,
  steps: number,
): (t: number, into: Float64Array) => void {
  let from = 0;
  let block: FloatArray = new Float64Array(0);
  let to = 0;
  return (t, into) => {
    const width = into.length;
    if (t < from || t >= to) {
      from = Math.floor(t / blockSteps) * blockSteps;
      to = Math.min(steps, from + blockSteps);
      block = fetch(from, to);
    }
    for (let j = 0, at = (t - from) * width; j < width; j++) into[j] = block[at + j] as number;
  };
}
