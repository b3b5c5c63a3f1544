/** Bytes that are hashed or copied between two turns: a few milliseconds of work. */
export const sliceBytes = 2 * 1024 * 1024;

/** Views of at most {@link sliceBytes} each over some bytes; one empty view where there are none. */
export function* sliceOf(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
  let at = 0;
  do yield bytes.subarray(at, (at += sliceBytes));
  while (at < bytes.length);
}

/** One array of all parts; yields between slices. */
export function* joinBytes(parts: readonly Uint8Array<ArrayBuffer>[]): Generator<void, Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  let sinceYield = 0;
  for (const part of parts) {
    for (const slice of sliceOf(part)) {
      whole.set(slice, at);
      at += slice.length;
      sinceYield += slice.length;
      if (sinceYield < sliceBytes) continue;
      sinceYield = 0;
      yield;
    }
  }
  return whole;
}
