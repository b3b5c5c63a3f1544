/** One try at a pattern: which share of its units, how high, how long. */
export interface Relaxation {
  /** Of the units of the phrase, (0, 1]. */
  readonly share: number;
  /** Of the threshold, (0, 1]. */
  readonly level: number;
  /** Of the phrase's steps, (0, 1]; 0 for any length. */
  readonly length: number;
  /** What was given up, for people; empty for the rule itself. */
  readonly sentence: string;
}

/** The order in which the rule is relaxed: fewer units, a lower threshold, then a shorter match. */
export const relaxations: readonly Relaxation[] = [
  { share: 1, level: 1, length: 1, sentence: '' },
  { share: 0.75, level: 1, length: 1, sentence: 'Three of four of the units are enough at each step.' },
  { share: 0.5, level: 1, length: 1, sentence: 'Half of the units are enough at each step.' },
  { share: 1, level: 0.5, length: 1, sentence: 'All units, at half the threshold.' },
  { share: 0.5, level: 0.5, length: 1, sentence: 'Half of the units, at half the threshold.' },
  { share: 1, level: 1, length: 0.5, sentence: 'All units at the threshold, over half the steps of the phrase.' },
  { share: 1, level: 1, length: 0, sentence: 'All units at the threshold, over any number of steps.' },
  {
    share: 0.5,
    level: 0.5,
    length: 0,
    sentence: 'Half of the units, at half the threshold, over any number of steps.',
  },
];

/** The last resort. */
export const nearestSentence =
  'No run of steps matches; these are the steps whose state is nearest to that at the end of the phrase.';

/** Thresholds that are tried, highest first, until some unit is on throughout the phrase. */
export function thresholdsFrom(wanted: number): readonly number[] {
  return [wanted, ...[0.2, 0.1, 0.05, 0.02].filter((each) => each < wanted)];
}
