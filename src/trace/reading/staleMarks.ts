/** What has become of single tokens since a text was read. */
export interface StaleMarks {
  /** Runs of steps [from, to) whose text is no longer there, ascending. */
  readonly changed: readonly StepRun[];
  /** Steps before which text was put in, ascending. */
  readonly insertedBefore: readonly number[];
}

/** Steps [from, to). */
export interface StepRun {
  readonly from: number;
  readonly to: number;
}

/** Every token still stands, one after the other. */
export const nothingStale: StaleMarks = { changed: [], insertedBefore: [] };

/** Whether a token is gone. */
export function isChanged({ changed }: StaleMarks, step: number): boolean {
  return changed.some(({ from, to }) => step >= from && step < to);
}

/** How many tokens are gone. */
export function countChanged({ changed }: StaleMarks): number {
  return changed.reduce((sum, { from, to }) => sum + to - from, 0);
}
