import assert from 'node:assert/strict';

/** The largest difference, relative to the largest expected value. NaN where one side is NaN. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  let largest = 1e-30;
  let worst = 0;
  for (let k = 0; k < expected.length; k++) {
    largest = Math.max(largest, Math.abs(expected[k] as number));
    worst = Math.max(worst, Math.abs((expected[k] as number) - (actual[k] as number)));
  }
  return worst / largest;
}
