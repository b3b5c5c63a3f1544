import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { InspectorError } from '../base/errors';
import { type OwnModel } from '../models/ownModel';
import { createReadingWatch, progressBytes } from './readingWatch';
import { type FromReader, type ReaderStart, type ToReader } from './readerMessages';

const lookEveryMs = 100;
/** How long a reader that nobody needs is kept. */
const idleMs = 30_000;

interface Running {
  readonly worker: Worker;
  /** As {@link ReaderStart} describes it. */
  readonly counter: Int32Array;
}

/** A file to open, and what the user said of it. */
export type ReadRequest = Omit<ToReader, 'id'>;

/** Who waits for a file. */
export interface ReadWaiting {
  readonly signal?: AbortSignal;
  /**
   * Hears how much of the file has been asked for so far, in megabytes; not where it ends, since only what is needed is
   * read.
   */
  readonly onRead?: (megabytes: number) => void;
}

/**
 * Opens model files in a thread of their own, one after the other. A damaged file may keep a parser busy for ever: a
 * thread that works for two seconds without progress, or never comes to an end, is ended, and the next file gets a new
 * one.
 */
export class ReaderThread {
  private running: Running | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private nextId = 1;
  private idle: NodeJS.Timeout | null = null;

  constructor(private readonly scriptPath = path.join(__dirname, 'reader.js')) {}

  /** The model of a file as plain data; rejects with one line that begins with the file's name. */
  open(request: ReadRequest, waiting: ReadWaiting = {}): Promise<OwnModel> {
    const opened = this.last.then(() => this.openTwice(request, waiting));
    this.last = opened.catch(() => undefined);
    return opened;
  }

  /** Ends the thread. */
  dispose(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    void this.running?.worker.terminate();
    this.running = null;
  }

  /** A damaged file can leave the WebAssembly library's memory in pieces; then the next file gets a fresh thread. */
  private async openTwice(request: ReadRequest, waiting: ReadWaiting): Promise<OwnModel> {
    try {
      return await this.openNow(request, waiting);
    } catch (thrown) {
      if (!(thrown instanceof InspectorError) || !trapped.test(thrown.message)) throw thrown;
      this.dispose();
      return await this.openNow(request, waiting);
    }
  }

  private async openNow(request: ReadRequest, waiting: ReadWaiting): Promise<OwnModel> {
    if (this.idle !== null) clearTimeout(this.idle);
    waiting.signal?.throwIfAborted();
    const running = this.running ?? (this.running = await startReader(this.scriptPath));
    waiting.signal?.throwIfAborted();
    const id = this.nextId++;
    const name = request.source.kind === 'file' ? path.basename(request.source.path) : request.source.name;
    try {
      return await ask(running, { ...request, id }, { name, ...waiting });
    } catch (thrown) {
      if (thrown instanceof ThreadEnded) {
        this.running = null;
        void running.worker.terminate();
        throw thrown.reason;
      }
      throw thrown;
    } finally {
      this.idle = setTimeout(() => this.dispose(), idleMs);
      this.idle.unref();
    }
  }
}

/** How WebAssembly's engines call a trap. */
const trapped =
  /memory access out of bounds|unreachable|table index is out of bounds|null function|indirect call|Aborted\(/;

/** The thread is of no more use, for the reason given. */
class ThreadEnded extends Error {
  constructor(readonly reason: Error) {
    super(reason.message);
  }
}

async function startReader(scriptPath: string): Promise<Running> {
  const progress = new SharedArrayBuffer(progressBytes);
  const start: ReaderStart = { progress };
  const worker = new Worker(scriptPath, {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
    stdout: true,
    stderr: true,
  });
  // The HDF5 library writes its whole stack of errors there; what matters comes back as one line.
  worker.stdout.resume();
  worker.stderr.resume();
  // A worker's listeners are taken off one by one: removeAllListeners would take off those of Node itself, and with
  // them every message.
  await new Promise<void>((resolve, reject) => {
    const onExit = (): void =>
      reject(new InspectorError('worker-died', 'The thread that reads model files does not start.'));
    worker.once('message', () => {
      worker.off('error', reject);
      worker.off('exit', onExit);
      resolve();
    });
    worker.once('error', reject);
    worker.once('exit', onExit);
  });
  worker.unref();
  return { worker, counter: new Int32Array(progress) };
}

/** What this process has used of the processor, in milliseconds, all threads together. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Files that are being read in this process: they share the processor. */
let readings = 0;
const clock = { now: () => performance.now(), processorMs, readers: () => Math.max(1, readings) };

function endlessError(name: string): InspectorError {
  const what = 'reading it came to no end, so it was stopped; the file is damaged. Save or download it again.';
  return new InspectorError('model-damaged', `${name}: ${what}`);
}

function stillError(name: string): InspectorError {
  const what = 'reading it stood still for a minute, so it was stopped. Its drive or this machine is busy; try again.';
  return new InspectorError('file', `${name}: ${what}`);
}

interface Asking extends ReadWaiting {
  readonly name: string;
}

function ask({ worker, counter }: Running, request: ToReader, { name, signal, onRead }: Asking): Promise<OwnModel> {
  return new Promise((resolve, reject) => {
    const look = createReadingWatch(counter, clock);
    const finish = (then: () => void): void => {
      clearInterval(watch);
      readings--;
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      worker.unref();
      signal?.removeEventListener('abort', cancel);
      then();
    };
    const end = (reason: Error): void => finish(() => reject(new ThreadEnded(reason)));
    const cancel = (): void => end(new DOMException('Cancelled.', 'AbortError'));
    const onMessage = (message: FromReader): void => {
      if (message.type !== 'answer' || message.id !== request.id) return;
      const { result } = message;
      finish(() =>
        result.ok ? resolve(result.value) : reject(new InspectorError(result.error.code, result.error.message)),
      );
    };
    const onError = (error: Error): void =>
      end(new InspectorError('model-damaged', `${name}: it cannot be read (${error.message.slice(0, 200)}).`));
    const onExit = (): void =>
      end(
        new InspectorError(
          'worker-died',
          `${name}: the thread that reads it ended. The file is damaged, or too large for the memory.`,
        ),
      );
    const watch = setInterval(() => {
      const { megabytes, isEndless, isStill } = look();
      if (megabytes !== null) onRead?.(megabytes);
      if (isEndless) end(endlessError(name));
      else if (isStill) end(stillError(name));
    }, lookEveryMs);
    signal?.addEventListener('abort', cancel, { once: true });
    worker.ref();
    readings++;
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(request);
  });
}
