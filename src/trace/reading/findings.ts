import { type Direction, type Field, type Gate } from './cellKind';

/** What a finding is about. */
export type FindingKind =
  'not-finite' | 'vanishing' | 'exploding' | 'dead' | 'saturated' | 'latched' | 'leaky' | 'follows';

/** What a unit may go along with in a text. */
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
  /** A short line for a list: "Unit 17 goes along with inside quotes (r = 0.83)". */
  readonly title: string;
  /** The evidence with its figures and the thresholds used. */
  readonly evidence: string;
  /** The figure by which findings of this kind are ordered (correlation, fraction, steps). */
  readonly figure: number;
  /** Where to look: the first step concerned, and the range. */
  readonly step?: number;
  readonly range?: { readonly from: number; readonly to: number };
  /** What the unit goes along with: a feature of the text, or an input column. */
  readonly feature?: string;
}

/**
 * Fraction of steps at which each unit of one gate is nearly shut and nearly open (Karpathy et al. 2015); one dot a
 * unit.
 */
export interface GateSaturation {
  readonly layer: number;
  readonly direction: Direction;
  readonly gate: Gate;
  /** [H] fraction of steps with a value under 0.1 (left saturated). Fresh buffers. */
  readonly low: Float32Array;
  /** [H] fraction of steps with a value over 0.9 (right saturated). */
  readonly high: Float32Array;
}

/** Pearson's correlation of one unit's h or tanh(c) with one feature of the text. */
export interface UnitCorrelation {
  readonly layer: number;
  readonly direction: Direction;
  readonly unit: number;
  readonly field: 'h' | 'c';
  readonly feature: string;
  /** In [-1, 1]. */
  readonly correlation: number;
}

/** Everything that was found in one inspection. */
export interface FindingsReport {
  /** Problems first, then by figure. */
  readonly findings: readonly Finding[];
  readonly saturation: readonly GateSaturation[];
  /** The units that go along with a feature closer than chance, best first. */
  readonly correlations: readonly UnitCorrelation[];
  /** Features that are constant in this text, so nothing can go along with them. */
  readonly absentFeatures: readonly TextFeature[];
  /** Thresholds in words, for a legend. */
  readonly thresholds: readonly string[];
}
