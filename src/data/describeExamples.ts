import { type Example } from './example';
import { groupByLabel, removeDuplicates } from './splitExamples';

/** What a person wants to see of a labelled data set before training. */
export interface ExampleStatistics {
  readonly count: number;
  readonly classes: readonly { readonly label: string; readonly count: number }[];
  readonly duplicates: number;
  /** In UTF-16 units: smallest, quartiles, largest. */
  readonly lengths: readonly number[];
}

/** Class balance, duplicates and lengths. */
export function describeExamples(examples: readonly Example[]): ExampleStatistics {
  const lengths = examples.map(({ text }) => text.length).sort((a, b) => a - b);
  const at = (share: number): number => lengths[Math.round(share * (lengths.length - 1))] ?? 0;
  return {
    count: examples.length,
    classes: [...groupByLabel(examples)].map(([label, members]) => ({ label, count: members.length })),
    duplicates: removeDuplicates(examples).removed,
    lengths: [0, 0.25, 0.5, 0.75, 1].map(at),
  };
}
