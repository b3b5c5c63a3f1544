import assert from 'node:assert/strict';

/**
 * Fails unless every value lies within `tolerance` x max(1, largest expected magnitude) of the expected one; NaN equals
 * NaN.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'values',
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  let largest = 1;
  for (let k = 0; k < expected.length; k++) {
    const size = Math.abs(expected[k] as number);
    if (Number.isFinite(size) && size > largest) largest = size;
  }
  for (let k = 0; k < expected.length; k++) {
    const a = actual[k] as number;
    const e = expected[k] as number;
    if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    assert.ok(
      Math.abs(a - e) <= tolerance * largest,
      `${what}[${k}]: ${a} against ${e}, allowed ${tolerance * largest}`,
    );
  }
}
