/** Lets long work breathe: messages get in, a cancel takes effect, progress goes out. */
export interface Pace {
  /**
   * Resolves at once, or after the event loop has had a turn where the last one is over {@link sliceMs} ago; rejects
   * with an AbortError once the work is cancelled.
   */
  breathe(done?: number, total?: number): Promise<void>;
}

/** What a pace needs from its surroundings. */
export interface PaceOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds of any clock that does not go back. */
  readonly now: () => number;
  /** Resolves after waiting messages have been handled. */
  readonly turn: () => Promise<void>;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The longest stretch of work between two turns of the event loop; with the slice that is under way it stays below 50
 * ms.
 */
export const sliceMs = 12;

/** A pace over a clock and an event loop. */
export function createPace({ signal, now, turn, onProgress }: PaceOptions): Pace {
  let last = now();
  const throwIfCancelled = (): void => {
    if (signal?.aborted) throw cancelled();
  };
  return {
    async breathe(done, total) {
      throwIfCancelled();
      if (now() - last < sliceMs) return;
      if (done !== undefined && total !== undefined) onProgress?.(done, total);
      await turn();
      last = now();
      throwIfCancelled();
    },
  };
}

/** The error that base/errors turns into the failure `cancelled`. */
export function cancelled(): Error {
  const error = new Error('Cancelled.');
  error.name = 'AbortError';
  return error;
}

/**
 * Runs a generator to its end, letting the event loop have its turns; what it yields, if anything, is the share done in
 * [0, 1].
 */
export async function runPaced<T>(work: Generator<number | void, T>, pace: Pace): Promise<T> {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
    await (typeof next.value === 'number' ? pace.breathe(next.value, 1) : pace.breathe());
  }
}
