import { largestOf, smallestOf } from '../../base/extremes';

/** A set of steps as ranges [from, to) that neither touch nor overlap. */
export class StepSet {
  private ranges: (readonly [number, number])[] = [];

  /** Adds steps [from, to). */
  add(from: number, to: number): void {
    if (to <= from) return;
    const touching = this.ranges.filter(([a, b]) => a <= to && b >= from);
    const apart = this.ranges.filter(([a, b]) => a > to || b < from);
    const joined = [
      Math.min(from, smallestOf(touching.map(([a]) => a))),
      Math.max(to, largestOf(touching.map(([, b]) => b))),
    ] as const;
    this.ranges = [...apart, joined].sort(([a], [b]) => a - b);
  }

  /** The first stretch of [from, to) that is not in the set; null where all of it is. */
  firstGap(from: number, to: number): readonly [number, number] | null {
    let at = from;
    for (const [a, b] of this.ranges) {
      if (b <= at) continue;
      if (a > at) return at < to ? [at, Math.min(a, to)] : null;
      at = b;
    }
    return at < to ? [at, to] : null;
  }
}
