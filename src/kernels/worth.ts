/** Milliseconds of calls after which it is judged whether the second thread helps. */
const judgedMs = 30;
/** It helps where calls take less than this part of the time that one thread takes. */
const leastGain = 0.9;
/**
 * Milliseconds of calls that one thread makes after the second did not help: the first at first, twice as many each
 * time it happens again.
 */
const [shortestPause, longestPause] = [100, 5000] as const;
/**
 * Most judgements in favour after which it is seen anew how fast one thread is; one at first, since the first calls of
 * all are slow, and twice as many each time.
 */
const mostKept = 32;

/** A call, or two for it at once. */
export interface Made {
  readonly operations: number;
  readonly ms: number;
  readonly isPaired: boolean;
}

/**
 * Whether two threads are faster than one, as seen from calls that either made. Where other programs use the cores they
 * are not: the second waits for its turn, and the first for it.
 */
export class Worth {
  /** What one thread did and took the last time that it was alone, by kernel. */
  private readonly alone = new Map<string, { operations: number; ms: number }>();
  private pause: number = shortestPause / 2;
  /** Judgements in favour that are left until then, and how many there were to be. */
  private kept = 1;
  private most = 1;
  /** The time left until the next turn, and what was taken and expected since the last. */
  private left = judgedMs;
  private taken = 0;
  private expected = 0;
  private wantsPair = false;

  get isPaired(): boolean {
    return this.wantsPair;
  }

  note(kernel: string, { operations, ms, isPaired }: Made): void {
    const alone = this.alone.get(kernel) ?? { operations: 0, ms: 0 };
    this.taken += ms;
    this.expected += isPaired && alone.operations > 0 ? (alone.ms / alone.operations) * operations : ms;
    if (!isPaired) this.alone.set(kernel, { operations: alone.operations + operations, ms: alone.ms + ms });
    if ((this.left -= ms) <= 0) this.turn();
  }

  private turn(): void {
    const helps = this.taken < leastGain * this.expected;
    if (!this.wantsPair) this.begin(true, judgedMs);
    else if (!helps) this.begin(false, (this.pause = Math.min(longestPause, 2 * this.pause)));
    else {
      this.pause = Math.max(shortestPause / 2, this.pause / 2);
      const isKept = --this.kept > 0;
      if (!isKept) this.kept = this.most = Math.min(mostKept, 2 * this.most);
      this.begin(isKept, judgedMs);
    }
  }

  private begin(wantsPair: boolean, ms: number): void {
    this.wantsPair = wantsPair;
    this.left = ms;
    if (!wantsPair) this.alone.clear();
    this.taken = this.expected = 0;
  }
}
