/** Maps items in order, with at most `most` at a time under way: the next begins as soon as one has ended. */
export async function mapSeveral<T, U>(
  items: readonly T[],
  most: number,
  map: (item: T) => U | Promise<U>,
): Promise<readonly U[]> {
  const results = new Array<U>(items.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await map(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}
