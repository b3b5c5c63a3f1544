import { mkdir } from 'node:fs/promises';
import { searchLab } from '../../lab/search/searchLab';
import { type Handler } from '../workerContext';

/** Searches hyperparameters; cancelling keeps the study as it stands. */
export const search: Handler<'search'> = async (context, { settingsPath, outFolder, dataFolder }, { id, signal }) => {
  await mkdir(outFolder, { recursive: true });
  await searchLab(
    { settingsPath, outFolder, ...(dataFolder === undefined ? {} : { dataFolder }) },
    {
      signal,
      now: () => performance.now(),
      wallClock: () => Date.now(),
      processId: process.pid,
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
      tell: (event) => context.post({ type: 'lab', id, event }),
    },
  );
  return null;
};
