import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { InspectorError } from '../base/errors';

/**
 * Folders (or single files) that what a file names may lie in. What is not below one of them is neither read nor
 * written.
 */
export type Reach = readonly string[];

/**
 * Where a path that a file names really lies, every link followed; what is missing yet stays as it is named. Refused
 * where the path, or what its links lead to, is not within `reach`. A path that is outside by its name alone is not
 * even looked at, since that may already ask another machine.
 */
export function resolveWithin(file: string, reach: Reach): string {
  const full = path.resolve(file);
  if (file.includes('\0')) refuse(full.replaceAll('\0', ''), reach);
  const roots = reach.map((root) => ({
    named: path.resolve(root),
    real: realPathOf(path.resolve(root)) ?? path.resolve(root),
  }));
  if (!roots.some(({ named, real }) => isBelow(full, named) || isBelow(full, real))) refuse(full, reach);
  const real = realPathOf(full);
  if (real === null || !roots.some((root) => isBelow(real, root.real))) refuse(full, reach, real);
  return real;
}

/** Whether a path lies within a reach, links followed. */
export function isWithin(file: string, reach: Reach): boolean {
  try {
    resolveWithin(file, reach);
    return true;
  } catch {
    return false;
  }
}

/** The path with the links of all that is there followed; null where a link leads nowhere or in a circle. */
export function realPathOf(file: string): string | null {
  try {
    return realpathSync.native(file);
  } catch {
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) return null;
    const parent = path.dirname(file);
    const real = parent === file ? null : realPathOf(parent);
    return real === null ? null : path.join(real, path.basename(file));
  }
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function refuse(full: string, reach: Reach, real?: string | null): never {
  const to = real === undefined ? '' : real === null ? ' by a link that leads nowhere' : ` by a link to ${real}`;
  throw new InspectorError(
    'file',
    `${full} leads out of ${[...new Set(reach)].join(' and ')}${to}. What a file names is read and written only inside: put it there, or ` +
      'allow it yourself (on the command line with --allow PATH, --data FOLDER or --out FOLDER).',
  );
}
