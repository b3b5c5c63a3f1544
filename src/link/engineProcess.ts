import { type ChildProcess, fork } from 'node:child_process';
import { type Engine, type EngineListeners, type EngineStart, outOfMemory } from './engine';
import { type FromProcess, packMessage, type ToProcess, unpackMessage } from './processMessages';

/** How a process is started. */
export interface ProcessStart extends EngineStart {
  /** Absolute path of dist/process.js. */
  readonly processPath: string;
  /** The program that runs it; this process's own where absent. */
  readonly execPath?: string;
  /** How long it may take to come up; 10 s where absent. */
  readonly patienceMs?: number;
}

/** What a process reports beside what every engine does. */
export interface ProcessListeners extends EngineListeners {
  onUp(): void;
  /** In place of `onExit`: no process can be started here, for the reason given. */
  onImpossible(why: string): void;
}

/** An engine in a process of its own. */
export interface EngineProcess extends Omit<Engine, 'listen'> {
  listen(listeners: ProcessListeners): void;
}

const defaultPatienceMs = 10_000;
/** Most of what a process writes to its error output that is kept, in UTF-16 units: V8 says there why it aborted. */
const mostOutput = 4000;

/** Starts the engine in a process of its own, which ends with this one, however this one ends. */
export function startProcess(start: ProcessStart): EngineProcess {
  const child = maybeFork(start);
  if (child instanceof Error) return impossibleProcess(child);
  const { workerPath, workerData, resourceLimits, codeFolder } = start;
  const given: EngineStart = {
    workerPath,
    ...(workerData && { workerData }),
    ...(resourceLimits && { resourceLimits }),
    ...(codeFolder !== undefined && { codeFolder }),
  };
  // What cannot be sent any more needs no word: the process has ended, and that is told with what it did not get.
  const undelivered: unknown[] = [];
  const send = (packed: ToProcess, onLost: () => void): void =>
    void child.send?.(packed, (error: Error | null) => error !== null && onLost());
  send(given, () => undefined);
  let isTerminated = false;
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  }).then(() => void (isOver = true));
  return {
    post: (message) => {
      const packed = packMessage(message);
      if (isTerminated) undelivered.push(message);
      else send(packed, () => undelivered.push(message));
    },
    listen: (listeners) =>
      watch(child, listeners, {
        patienceMs: start.patienceMs ?? defaultPatienceMs,
        isTerminated: () => isTerminated,
        undelivered,
      }),
    terminate: async () => {
      isTerminated = true;
      if (!isOver) child.kill('SIGKILL');
      await over;
    },
  };
}

/**
 * Under Electron the program runs scripts only where the environment says so; flags meant for the host are not for the
 * engine.
 */
function maybeFork({ processPath, execPath = process.execPath }: ProcessStart): ChildProcess | Error {
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  delete env['NODE_OPTIONS'];
  try {
    return fork(processPath, [], {
      execPath,
      execArgv: [],
      env,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

/** Stands for a process where the system refuses one at once. */
function impossibleProcess(error: Error): EngineProcess {
  return {
    post: (message) => void packMessage(message),
    listen: ({ onImpossible }) => setImmediate(() => onImpossible(error.message)),
    terminate: () => Promise.resolve(),
  };
}

interface Watching {
  readonly patienceMs: number;
  readonly isTerminated: () => boolean;
  readonly undelivered: readonly unknown[];
}

/** Tells the listeners what becomes of a process: exactly one of `onExit` and `onImpossible` comes, and comes last. */
function watch(child: ChildProcess, listeners: ProcessListeners, watching: Watching): void {
  const { patienceMs, isTerminated, undelivered } = watching;
  let isUp = false;
  let isOver = false;
  let output = '';
  let endedHow: string | undefined;
  const finish = (how: string): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(patience);
    if (output !== '') listeners.onError(errorOf(output));
    // Who never came up and was not ended from outside will not come up the next time either.
    if (isUp || isTerminated() || how === 'signal SIGKILL' || how === 'signal SIGTERM')
      listeners.onExit(how, undelivered);
    else listeners.onImpossible(how);
  };
  const patience = setTimeout(() => {
    finish(`it did not come up within ${patienceMs / 1000} s`);
    child.kill('SIGKILL');
  }, patienceMs);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-mostOutput)));
  child.on('message', (message: FromProcess) => {
    if (isOver) return;
    if (message instanceof Uint8Array) return listeners.onMessage(unpackMessage(message));
    if (message.type === 'failed') return listeners.onError(Object.assign(new Error(message.message), message));
    if (message.type === 'ended') return void (endedHow = message.how);
    isUp = true;
    clearTimeout(patience);
    listeners.onUp();
  });
  child.on('error', (error) => finish(error.message));
  // Not `exit`: what it still sent may come after that.
  child.once('close', (code, signal) => finish(endedHow ?? (signal === null ? `code ${code}` : `signal ${signal}`)));
}

/** What a process wrote before it ended, with the code that a thread has where there was no memory left. */
function errorOf(output: string): Error {
  const isOutOfMemory = /heap out of memory|Allocation failed/.test(output);
  return Object.assign(new Error(output.trim()), isOutOfMemory && { code: outOfMemory });
}
