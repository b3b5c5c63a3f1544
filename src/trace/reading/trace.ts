import { type CellKind, type Direction, type Field } from './cellKind';
import { type Token } from './token';

/** Which implementation computed a trace: our SIMD kernels (fused multiply-add or not) or plain tfjs operations. */
export type ComputePath = 'relaxed-simd' | 'simd' | 'plain';

/** Name and size of one recurrent layer in one direction. */
export interface LayerShape {
  /** Index among the recurrent layers, from 0. */
  readonly layer: number;
  readonly direction: Direction;
  readonly cell: CellKind;
  /** The layer's name in the model's file. */
  readonly name: string;
  /** H, the number of units. */
  readonly units: number;
  /** Width of h where it differs from `units` (LSTM with projection), else equal to it. */
  readonly outputWidth: number;
  /** D, the width of the vector that enters the layer. */
  readonly inputWidth: number;
}

/** Every gate and state of one layer in one direction, in reading order of the text. */
export interface LayerTrace extends LayerShape {
  /** Each [T, H] row-major (`h` is [T, outputWidth]); the cell decides which fields there are. */
  readonly fields: Readonly<Partial<Record<Field, Float32Array>>>;
  /** What enters the layer, [T, D]; absent where it was not asked for. */
  readonly input?: Float32Array;
  readonly path: ComputePath;
}

/** What one model did with one input. */
export interface Trace {
  readonly modelName: string;
  readonly tokens: readonly Token[];
  /** T, the number of steps. */
  readonly steps: number;
  readonly layers: readonly LayerTrace[];
  /** What the saved model's predict gives for the whole input, batch removed. */
  readonly output?: NumericArray;
  /** The head applied at every step, [T, outputs], where the model has one that can be. */
  readonly outputOverTime?: NumericArray;
  /** Remarks the user should know: folded characters, unknown tokens, state carried over a saved window... */
  readonly notes: readonly string[];
}

/** A dense array of numbers: row-major data and its shape. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The key of one array in npz and json files: `LAYER.DIRECTION.FIELD`, e.g. `0.forward.f`. */
export function arrayKey(layer: Pick<LayerShape, 'layer' | 'direction'>, field: string): string {
  return `${layer.layer}.${layer.direction}.${field}`;
}
