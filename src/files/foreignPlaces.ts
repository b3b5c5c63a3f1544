import { constants, lstatSync, mkdirSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { InspectorError } from '../base/errors';
import { type Reach, resolveWithin } from './reach';
import { carefulFlags, kindOf, reasonOf } from './regularFile';
import { writeWhole } from './writeWhole';

/** Makes a folder and those above it, where all of them lie within `reach`; gives where it really is. */
export function makeFolder(folder: string, reach: Reach): string {
  const real = resolveWithin(folder, reach);
  try {
    mkdirSync(real, { recursive: true });
  } catch (cause) {
    throw new InspectorError('file', `Cannot make the folder ${folder}: ${reasonOf(cause)}.`, { cause });
  }
  return resolveWithin(folder, reach);
}

/**
 * Makes the folder of a file that lies within `reach`, which may be that file alone; gives where the folder really is.
 */
export function makeFolderOf(file: string, reach: Reach): string {
  const real = path.dirname(resolveWithin(file, reach));
  return makeFolder(real, [real]);
}

/** Writes a file whole or not at all into a folder within `reach`; a link at its place is replaced. */
export function writeWithin(file: string, reach: Reach, bytes: Uint8Array | string): void {
  writeWhole(placeOf(file, reach), bytes, 'then start again: it goes on from what was saved last');
}

/** Removes a file, or the link at its place, from a folder within `reach`. */
export function removeWithin(file: string, reach: Reach): void {
  rmSync(placeOf(file, reach), { force: true });
}

/** A file's place in its real folder; its last part is not followed. */
function placeOf(file: string, reach: Reach): string {
  return path.join(resolveWithin(path.dirname(file), reach), path.basename(file));
}

/**
 * Opens a plain file for reading and appending, made where it is missing; never through a link. The caller closes it.
 */
export function openAppendable(file: string): number {
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile())
      throw new InspectorError('file', `Cannot write ${file}: it is ${kindOf(found)}.`);
    const make = found === undefined ? constants.O_CREAT | constants.O_EXCL : 0;
    return openSync(file, constants.O_RDWR | make | carefulFlags, 0o666);
  } catch (cause) {
    // Another process made it in between.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return openAppendable(file);
    if (cause instanceof InspectorError) throw cause;
    throw new InspectorError('file', `Cannot write ${file}: ${reasonOf(cause)}.`, { cause });
  }
}
