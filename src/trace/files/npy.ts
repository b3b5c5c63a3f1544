/** The parts of a file one after the other: its header, and the bytes of its numbers where they lie. */
export type NpyParts = readonly [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];

/** One array as a NumPy .npy file, format 1.0, little endian, row-major, without a copy of the numbers. */
export function npyParts(data: Float32Array | Int32Array | Float64Array, shape: readonly number[]): NpyParts {
  const kinds = { Float32Array: '<f4', Int32Array: '<i4', Float64Array: '<f8' } as const;
  const kind =
    data instanceof Float32Array
      ? kinds.Float32Array
      : data instanceof Int32Array
        ? kinds.Int32Array
        : kinds.Float64Array;
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new Error(`Expected ${count} numbers for shape [${shape.join(', ')}], got ${data.length}.`);
  return [npyHeader(kind, shape), new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)];
}

/** Texts as a NumPy array of fixed-width Unicode (`<U`), [n]; reading it needs no pickle. Yields between slices. */
export function* npyTextParts(texts: readonly string[]): Generator<void, NpyParts> {
  let width = 1;
  for (const [index, text] of texts.entries()) {
    width = Math.max(width, lengthInPoints(text));
    if (index % textsAtOnce === textsAtOnce - 1) yield;
  }
  const cells = new Uint32Array(texts.length * width);
  for (const [index, text] of texts.entries()) {
    let at = index * width;
    for (const character of text) cells[at++] = character.codePointAt(0) as number;
    if (index % textsAtOnce === textsAtOnce - 1) yield;
  }
  return [npyHeader(`<U${width}`, [texts.length]), new Uint8Array(cells.buffer)];
}

const textsAtOnce = 16384;

function lengthInPoints(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** Padded so that the data begin at a multiple of 64 bytes (NEP 1). */
function npyHeader(kind: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const description = `{'descr': '${kind}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const headLength = 10;
  const padded = description.padEnd(Math.ceil((headLength + description.length + 1) / 64) * 64 - headLength - 1) + '\n';
  const bytes = new Uint8Array(headLength + padded.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), headLength);
  return bytes;
}
