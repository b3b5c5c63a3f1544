import { fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { InspectorError } from '../../base/errors';

/** Writes the beginning of `bytes`, at least a byte, at a place of the file; gives how many. */
type Write = (descriptor: number, bytes: Uint8Array, position: number) => number;

const writeSome: Write = (descriptor, bytes, position) => writeSync(descriptor, bytes, 0, bytes.length, position);

/**
 * Appends bytes to an open file, all of them or none: a disk that fills up takes the first part without an error, and
 * half of what belongs together would count as written. `name` is what the error calls the file.
 */
export function appendWhole(descriptor: number, bytes: Uint8Array, name: string, write = writeSome): void {
  const start = fstatSync(descriptor).size;
  try {
    for (let done = 0; done < bytes.length;) done += write(descriptor, bytes.subarray(done), start + done);
  } catch (cause) {
    ftruncateSync(descriptor, start);
    const { code, message } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC'
        ? 'the disk is full; free some space, then search again: it goes on where the study stands'
        : message;
    throw new InspectorError('file', `Cannot write ${name}: ${why}.`, { cause });
  }
}
