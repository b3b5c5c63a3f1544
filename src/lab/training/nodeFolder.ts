import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { type TrainingFolder } from './trainingFolder';

/** A folder on disk, made where it is missing; a file is written beside its place and then moved there. */
export function openNodeFolder(folder: string): TrainingFolder {
  const place = (name: string): string => path.join(folder, path.basename(name));
  return {
    read: (name) =>
      readFile(place(name)).catch((error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' ? null : refuse(place(name), error),
      ),
    async write(name, contents) {
      const temporary = `${place(name)}.part`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, contents);
        await rename(temporary, place(name));
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        refuse(place(name), error as NodeJS.ErrnoException);
      }
    },
    remove: (name) => rm(place(name), { force: true }),
    inside: (name) => openNodeFolder(place(name)),
  };
}

function refuse(file: string, error: NodeJS.ErrnoException): never {
  const why =
    error.code === 'ENOSPC'
      ? 'the disk is full; free some space, then start again: it goes on from what was saved last'
      : (error.code ?? error.message);
  throw new InspectorError('file', `Cannot use ${file}: ${why}.`, { cause: error });
}
