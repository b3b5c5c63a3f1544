import { availableParallelism } from 'node:os';
import { InspectorError } from '../../base/errors';
import { searchLab } from '../../lab/search/searchLab';
import { startTrialThread } from '../trialThread';
import { type Handler } from '../workerContext';

/** How the trials of a search are cancelled, by the search's number. */
const running = new Map<number, Map<number, () => void>>();

/** Searches hyperparameters; cancelling keeps the study as it stands. */
export const search: Handler<'search'> = async (
  context,
  { search: number, ...order },
  { id, signal, turn, interrupt, progress },
) => {
  if (running.has(number)) throw new InspectorError('settings-invalid', `Search ${number} is already under way.`);
  const cancels = new Map<number, () => void>();
  running.set(number, cancels);
  try {
    await searchLab(order, {
      signal,
      cancels,
      now: () => performance.now(),
      wallClock: () => Date.now(),
      processId: process.pid,
      defaultParallel: Math.min(8, Math.max(1, availableParallelism() - 1)),
      startThread: (thread) => startTrialThread(thread, context.log),
      tellWaiting: (sentence) => progress(0, 0, sentence),
      breathe: turn,
      interrupt,
      tell: (event) => context.post({ type: 'lab', id, event }),
    });
  } finally {
    running.delete(number);
  }
  return null;
};

/** Cancels one trial; one that has ended meanwhile is left alone. */
export const cancelTrial: Handler<'cancelTrial'> = (_context, { search: number, trial }) => {
  running.get(number)?.get(trial)?.();
  return null;
};
