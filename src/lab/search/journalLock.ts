import { lstatSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { InspectorError } from '../../base/errors';
import { isProcessAlive } from '../../files/regularFile';

/** Who waits for a journal's lock. */
export interface JournalWaiting {
  readonly signal?: AbortSignal;
  /** Hears once, after a second, whose lock is waited for. */
  onWait?(sentence: string): void;
}

/** Nobody holds the lock that long: an append takes milliseconds. */
const longestLockMs = 30_000;
/** How long a living process is waited for; it may have been stopped while it held the lock, and go on with it. */
const patienceMs = 60_000;
const tellAfterMs = 1000;

/**
 * Optuna's lock: a symbolic link FILE.lock, made by whoever writes. Ours says in its target who made it. Resolves with
 * how it is given back, which does no harm twice. A lock is removed where its process has ended, or where it stays as
 * it is for longer than anybody needs it, whatever its date says; that of a process that lives is waited for, and then
 * said whose it is.
 */
export async function acquireJournalLock(
  file: string,
  workerId: string,
  { signal, onWait }: JournalWaiting,
): Promise<() => void> {
  const lock = `${file}.lock`;
  let seen: SeenLock | null = null;
  let hasTold = false;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 250)) {
    if (makeLock(lock, file)) return once(() => breakLock(lock, workerId));
    seen = lookAt(lock, seen);
    if (seen !== null) {
      const waited = performance.now() - seen.at;
      if (seen.isStale || (waited > longestLockMs && !seen.isAlive)) breakLock(lock, workerId);
      else if (waited > patienceMs)
        throw new InspectorError('file', `${sentenceOf(seen, file)} Stop it, or delete ${lock}.`);
      else if (waited > tellAfterMs && !hasTold) {
        onWait?.(sentenceOf(seen, file));
        hasTold = true;
      }
    }
    await wait(waitMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** A lock as it was found. */
interface SeenLock {
  /** Which one: a lock that was made anew is another. */
  readonly identity: string;
  /** When it was seen first, by the clock of this process. */
  readonly at: number;
  readonly holder: string;
  /** Whether its process is gone, or it was made long ago by its date. */
  readonly isStale: boolean;
  /** Whether its process is known to live. */
  readonly isAlive: boolean;
}

function lookAt(lock: string, seen: SeenLock | null): SeenLock | null {
  try {
    const target = readlinkSync(lock);
    const { ino, mtimeMs } = lstatSync(lock);
    const identity = `${ino} ${mtimeMs} ${target}`;
    const [host, pid] = /@(.+):(\d+)$/.exec(target)?.slice(1) ?? [];
    const isOurHost = host === hostname();
    const isAlive = isOurHost && isProcessAlive(Number(pid));
    return {
      identity,
      at: seen?.identity === identity ? seen.at : performance.now(),
      holder: host === undefined ? 'another program' : `process ${pid} on ${host}`,
      isStale: (isOurHost && !isAlive) || (!isAlive && Date.now() - mtimeMs > longestLockMs),
      isAlive,
    };
  } catch {
    return null;
  }
}

function sentenceOf({ holder }: SeenLock, file: string): string {
  return `${path.basename(file)} is locked by ${holder}; the search waits for it.`;
}

/** Whether the lock was made just now. */
function makeLock(lock: string, file: string): boolean {
  try {
    symlinkSync(`${path.basename(file)}@${hostname()}:${process.pid}`, lock);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new InspectorError(
      'file',
      `The lock ${lock} cannot be made: ${String(cause)}. Choose a folder that can be written and that allows symbolic links.`,
      { cause },
    );
  }
}

/** Removes a lock by renaming it first, so that of two processes that both find it stale only one succeeds. */
function breakLock(lock: string, workerId: string): void {
  const aside = `${lock}${workerId}.rename`;
  try {
    renameSync(lock, aside);
    unlinkSync(aside);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}
