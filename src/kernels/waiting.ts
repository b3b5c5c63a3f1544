/** Looks at the other side's word before it counts as late: about a millisecond, longer than waking a thread takes. */
const spins = 250_000;
/** A thread that does not come back within this is gone. */
const lostAfterMs = 10_000;

/** Waits for the other thread's word to reach a value, for about a millisecond; whether it did. */
export function spinUntil(control: Int32Array, at: number, value: number): boolean {
  for (let n = 0; n < spins; n++) if (Atomics.load(control, at) >= value) return true;
  return false;
}

/** Blocks until the other thread's word has reached a value; throws where it never does. */
export function sleepUntil(control: Int32Array, at: number, value: number): void {
  for (let waited = 0; waited < lostAfterMs; waited++) {
    const seen = Atomics.load(control, at);
    if (seen >= value) return;
    Atomics.wait(control, at, seen, 1);
  }
  throw new Error('The second computing thread does not come back.');
}

/** Milliseconds that one thread goes on alone after the other was late: many times what waiting for it took. */
const [shortestPause, longestPause] = [8, 128] as const;

/**
 * Leaves the second thread out for a while after it was late, twice as long each time it happens again, a sixteenth
 * less after a job in time.
 */
export class Pause {
  private until = 0;
  private last = 0;

  /** Whether a job is to be done alone now. */
  get isOn(): boolean {
    return performance.now() < this.until;
  }

  noteLate(): void {
    this.last = Math.min(longestPause, Math.max(shortestPause, 2 * this.last));
    this.until = performance.now() + this.last;
  }

  noteInTime(): void {
    this.last *= 15 / 16;
  }
}
