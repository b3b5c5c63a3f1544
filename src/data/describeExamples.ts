import { type DataSummary } from '../trace/lab/trainingEvents';
import { type Example } from './example';
import { groupByLabel, removeDuplicates } from './splitExamples';

/** Class balance, duplicates and lengths. */
export function describeExamples(examples: readonly Example[]): DataSummary {
  const lengths = examples.map(({ text }) => text.length).sort((a, b) => a - b);
  const at = (share: number): number => lengths[Math.round(share * (lengths.length - 1))] ?? 0;
  return {
    count: examples.length,
    classes: [...groupByLabel(examples)].map(([label, members]) => ({ label, count: members.length })),
    duplicates: removeDuplicates(examples).removed,
    lengths: [0, 0.25, 0.5, 0.75, 1].map(at),
  };
}
