import path from 'node:path';
import { Worker, workerData } from 'node:worker_threads';
import { InspectorError } from '../base/errors';
import { type Log } from '../base/log';
import { type TrialRunner } from '../lab/search/runSearch';
import { type TrialThread, type TrialThreadOrder } from '../lab/search/searchLab';
import { RequestChannel } from '../protocol/requestChannel';
import { type HostToWorker, type WorkerRequests, type WorkerToHost } from '../protocol/workerRequests';

type Requests = Pick<WorkerRequests, 'trial'>;

/**
 * Starts another thread of this same script, for the trials of a search; it is started as this one was, but computes
 * alone: the others have the other cores.
 */
export function startTrialThread(
  order: TrialThreadOrder,
  log: Log,
  scriptPath = path.join(__dirname, 'worker.js'),
): TrialThread {
  const worker = new Worker(scriptPath, { workerData: { ...(workerData as object | null), threads: 1 } });
  const post = (message: HostToWorker): void => worker.postMessage(message);
  const channel = new RequestChannel<Requests>({
    sendRequest: (id, kind, params) => post({ type: 'request', id, kind: kind as 'trial', params }),
    sendCancel: (id) => post({ type: 'cancel', id }),
  });
  worker.on('message', (message: WorkerToHost) => {
    if (message.type === 'answer') channel.answer(message.id, message.result);
    if (message.type === 'lab') channel.event(message.id, message.event);
    if (message.type === 'log' && message.level !== 'info') log[message.level](message.message);
  });
  worker.on('error', (error) => log.error(`A thread of the search failed: ${error.stack ?? error.message}`));
  worker.on('exit', () =>
    channel.rejectAll({ code: 'worker-died', message: 'The thread that trained the trial stopped.' }),
  );
  return { run: createRunner(channel, order), dispose: () => void worker.terminate() };
}

/** Asks the thread for a trial; what `report` throws (pruning) cancels it there and is thrown here. */
function createRunner(channel: RequestChannel<Requests>, order: TrialThreadOrder): TrialRunner {
  return async ({ number, parameters }, report, signal) => {
    const pruning = new AbortController();
    let reports: Promise<void> = Promise.resolve();
    const onEvent = (event: unknown): void => {
      const { step, value } = event as { readonly step: number; readonly value: number };
      reports = reports.then(() => report(step, value));
      reports.catch(() => pruning.abort());
    };
    const result = await channel.request(
      'trial',
      { order, number, parameters },
      { signal: AbortSignal.any([signal, pruning.signal]), onEvent },
    );
    await reports;
    if (!result.ok) throw new InspectorError(result.error.code, result.error.message);
    return result.value;
  };
}
