import { type CellKind, type Direction } from '../reading/cellKind';

/** One state of one unit put in before a step, read again. */
export interface PatchedUnit {
  readonly layer: number;
  readonly direction: Direction;
  readonly unit: number;
  readonly step: number;
  /** By the linear estimate, and read again: shares of the difference between the two answers. */
  readonly estimate: number;
  readonly measured: number;
}

/**
 * How much of the clean text's answer comes back when a state that it had is put into the changed text's reading before
 * a step. All figures are shares: (L with the state - L changed) / (L clean - L changed), 0 for nothing, 1 for all of
 * it; below 0 and over 1 can be. T steps, H units.
 */
export interface LayerPatches {
  readonly layer: number;
  readonly direction: Direction;
  readonly name: string;
  readonly cell: CellKind;
  /**
   * Each unit's states at each step, [T, H], estimated to first order: the difference of the states times dL/dstate of
   * the changed reading (attribution patching). The true share may be another; `units` says for which it was read.
   */
  readonly estimate: Float64Array;
  /** All units of the layer at each step, [T], read again: no estimate. */
  readonly whole: Float64Array;
}

/** A map of what carries the difference between two texts' answers. */
export interface PatchReport {
  /** L, e.g. `logit of "a" minus logit of "b"`. */
  readonly quantity: string;
  readonly clean: number;
  readonly corrupt: number;
  readonly steps: number;
  readonly layers: readonly LayerPatches[];
  /** The units and steps of the largest estimates, read again. */
  readonly units: readonly PatchedUnit[];
}
