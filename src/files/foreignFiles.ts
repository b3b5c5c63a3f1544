import { type Dirent, readdirSync, statSync } from 'node:fs';
import { InspectorError } from '../base/errors';
import { isRegular, readRegular, reasonOf } from './regularFile';
import { isWithin, type Reach, resolveWithin } from './reach';

/**
 * The bytes of a plain file that a file names: within `reach`, at most `most` bytes. Lets other work in before it
 * reads.
 */
export async function readWithin(file: string, reach: Reach, most: number): Promise<Buffer> {
  await new Promise((resolve) => setImmediate(resolve));
  return readRegular(resolveWithin(file, reach), most);
}

/** The same for a file that may be missing; null then. */
export async function readMaybeWithin(file: string, reach: Reach, most: number): Promise<Buffer | null> {
  const real = resolveWithin(file, reach);
  return statSync(real, { throwIfNoEntry: false }) === undefined ? null : await readWithin(file, reach, most);
}

/** Whether a plain file lies there, within `reach`. */
export function isFileWithin(file: string, reach: Reach): boolean {
  return isWithin(file, reach) && isRegular(resolveWithin(file, reach));
}

/** Whether a folder lies there; refused where that is not within `reach`. */
export function isFolderWithin(file: string, reach: Reach): boolean {
  return statSync(resolveWithin(file, reach), { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * What a folder within `reach` holds; links are listed as links and not followed. The paths are those of the folder as
 * given.
 */
export function listFolder(folder: string, reach: Reach, { recursive = false } = {}): Dirent[] {
  resolveWithin(folder, reach);
  try {
    return readdirSync(folder, { withFileTypes: true, recursive });
  } catch (cause) {
    throw new InspectorError('file', `Cannot read ${folder}: ${reasonOf(cause)}.`, { cause });
  }
}
