import { type Log } from '../base/log';
import { type Engine, type EngineListeners, type EngineStart, type StartEngine } from './engine';
import { type EngineProcess, type ProcessStart, startProcess } from './engineProcess';
import { startThread } from './engineThread';

/** What {@link processOrThread} needs. */
export interface ProcessOptions extends Pick<ProcessStart, 'processPath' | 'execPath' | 'patienceMs'> {
  readonly log: Log;
}

/**
 * Starts engines in processes of their own; from the first that does not come up on, in threads of this process
 * instead. A process that came up and ended later is no reason for a thread: what ended it would end this process too.
 */
export function processOrThread({ log, ...how }: ProcessOptions): StartEngine {
  let isPossible = true;
  const toThread = (start: EngineStart, why: string): Engine => {
    isPossible = false;
    log.warn(`The engine's process cannot be started (${why}); the engine runs in a thread of this one instead.`);
    return startSharedThread(start);
  };
  return (start) =>
    isPossible
      ? replaceable(startProcess({ ...start, ...how }), (why) => toThread(start, why))
      : startSharedThread(start);
}

/** V8's flags are not touched in a process that is not the engine's own. */
function startSharedThread(start: EngineStart): Engine {
  return startThread({ ...start, workerData: { ...start.workerData, wideVectors: false } });
}

/** A process in whose place an engine of another kind steps where none comes up; that gets all that was posted. */
function replaceable(child: EngineProcess, replace: (why: string) => Engine): Engine {
  let engine: Omit<Engine, 'listen'> = child;
  let posted: unknown[] | null = [];
  return {
    post: (message) => {
      engine.post(message);
      posted?.push(message);
    },
    listen: (listeners: EngineListeners) =>
      child.listen({
        ...listeners,
        onUp: () => (posted = null),
        onImpossible: (why) => {
          const instead = replace(why);
          instead.listen(listeners);
          posted?.forEach((message) => instead.post(message));
          [engine, posted] = [instead, null];
        },
      }),
    terminate: () => engine.terminate(),
  };
}
