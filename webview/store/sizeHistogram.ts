/**
 * Bins of float32 sizes by their topmost bits: the exponent and the first two bits of the mantissa, four bins an
 * octave.
 */
const shift = 21;
const bins = 1 << (31 - shift);
const infinity = 0x7f800000;

/** How large values are: a histogram of |value| in four bins an octave, and the largest finite one. */
export class SizeHistogram {
  largest = 0;
  private total = 0;
  private readonly counts = new Uint32Array(bins);

  /** Counts finite values; from their bits, since a logarithm for each of millions would hold up the view. */
  add(values: Float32Array): void {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const { counts } = this;
    let largest = 0;
    let finite = 0;
    for (let k = 0; k < bits.length; k++) {
      const size = (bits[k] as number) & 0x7fffffff;
      if (size >= infinity) continue;
      if (size > largest) largest = size;
      finite++;
      counts[size >>> shift] = (counts[size >>> shift] as number) + 1;
    }
    this.total += finite;
    this.largest = Math.max(this.largest, floatOf(largest));
  }

  /** The upper edge of the bin in which a share of all values is reached, never over the largest; 0 before any. */
  quantile(share: number): number {
    let seen = 0;
    for (let bin = 0; bin < bins; bin++) {
      seen += this.counts[bin] as number;
      if (seen >= share * this.total) return Math.min(this.largest, floatOf((bin + 1) << shift));
    }
    return this.largest;
  }
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

function floatOf(bits: number): number {
  word[0] = bits;
  return float[0] as number;
}
