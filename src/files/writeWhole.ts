import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { InspectorError } from '../base/errors';
import { carefulFlags, kindOf, reasonOf } from './regularFile';

/**
 * Writes a file whole or not at all: beside its place, then moved there, so that a full disk or a crash leaves the old
 * one as it was. A link at its place is replaced and not followed; a folder, a pipe or a device there is refused.
 * `goOn` is what the sentence about a full disk ends with.
 */
export function writeWhole(file: string, bytes: Uint8Array | string, goOn = 'then try again'): void {
  const temporary = partOf(file);
  try {
    const mode = modeAt(file);
    const descriptor = openNew(temporary);
    try {
      writeFileSync(descriptor, bytes);
      if (mode !== null) fchmodSync(descriptor, mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    if (cause instanceof InspectorError) throw cause;
    throw new InspectorError('file', `Cannot write ${file}: ${whyNot(cause, goOn)}.`, { cause });
  }
}

/** A name of its own for each process, short whatever the file's is. */
function partOf(file: string): string {
  return path.join(path.dirname(file), `.${[...path.basename(file)].slice(0, 40).join('')}.${process.pid}.part`);
}

/**
 * Creates a file; what lies there already (of a process killed while it wrote, or laid there as a trap) is removed
 * first.
 */
function openNew(file: string): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | carefulFlags;
  try {
    return openSync(file, flags, 0o666);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    rmSync(file, { force: true });
    return openSync(file, flags, 0o666);
  }
}

/** The permissions of the file that is replaced; null where there is none. */
function modeAt(file: string): number | null {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return null;
  if (!found.isFile()) throw new InspectorError('file', `Cannot write ${file}: it is ${kindOf(found)}.`);
  return found.mode & 0o777;
}

function whyNot(cause: unknown, goOn: string): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'its folder does not exist';
  if (code === 'ENOSPC' || code === 'EDQUOT') return `the disk is full; free some space, ${goOn}`;
  if (code === 'EFBIG') return 'files may not be that large here';
  return reasonOf(cause);
}
