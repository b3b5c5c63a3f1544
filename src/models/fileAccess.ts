import path from 'node:path';
import { InspectorError } from '../base/errors';
import { isFolderWithin } from '../files/foreignFiles';
import { type Reach, resolveWithin } from '../files/reach';
import { checkFileCount } from './modelLimits';
import { closeFile, isThere, openRegular, type OpenedFile, readPart } from '../files/regularFile';

/** A file of which any range can be had at once; synchronous, since readers run in a thread of their own. */
export interface RangeReader {
  /** In bytes. */
  readonly size: number;
  /**
   * Bytes [from, to), a view that nobody else changes; a range outside the file is an InspectorError `model-damaged`.
   */
  read(from: number, to: number): Uint8Array;
}

/** A model's main file and what lies beside it. */
export interface ModelFiles {
  /** The main file's name without its folder. */
  readonly name: string;
  readonly main: RangeReader;
  /** A file beside the main one, by its path relative to the main file's folder; null where there is none. */
  sibling(relativePath: string): RangeReader | null;
  /** How many bytes the files opened so far have together, each counted once. */
  bytes(): number;
  close(): void;
}

/** Told how many bytes were just asked for; a reader thread reports its progress by it. */
export type BytesAskedFor = (bytes: number) => void;

/** Bytes in memory as a {@link RangeReader}. */
export function createBytesReader(bytes: Uint8Array, onRead?: BytesAskedFor): RangeReader {
  return {
    size: bytes.length,
    read(from, to) {
      checkRange(from, to, bytes.length);
      onRead?.(to - from);
      return bytes.subarray(from, to);
    },
  };
}

/**
 * Opens a file of this machine and what lies beside it; only the ranges asked for are read. Only plain files are
 * opened, and what lies beside the main one only where it is really there, links followed. A file named again and again
 * is opened once.
 */
export function openModelFiles(filePath: string, onRead?: BytesAskedFor): ModelFiles {
  const open = new Map<string, OpenedFile>();
  const folder = path.dirname(filePath);
  const reach = reachBeside(folder);
  const keep = (file: OpenedFile): RangeReader => {
    const known = open.get(file.identity);
    if (known !== undefined) closeFile(file.descriptor);
    else open.set(file.identity, file);
    checkFileCount(open.size);
    return createFileReader(known ?? file, onRead);
  };
  const sibling = (relative: string): RangeReader | null => {
    const full = path.join(folder, relative);
    if (!isInsideFolder(relative) || !isThere(full) || isFolderWithin(full, reach)) return null;
    return keep(openRegular(resolveWithin(full, reach)));
  };
  return {
    name: path.basename(filePath),
    main: keep(openRegular(filePath)),
    sibling,
    bytes: () => [...open.values()].reduce((sum, { size }) => sum + size, 0),
    close: () => {
      for (const { descriptor } of open.values()) closeFile(descriptor);
      open.clear();
    },
  };
}

/**
 * What lies beside a model: its folder, and for the cache of Hugging Face, whose `snapshots/REVISION` holds nothing but
 * links, the `blobs` beside `snapshots`.
 */
function reachBeside(folder: string): Reach {
  const snapshots = path.dirname(path.resolve(folder));
  return path.basename(snapshots) === 'snapshots' ? [folder, path.join(snapshots, '..', 'blobs')] : [folder];
}

/** Files that were handed over whole, by their names relative to the main file's folder. */
export function createModelFiles(
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
  onRead?: BytesAskedFor,
): ModelFiles {
  const find = (relative: string): RangeReader | null => {
    const bytes = Object.hasOwn(files, relative) ? files[relative] : undefined;
    return bytes === undefined ? null : createBytesReader(bytes, onRead);
  };
  const main = find(name);
  if (main === null) throw new InspectorError('file', `${name}: the file was not handed over.`);
  return {
    name,
    main,
    sibling: (relative) => (isInsideFolder(relative) ? find(relative) : null),
    bytes: () => Object.values(files).reduce((sum, { length }) => sum + length, 0),
    close: () => undefined,
  };
}

/** Whether a path that a file names stays below the folder of that file. */
function isInsideFolder(relative: string): boolean {
  if (relative === '' || /^([/\\]|[a-zA-Z]:)/.test(relative) || relative.includes('\0')) return false;
  return !relative.split(/[/\\]/).includes('..');
}

function createFileReader({ descriptor, size }: OpenedFile, onRead?: BytesAskedFor): RangeReader {
  return {
    size,
    read(from, to) {
      checkRange(from, to, size);
      const bytes = new Uint8Array(to - from);
      let done = 0;
      while (done < bytes.length) {
        const count = readPart(descriptor, bytes.subarray(done), from + done);
        if (count === 0)
          throw new InspectorError('model-damaged', 'the file became shorter while it was read. Open it again.');
        done += count;
        onRead?.(count);
      }
      return bytes;
    },
  };
}

function checkRange(from: number, to: number, size: number): void {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= size) return;
  throw new InspectorError(
    'model-damaged',
    `the file ends too early (bytes ${from} to ${to} of ${size}). Save or download it again.`,
  );
}
