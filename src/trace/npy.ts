/** One array as the bytes of a NumPy .npy file, format 1.0, little endian, row-major. */
export function packNpy(data: Float32Array | Int32Array | Float64Array, shape: readonly number[]): Uint8Array {
  const kinds = { Float32Array: '<f4', Int32Array: '<i4', Float64Array: '<f8' } as const;
  const kind = data instanceof Float32Array ? kinds.Float32Array : data instanceof Int32Array ? kinds.Int32Array : kinds.Float64Array;
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) throw new Error(`Expected ${count} numbers for shape [${shape.join(', ')}], got ${data.length}.`);
  return joinNpy(kind, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** Texts as a NumPy array of fixed-width Unicode (`<U`), [n]; reading it needs no pickle. */
export function packNpyTexts(texts: readonly string[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) as number));
  const width = points.reduce((longest, { length }) => Math.max(longest, length), 1);
  const cells = new Uint32Array(texts.length * width);
  points.forEach((row, index) => cells.set(row, index * width));
  return joinNpy(`<U${width}`, [texts.length], new Uint8Array(cells.buffer));
}

/** The header is padded so that the data begin at a multiple of 64 bytes (NEP 1). */
function joinNpy(kind: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const description = `{'descr': '${kind}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const headLength = 10;
  const padded = description.padEnd(Math.ceil((headLength + description.length + 1) / 64) * 64 - headLength - 1) + '\n';
  const bytes = new Uint8Array(headLength + padded.length + data.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), headLength);
  bytes.set(data, headLength + padded.length);
  return bytes;
}
