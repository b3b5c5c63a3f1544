import { type DirectionReading } from '../forward/directionReading';

/** Which units are on at which step, a bit each: [T, words] of 32. */
export interface OnBits {
  readonly steps: number;
  readonly units: number;
  readonly words: number;
  readonly data: Uint32Array;
}

/** Bits of `steps` steps, all off. */
export function createOnBits(steps: number, units: number): OnBits {
  const words = Math.ceil(units / 32);
  return { steps, units, words, data: new Uint32Array(steps * words) };
}

/** Sets the bits of steps [from, to) of rows [to - from, units]: on is at least the threshold, so that NaN is off. */
export function setOnBits(bits: OnBits, rows: Float32Array, from: number, threshold: number): void {
  const { units, words, data } = bits;
  const steps = rows.length / units;
  for (let t = 0; t < steps; t++)
    for (let unit = 0; unit < units; unit++)
      if ((rows[t * units + unit] as number) >= threshold) {
        const at = (from + t) * words + (unit >> 5);
        data[at] = (data[at] as number) | (1 << (unit & 31));
      }
}

/** Units that are on at every step of [from, to], as words. */
export function onThroughout({ words, data }: OnBits, from: number, to: number): Uint32Array {
  const on = data.slice(from * words, (from + 1) * words);
  for (let t = from + 1; t <= to; t++)
    for (let k = 0; k < words; k++) on[k] = (on[k] as number) & (data[t * words + k] as number);
  return on;
}

/** The units of words, as words with their bits set. */
export function toMask(units: readonly number[], words: number): Uint32Array {
  const mask = new Uint32Array(words);
  for (const unit of units) mask[unit >> 5] = (mask[unit >> 5] as number) | (1 << (unit & 31));
  return mask;
}

/** Bits that are set in both, from word `at` of the first. */
export function countCommon(words: Uint32Array, at: number, mask: Uint32Array): number {
  let count = 0;
  for (let k = 0; k < mask.length; k++) count += countBits((words[at + k] as number) & (mask[k] as number));
  return count;
}

/** Set bits of a 32-bit word (Warren, Hacker's Delight, 5-2). */
export function countBits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Units of a direction that are on at every step of a phrase, [from, to]. */
export function unitsOnThroughout(
  direction: DirectionReading,
  { from, to }: { readonly from: number; readonly to: number },
  threshold: number,
): readonly number[] {
  const width = direction.widthOf('h');
  const rows = direction.field('h', from, to + 1);
  return Array.from({ length: width }, (_, unit) => unit).filter((unit) => {
    for (let t = 0; t <= to - from; t++) if (!((rows[t * width + unit] as number) >= threshold)) return false;
    return true;
  });
}
