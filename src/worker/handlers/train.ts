import { reachOf } from '../../lab/training/labReach';
import { openNodeFolder } from '../../lab/training/nodeFolder';
import { planOf, prepareTraining } from '../../lab/training/prepareTraining';
import { runTraining } from '../../lab/training/runTraining';
import { type TrainingEvent } from '../../trace/lab/trainingEvents';
import { InspectorError } from '../../base/errors';
import { type Handler } from '../workerContext';

/** A training under way: how it is stopped, and what it waits for while paused. */
interface RunningTraining {
  readonly abort: AbortController;
  readonly tell: (event: TrainingEvent) => void;
  step: number;
  paused: { readonly until: Promise<void>; readonly release: () => void } | null;
}

const running = new Map<number, RunningTraining>();

/**
 * Trains. Cancelled, it ends within the step and keeps a checkpoint to go on from; stopped, it keeps and tests the best
 * weights.
 */
export const train: Handler<'train'> = async (
  context,
  { training, outFolder, ...data },
  { id, signal, turn, interrupt },
) => {
  if (running.has(training)) throw new InspectorError('settings-invalid', `Training ${training} is already under way.`);
  let finished: Extract<TrainingEvent, { type: 'finished' }> | null = null;
  const tell = (event: TrainingEvent): void => {
    if (event.type === 'step') current.step = event.step;
    if (event.type === 'finished') finished = event;
    context.post({ type: 'lab', id, event });
  };
  const current: RunningTraining = { abort: new AbortController(), tell, step: 0, paused: null };
  signal.addEventListener('abort', () => resume(current));
  running.set(training, current);
  const breathe = async (): Promise<void> => {
    await turn();
    await current.paused?.until;
    signal.throwIfAborted();
  };
  try {
    const order = { ...data, folder: openNodeFolder(outFolder, reachOf(data)) };
    await runTraining(order, { signal: current.abort.signal, now: () => performance.now(), breathe, interrupt, tell });
  } finally {
    running.delete(training);
  }
  if (finished === null) throw new Error('A training that ended did not say so.');
  return finished;
};

/** What a lab file asks for: its data and its settings, read and checked as a training would. */
export const describeLab: Handler<'describeLab'> = async (_context, order, { turn, interrupt }) =>
  planOf(await prepareTraining(order, turn, interrupt));

/** Pauses, resumes or stops a training; one that has ended meanwhile is left alone. */
export const controlTraining: Handler<'controlTraining'> = (_context, { training, action }) => {
  const current = running.get(training);
  if (current === undefined) return null;
  if (action === 'stop') stop(current);
  if (action === 'pause' && current.paused === null) {
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    current.paused = { until, release };
    current.tell({ type: 'paused', step: current.step });
  }
  if (action === 'resume' && current.paused !== null) {
    resume(current);
    current.tell({ type: 'resumed', step: current.step });
  }
  return null;
};

function stop(training: RunningTraining): void {
  training.abort.abort();
  resume(training);
}

function resume(training: RunningTraining): void {
  training.paused?.release();
  training.paused = null;
}
