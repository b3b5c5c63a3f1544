const binsPerOctave = 4;
const smallestExponent = -20;
const bins = 50 * binsPerOctave;

/** How large values are: a histogram of log2 |value| in quarter octaves from 2^-20 to 2^30, and the largest finite one. */
export class SizeHistogram {
  largest = 0;
  private total = 0;
  private readonly counts = new Uint32Array(bins);

  add(values: Float32Array): void {
    for (const value of values) {
      const size = Math.abs(value);
      if (!(size < Infinity)) continue;
      if (size > this.largest) this.largest = size;
      const bin = size === 0 ? 0 : Math.floor((Math.log2(size) - smallestExponent) * binsPerOctave);
      const at = Math.max(0, Math.min(bins - 1, bin));
      this.counts[at] = (this.counts[at] ?? 0) + 1;
      this.total++;
    }
  }

  /** The upper edge of the bin in which a share of all values is reached, never over the largest; 0 before any. */
  quantile(share: number): number {
    let seen = 0;
    for (let bin = 0; bin < bins; bin++) {
      seen += this.counts[bin] ?? 0;
      if (seen >= share * this.total) return Math.min(this.largest, 2 ** ((bin + 1) / binsPerOctave + smallestExponent));
    }
    return this.largest;
  }
}
