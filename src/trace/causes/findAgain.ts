import { type Direction } from '../reading/cellKind';
import { type TextFeature } from '../reading/findings';

/**
 * What was looked for: `units` are on, h at least `threshold`, at every step of the phrase (Strobelt et al. 2018,
 * LSTMVis).
 */
export interface UnitPattern {
  readonly layer: number;
  readonly direction: Direction;
  readonly units: readonly number[];
  readonly threshold: number;
  /** Steps of the phrase. */
  readonly length: number;
}

/** A place: steps `from` to `to` of one text, both included. */
export interface PatternMatch {
  /** The place of its text in the order in which they were given. */
  readonly text: number;
  readonly from: number;
  readonly to: number;
  /** UTF-16 offsets into the text (rows of numbers: row numbers), `end` behind the last. */
  readonly start: number;
  readonly end: number;
  /** Units of the pattern that are on at every step; of matches by cosine as many as at the phrase's end. */
  readonly unitsOn: number;
  /** Other units that are on at every step. */
  readonly others: number;
  /** Of matches by cosine: that of c (of h, for a cell without c) with the phrase's last step, in [-1, 1]. */
  readonly cosine?: number;
}

/** How often the steps of the matches have a feature of the text, beside all steps of the texts; shares in [0, 1]. */
export interface CommonFeature {
  readonly feature: TextFeature;
  readonly inMatches: number;
  readonly everywhere: number;
}

/** Where the pattern is found again, the best first. */
export interface FindReport {
  readonly pattern: UnitPattern;
  /** How the rule was relaxed until something matched, a sentence each, in order; none where nothing was. */
  readonly relaxed: readonly string[];
  /** All matches, of which the best are listed. */
  readonly count: number;
  readonly matches: readonly PatternMatch[];
  /** Steps that were looked through. */
  readonly steps: number;
  readonly common: readonly CommonFeature[];
}
