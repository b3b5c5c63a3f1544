/**
 * Resolves once the event loop has had a turn: for work that is cut into slices, so that the thread is never held for
 * long.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
