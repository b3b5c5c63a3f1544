let current: (() => void) | undefined;

/**
 * Runs work that cannot pause, a step of training say. Between its parts it calls {@link checkInterrupt}, and so
 * `interrupt`, which throws to end it; without one nothing ends it.
 */
export function withInterrupt<T>(interrupt: (() => void) | undefined, work: () => T): T {
  const outer = current;
  current = interrupt ?? outer;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** Throws where the work under way is to end. Whoever calls it must let go of what it holds when it throws. */
export function checkInterrupt(): void {
  current?.();
}
