import { InspectorError } from '../base/errors';
import { halfToNumber } from '../base/halfToNumber';

/** An array of numbers and its shape. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type ElementReader = (view: DataView, offset: number, isLittle: boolean) => number;

const readers: Readonly<Record<string, { readonly bytes: number; readonly read: ElementReader }>> = {
  f2: { bytes: 2, read: (view, offset, isLittle) => halfToNumber(view.getUint16(offset, isLittle)) },
  f4: { bytes: 4, read: (view, offset, isLittle) => view.getFloat32(offset, isLittle) },
  f8: { bytes: 8, read: (view, offset, isLittle) => view.getFloat64(offset, isLittle) },
  i1: { bytes: 1, read: (view, offset) => view.getInt8(offset) },
  u1: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  b1: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  i2: { bytes: 2, read: (view, offset, isLittle) => view.getInt16(offset, isLittle) },
  u2: { bytes: 2, read: (view, offset, isLittle) => view.getUint16(offset, isLittle) },
  i4: { bytes: 4, read: (view, offset, isLittle) => view.getInt32(offset, isLittle) },
  u4: { bytes: 4, read: (view, offset, isLittle) => view.getUint32(offset, isLittle) },
  i8: { bytes: 8, read: (view, offset, isLittle) => Number(view.getBigInt64(offset, isLittle)) },
  u8: { bytes: 8, read: (view, offset, isLittle) => Number(view.getBigUint64(offset, isLittle)) },
};

/** Parses a NumPy .npy file (format 1.0 to 3.0) of numbers, in C or Fortran order, as float32. */
export function parseNpy(bytes: Uint8Array, fileName: string): NumberArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || new TextDecoder('latin1').decode(bytes.subarray(1, 6)) !== 'NUMPY')
    throw damaged(fileName, 'it is no .npy file');
  const isLong = (bytes[6] ?? 1) > 1;
  const headerStart = isLong ? 12 : 10;
  const dataStart = headerStart + (isLong && bytes.length >= 12 ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder().decode(bytes.subarray(headerStart, dataStart));
  const [, order = '', kind = ''] = /'descr':\s*'([<>|=])([a-z]\d)'/.exec(header) ?? [];
  const reader = readers[kind];
  if (reader === undefined) throw damaged(fileName, 'it does not hold plain numbers (float or integer)');
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count) || dataStart + count * reader.bytes > bytes.length)
    throw damaged(fileName, 'it ends too early');
  const data = Float32Array.from({ length: count }, (_, at) =>
    reader.read(view, dataStart + at * reader.bytes, order !== '>'),
  );
  return { shape, data: /'fortran_order':\s*True/.test(header) ? toRowMajor(data, shape) : data };
}

/** Column-major [a, b, ...] to row-major. */
function toRowMajor(data: Float32Array, shape: readonly number[]): Float32Array {
  const result = new Float32Array(data.length);
  const index = shape.map(() => 0);
  for (const value of data) {
    result[index.reduce((at, position, axis) => at * (shape[axis] ?? 1) + position, 0)] = value;
    for (let axis = 0; axis < shape.length; axis++) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 1)) break;
      index[axis] = 0;
    }
  }
  return result;
}

function damaged(fileName: string, why: string): InspectorError {
  return new InspectorError('data-invalid', `Cannot read ${fileName}: ${why}.`);
}
