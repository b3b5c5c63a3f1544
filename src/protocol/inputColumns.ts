/** More numbers than this (1 MB) do not go together: the columns are then asked for one by one. */
const mostNumbers = 262144;

/**
 * Which columns of [T, D] numeric input to ask for in one request where `column` is wanted: all of them, or, where
 * those are many numbers, it alone.
 */
export function columnsTogether(
  column: number,
  { columns, steps }: { readonly columns: number; readonly steps: number },
): readonly number[] {
  return columns * steps <= mostNumbers ? Array.from({ length: columns }, (_, each) => each) : [column];
}

/** The values [T] of each column in an answer of [columns, T]. */
export function splitColumns(answer: ArrayBuffer, columns: readonly number[]): ReadonlyMap<number, Float32Array> {
  const values = new Float32Array(answer);
  const steps = values.length / Math.max(1, columns.length);
  return new Map(columns.map((column, k) => [column, values.subarray(k * steps, (k + 1) * steps)]));
}
