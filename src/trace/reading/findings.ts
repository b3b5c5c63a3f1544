import { type Direction, type Field, type Gate } from './cellKind';

/** What a finding is about. */
export type FindingKind =
  'not-finite' | 'vanishing' | 'exploding' | 'dead' | 'saturated' | 'latched' | 'leaky' | 'follows';

/** What a unit can be seen to follow in the text. */
export type TextFeature =
  'inside quotes' | 'bracket depth' | 'place in line' | 'upper case' | 'digit' | 'word start' | 'space';

/** One thing worth knowing, with its evidence and what to show when it is clicked. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: 'problem' | 'notice' | 'interest';
  readonly layer: number;
  readonly direction: Direction;
  /** Units it concerns, most marked first; empty where it concerns the whole layer. */
  readonly units: readonly number[];
  readonly field?: Field;
  readonly gate?: Gate;
  /** A short line for a list: "Unit 17 follows inside quotes (r = 0.83)". */
  readonly title: string;
  /** The evidence with its figures and the thresholds used. */
  readonly evidence: string;
  /** The figure by which findings of this kind are ordered (correlation, fraction, steps). */
  readonly figure: number;
  /** Where to look: the first step concerned, and the range. */
  readonly step?: number;
  readonly range?: { readonly from: number; readonly to: number };
  readonly feature?: TextFeature;
}

/** Fraction of steps at which each unit of one gate is nearly shut and nearly open (Karpathy et al. 2015); one dot a unit. */
export interface GateSaturation {
  readonly layer: number;
  readonly direction: Direction;
  readonly gate: Gate;
  /** [H] fraction of steps with a value under 0.1 (left saturated). Fresh buffers. */
  readonly low: Float32Array;
  /** [H] fraction of steps with a value over 0.9 (right saturated). */
  readonly high: Float32Array;
}

/** Pearson's correlation of one unit's state with one feature of the text. */
export interface UnitCorrelation {
  readonly layer: number;
  readonly direction: Direction;
  readonly unit: number;
  readonly field: 'h' | 'c';
  readonly feature: TextFeature;
  /** In [-1, 1]. */
  readonly correlation: number;
}

/** Everything that was found in one inspection. */
export interface FindingsReport {
  /** Problems first, then by figure. */
  readonly findings: readonly Finding[];
  readonly saturation: readonly GateSaturation[];
  /** The best units for each feature that occurs in the text, best first. */
  readonly correlations: readonly UnitCorrelation[];
  /** Features that are constant in this text, so nothing can follow them. */
  readonly absentFeatures: readonly TextFeature[];
  /** Thresholds in words, for a legend. */
  readonly thresholds: readonly string[];
}
