import { type CellKind, type Direction } from './cellKind';

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

/** A dense array of numbers: row-major data and its shape. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The key of one array in npz and json files: `LAYER.DIRECTION.FIELD`, e.g. `0.forward.f`. */
export function arrayKey(layer: Pick<LayerShape, 'layer' | 'direction'>, field: string): string {
  return `${layer.layer}.${layer.direction}.${field}`;
}
