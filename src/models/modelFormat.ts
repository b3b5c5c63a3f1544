import { type RangeReader } from './fileAccess';

/** What a file's first bytes say it is. */
export type FileKind = 'json' | 'hdf5' | 'zip' | 'pickle' | 'safetensors' | 'tar' | 'protobuf' | 'unknown';

const hdf5Signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Tells the kind of a file by its content; its name means nothing. */
export function detectFileKind(file: RangeReader): FileKind {
  const start = file.read(0, Math.min(file.size, 512));
  if (hasHdf5Signature(file)) return 'hdf5';
  if (startsWith(start, [0x50, 0x4b, 0x03, 0x04]) || startsWith(start, [0x50, 0x4b, 0x05, 0x06])) return 'zip';
  if (isSafetensors(start, file.size)) return 'safetensors';
  if (isJson(start)) return 'json';
  if (start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 9) <= 5) return 'pickle';
  if (new TextDecoder().decode(start.subarray(257, 262)) === 'ustar') return 'tar';
  return isProtobuf(start) ? 'protobuf' : 'unknown';
}

/** HDF5 allows a block of the user's own in front: 512, 1024, 2048... bytes. */
function hasHdf5Signature(file: RangeReader): boolean {
  for (let offset = 0; offset + 8 <= file.size && offset <= 1 << 16; offset = offset === 0 ? 512 : offset * 2) {
    if (startsWith(file.read(offset, offset + 8), hdf5Signature)) return true;
  }
  return false;
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return bytes.length >= signature.length && signature.every((value, index) => bytes[index] === value);
}

/** Eight bytes of header length, then a JSON object. */
function isSafetensors(start: Uint8Array, size: number): boolean {
  if (start.length < 10 || start[8] !== 0x7b) return false;
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  return length >= 2n && length <= BigInt(size) && length < 1n << 32n;
}

function isJson(start: Uint8Array): boolean {
  return /^\ufeff?\s*[{[]/.test(new TextDecoder('utf-8', { ignoreBOM: true }).decode(start.subarray(0, 64)));
}

/** A field key of ONNX's ModelProto: field 1 to 25 as a number or as a length. */
function isProtobuf(start: Uint8Array): boolean {
  const [key = 0] = start;
  const field = key >> 3;
  return start.length > 2 && field >= 1 && field <= 25 && [0, 2].includes(key & 7);
}
