import { type TrialRunner } from '../../lab/search/runSearch';
import { openTrialRunner, type TrialThreadOrder } from '../../lab/search/searchLab';
import { type Handler } from '../workerContext';

let last: { readonly key: string; readonly runner: Promise<TrialRunner> } | null = null;

/** Trains one trial for the thread that runs the search; settings and data are read with the first. */
export const trial: Handler<'trial'> = async (context, { order, number, parameters }, { id, signal }) => {
  const run = await runnerFor(order);
  const report = (step: number, value: number): Promise<void> => {
    context.post({ type: 'lab', id, event: { type: 'trial-reported', number, step, value } });
    return Promise.resolve();
  };
  return run({ number, parameters }, report, signal);
};

function runnerFor(order: TrialThreadOrder): Promise<TrialRunner> {
  const key = JSON.stringify(order);
  if (last?.key !== key) {
    const host = { now: () => performance.now(), breathe: () => new Promise<void>((resolve) => setImmediate(resolve)) };
    last = { key, runner: openTrialRunner(order, host) };
  }
  return last.runner;
}
