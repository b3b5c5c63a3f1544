import { type Random } from '../../../src/base/random';

/** One damaged file: its bytes, and what was done to it. */
export interface Variant {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** The changed bytes lie in weights only. */
  readonly isInWeights?: boolean;
}

function whole(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** The file cut off at every 1/50 of its length. */
export function truncations(file: Uint8Array): readonly Variant[] {
  return Array.from({ length: 50 }, (_, part) => ({
    what: `cut at ${part}/50`,
    bytes: file.slice(0, Math.floor((file.length * part) / 50)),
  }));
}

/** One to eight bytes changed anywhere in [from, to). */
export function flips(
  file: Uint8Array,
  random: Random,
  { count, from = 0, to = file.length }: { readonly count: number; readonly from?: number; readonly to?: number },
): readonly Variant[] {
  return Array.from({ length: count }, () => {
    const bytes = file.slice();
    const changed = Array.from({ length: 1 + whole(random, 8) }, () => from + whole(random, to - from));
    for (const at of changed) bytes[at] = whole(random, 256);
    return { what: `bytes ${changed.join(', ')} changed`, bytes };
  });
}

/** A run of four or eight bytes set to a giant, negative or zero number. */
export function giantNumbers(file: Uint8Array, random: Random, count: number): readonly Variant[] {
  const patterns = [
    [255, 255, 255, 255],
    [255, 255, 255, 127],
    [0, 0, 0, 0, 0, 1, 0, 0],
    [255, 255, 255, 255, 255, 255, 255, 127],
    [0, 0, 0, 0],
    [0, 0, 0, 128],
  ];
  return Array.from({ length: count }, () => {
    const bytes = file.slice();
    const pattern = patterns[whole(random, patterns.length)] ?? [];
    const at = whole(random, Math.max(1, file.length - pattern.length));
    bytes.set(pattern.slice(0, file.length - at), at);
    return { what: `${pattern.join(' ')} at ${at}`, bytes };
  });
}

/** Where an array's little-endian 32-bit floats stand in a file; null where they do not stand in one piece. */
export function findFloats(file: Uint8Array, values: Float32Array): readonly [number, number] | null {
  const wanted = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const at = Buffer.from(file.buffer, file.byteOffset, file.byteLength).indexOf(wanted);
  return at < 0 ? null : [at, at + wanted.length];
}
