import { inflateSync } from 'fflate';
import { InspectorError } from '../base/errors';
import { createBytesReader, type RangeReader } from './fileAccess';
import { takeHeap, takeNumbers } from './readBudget';

/** One file inside a zip. */
interface ZipEntry {
  readonly headerAt: number;
  readonly packedSize: number;
  readonly size: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
}

/** An open zip; only its directory and the entries asked for are read. */
export interface ZipFile {
  /** Names of the entries, with slashes also where the file has backslashes. */
  readonly names: readonly string[];
  /**
   * An entry's content; null where there is none. Checksums are not compared: a flipped bit in a weight is a weight.
   */
  open(name: string): RangeReader | null;
}

const endRecordSize = 22;
const maximumEntries = 100_000;
const heapOfEntry = 200;

/** Reads a zip's directory (PKWARE APPNOTE 6.3.9, with zip64). */
export function openZip(file: RangeReader): ZipFile {
  const entries = readDirectory(file);
  return {
    names: [...entries.keys()],
    open(name) {
      const entry = entries.get(name);
      return entry === undefined ? null : openEntry(file, entry, name);
    },
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

interface Directory {
  readonly start: number;
  readonly size: number;
}

function readDirectory(file: RangeReader): ReadonlyMap<string, ZipEntry> {
  const { start, size } = findDirectory(file);
  const bytes = file.read(start, start + size);
  const view = viewOf(bytes);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === 0x02014b50;) {
    const [nameLength, extraLength, commentLength] = [
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
    ];
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)).replaceAll('\\', '/');
    takeHeap(nameLength * 2 + heapOfEntry);
    const extraAt = at + 46 + nameLength;
    entries.set(name, readEntry(view, at, bytes.subarray(extraAt, extraAt + extraLength)));
    if (entries.size > maximumEntries)
      throw new InspectorError('model-damaged', `the zip lists more than ${maximumEntries} files.`);
    at = extraAt + extraLength + commentLength;
  }
  if (entries.size === 0)
    throw new InspectorError(
      'model-damaged',
      'the zip is empty or its directory is damaged. Save or download it again.',
    );
  return entries;
}

function findDirectory(file: RangeReader): Directory {
  const tailStart = Math.max(0, file.size - endRecordSize - 0xffff);
  const tail = file.read(tailStart, file.size);
  const view = viewOf(tail);
  for (let at = tail.length - endRecordSize; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    const small = { size: view.getUint32(at + 12, true), start: view.getUint32(at + 16, true) };
    const isLarge = small.start === 0xffffffff || small.size === 0xffffffff || view.getUint16(at + 10, true) === 0xffff;
    return isLarge ? readLargeDirectory(file, view, at) : small;
  }
  throw new InspectorError(
    'model-damaged',
    'the zip has no directory: the file is incomplete. Save or download it again.',
  );
}

function readLargeDirectory(file: RangeReader, tail: DataView, endAt: number): Directory {
  if (endAt < 20 || tail.getUint32(endAt - 20, true) !== 0x07064b50)
    throw new InspectorError('model-damaged', 'the zip64 directory is missing.');
  const recordAt = Number(tail.getBigUint64(endAt - 12, true));
  const record = viewOf(file.read(recordAt, recordAt + 56));
  return { size: Number(record.getBigUint64(40, true)), start: Number(record.getBigUint64(48, true)) };
}

function readEntry(view: DataView, at: number, extra: Uint8Array): ZipEntry {
  const small = {
    method: view.getUint16(at + 10, true),
    packedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    headerAt: view.getUint32(at + 42, true),
  };
  const large = findExtra(extra, 1);
  if (large === null) return small;
  let from = 0;
  const take = (value: number): number => {
    if (value !== 0xffffffff || from + 8 > large.byteLength) return value;
    from += 8;
    return Number(large.getBigUint64(from - 8, true));
  };
  const size = take(small.size);
  const packedSize = take(small.packedSize);
  return { method: small.method, size, packedSize, headerAt: take(small.headerAt) };
}

function findExtra(extra: Uint8Array, wanted: number): DataView | null {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length;) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === wanted)
      return viewOf(extra.subarray(at + 4, Math.min(at + 4 + length, extra.length)));
    at += 4 + length;
  }
  return null;
}

function openEntry(file: RangeReader, entry: ZipEntry, name: string): RangeReader {
  const header = viewOf(file.read(entry.headerAt, entry.headerAt + 30));
  if (header.getUint32(0, true) !== 0x04034b50)
    throw new InspectorError('model-damaged', `the zip's entry "${name}" is not where its directory says.`);
  const start = entry.headerAt + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + entry.packedSize > file.size)
    throw new InspectorError('model-damaged', `the zip's entry "${name}" reaches beyond the end of the file.`);
  if (entry.method === 0) return createSlice(file, start, entry.packedSize);
  if (entry.method !== 8)
    throw new InspectorError(
      'model-unsupported',
      `the zip packs "${name}" by method ${entry.method}; only stored and deflated entries are read.`,
    );
  return createBytesReader(inflateEntry(file.read(start, start + entry.packedSize), entry, name));
}

/**
 * Inflates into a buffer of the declared size, which is checked first: weights hardly compress, a bomb does by 1,000.
 */
function inflateEntry(packed: Uint8Array, entry: ZipEntry, name: string): Uint8Array {
  const limit = entry.packedSize * 20 + 2 ** 24;
  if (entry.size > limit)
    throw new InspectorError(
      'model-damaged',
      `the zip's entry "${name}" claims to unpack ${entry.packedSize} bytes to ${entry.size}.`,
    );
  takeNumbers(entry.size);
  try {
    return inflateSync(packed, { out: new Uint8Array(entry.size) });
  } catch (cause) {
    throw new InspectorError(
      'model-damaged',
      `the zip's entry "${name}" cannot be unpacked. Save or download the file again.`,
      { cause },
    );
  }
}

/** A part of a file as a file. */
export function createSlice(file: RangeReader, start: number, size: number): RangeReader {
  return {
    size,
    read(from, to) {
      if (from < 0 || from > to || to > size)
        throw new InspectorError(
          'model-damaged',
          `the file ends too early (bytes ${from} to ${to} of ${size}). Save or download it again.`,
        );
      return file.read(start + from, start + to);
    },
  };
}
