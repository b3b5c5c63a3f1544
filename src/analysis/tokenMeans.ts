import { isPause } from './unitActivity';

/**
 * Values [T, width] less the mean of each column over the steps that read the same token: what is left is not told by
 * the token itself, only by what came before it. Unchanged without ids [T]. Yields every few milliseconds.
 */
export function* withoutTokenMeans(
  values: Float32Array,
  width: number,
  ids: Int32Array | undefined,
): Generator<void, Float32Array> {
  if (ids === undefined) return values;
  const { groups, counts } = groupTokens(ids);
  const sums = new Float64Array(counts.length * width);
  for (let t = 0; t < ids.length; t++) {
    if (isPause(t, width)) yield;
    const row = (groups[t] as number) * width;
    for (let j = 0; j < width; j++) sums[row + j] = (sums[row + j] as number) + (values[t * width + j] as number);
  }
  const left = new Float32Array(values.length);
  for (let t = 0; t < ids.length; t++) {
    if (isPause(t, width)) yield;
    const group = groups[t] as number;
    const count = counts[group] as number;
    if (count === 1) continue;
    for (let j = 0; j < width; j++)
      left[t * width + j] = (values[t * width + j] as number) - (sums[group * width + j] as number) / count;
  }
  return left;
}

/** The token of each step as a number from 0 on, and how often each is read. */
function groupTokens(ids: Int32Array): { readonly groups: Int32Array; readonly counts: readonly number[] } {
  const known = new Map<number, number>();
  const counts: number[] = [];
  const groups = ids.map((id) => {
    const group = known.get(id) ?? known.size;
    known.set(id, group);
    counts[group] = (counts[group] ?? 0) + 1;
    return group;
  });
  return { groups, counts };
}
