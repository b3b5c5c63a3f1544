import { InspectorError } from '../base/errors';
import { halfToNumber } from '../base/halfToNumber';
import { takeNumbers } from './readBudget';
import { signalWork } from './workSignal';

type Decoder = (view: DataView, count: number) => Float32Array;

function decodeEach(bytes: number, read: (view: DataView, offset: number) => number): Decoder {
  return (view, count) => {
    const result = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      result[index] = read(view, index * bytes);
      if (index % 1_000_000 === 0) signalWork();
    }
    return result;
  };
}

const decoders: Readonly<Record<string, readonly [bytes: number, decode: Decoder]>> = {
  float64: [8, decodeEach(8, (view, at) => view.getFloat64(at, true))],
  float32: [4, decodeEach(4, (view, at) => view.getFloat32(at, true))],
  float16: [2, decodeEach(2, (view, at) => halfToNumber(view.getUint16(at, true)))],
  bfloat16: [2, decodeEach(2, (view, at) => bfloatToNumber(view.getUint16(at, true)))],
  int64: [8, decodeEach(8, (view, at) => Number(view.getBigInt64(at, true)))],
  uint64: [8, decodeEach(8, (view, at) => Number(view.getBigUint64(at, true)))],
  int32: [4, decodeEach(4, (view, at) => view.getInt32(at, true))],
  uint32: [4, decodeEach(4, (view, at) => view.getUint32(at, true))],
  int16: [2, decodeEach(2, (view, at) => view.getInt16(at, true))],
  uint16: [2, decodeEach(2, (view, at) => view.getUint16(at, true))],
  int8: [1, decodeEach(1, (view, at) => view.getInt8(at))],
  uint8: [1, decodeEach(1, (view, at) => view.getUint8(at))],
  bool: [1, decodeEach(1, (view, at) => view.getUint8(at))],
};

/** Bytes an element of a number format takes; undefined for a format that we do not read. */
export function bytesPerElement(format: string): number | undefined {
  return Object.hasOwn(decoders, format) ? decoders[format]?.[0] : undefined;
}

/** Little-endian numbers of one of the formats above as 32-bit floats; the buffer is a fresh one. */
export function readFloats(bytes: Uint8Array, format: string): Float32Array {
  const entry = Object.hasOwn(decoders, format) ? decoders[format] : undefined;
  if (entry === undefined)
    throw new InspectorError('model-unsupported', `a weight has the number format "${format}", which we do not read.`);
  const [size, decode] = entry;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.byteLength / size);
  takeNumbers(count * 4);
  return format === 'float32' && isLittleEndian ? copyFloat32(bytes, count) : decode(view, count);
}

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function copyFloat32(bytes: Uint8Array, count: number): Float32Array {
  const result = new Float32Array(count);
  new Uint8Array(result.buffer).set(bytes.subarray(0, count * 4));
  return result;
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a 32-bit float. */
export function bfloatToNumber(bits: number): number {
  scratch.setUint32(0, (bits << 16) >>> 0);
  return scratch.getFloat32(0);
}
