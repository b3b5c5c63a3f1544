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

/** Most jobs that run in one thread after the other was late. */
const longestPause = 64;

/** Leaves the second thread out for a while after it was late: for one job at first, for twice as many each time it happens again, half as many after one in time. */
export class Pause {
  private left = 0;
  private last = 0;

  /** Whether this job is to be done alone. */
  isOn(): boolean {
    return this.left > 0 && this.left-- > 0;
  }

  noteLate(): void {
    this.left = this.last = Math.min(longestPause, Math.max(1, 2 * this.last));
  }

  noteInTime(): void {
    if (this.left === 0) this.last >>= 1;
  }
}
