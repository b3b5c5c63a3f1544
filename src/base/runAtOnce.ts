/** Runs a generator to its end without a pause; for work that is known to be short, and for tests. */
export function runAtOnce<T>(work: Generator<unknown, T>): T {
  let next = work.next();
  while (next.done !== true) next = work.next();
  return next.value;
}
