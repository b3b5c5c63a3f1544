import path from 'node:path';
import { readMaybeWithin } from '../../files/foreignFiles';
import { makeFolder, removeWithin, writeWithin } from '../../files/foreignPlaces';
import { type Reach } from '../../files/reach';
import { lockWork } from '../../files/workLock';
import { type TrainingFolder } from './trainingFolder';

/** A checkpoint holds all weights four times over. */
const mostBytes = 2 ** 31;

/**
 * A folder on disk, made where it is missing. Neither it nor what is written into it may lead out of `reach`; without
 * one the folder was chosen by a person, and only what lies in it is looked at.
 */
export function openNodeFolder(folder: string, reach: Reach = [folder]): TrainingFolder {
  const place = (name: string): string => path.join(folder, path.basename(name));
  return {
    read: (name) => readMaybeWithin(place(name), reach, mostBytes),
    write: async (name, contents) => {
      makeFolder(folder, reach);
      writeWithin(place(name), reach, contents);
      await Promise.resolve();
    },
    remove: async (name) => {
      removeWithin(place(name), reach);
      await Promise.resolve();
    },
    lock: (kind) => lockWork(makeFolder(folder, reach), kind, `A ${kind}`),
    inside: (name) => openNodeFolder(place(name), reach),
  };
}
