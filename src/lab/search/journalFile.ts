import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { InspectorError } from '../../base/errors';
import { appendWhole } from './appendWhole';
import { parseJournalLine } from './journal/journalLine';
import { JournalReplay } from './journal/journalReplay';

/** A journal on disk that several processes, ours and Python's, append to. */
export interface JournalFile {
  /** Everything that the file says up to now; lines that were appended since the last call are applied first. */
  refresh(): JournalReplay;
  /**
   * Appends operations as whole lines under the lock and applies them. `make` sees the journal as it stands under the
   * lock, so that what it decides cannot be overtaken. Returns the id that the last line created, if it did.
   */
  append(make: (replay: JournalReplay) => readonly object[], signal?: AbortSignal): Promise<number | null>;
}

const longestLockMs = 30_000;
const blockBytes = 1 << 20;

function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errorCode(thrown) === 'EPERM';
  }
}

/** Whether the process that made one of our locks is gone, or any lock was held for longer than anybody needs it. */
function isStale(lock: string): boolean {
  try {
    const [host, pid] = /@(.+):(\d+)$/.exec(readlinkSync(lock))?.slice(1) ?? [];
    if (host === hostname() && !isAlive(Number(pid))) return true;
    return Date.now() - lstatSync(lock).mtimeMs > longestLockMs;
  } catch {
    return false;
  }
}

/** Removes a lock by renaming it first, so that of two processes that both find it stale only one succeeds. */
function breakLock(lock: string, workerId: string): void {
  const aside = `${lock}${workerId}.rename`;
  try {
    renameSync(lock, aside);
    unlinkSync(aside);
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') throw thrown;
  }
}

/** Optuna's lock: a symbolic link FILE.lock, made by whoever writes. Ours says in its target who made it. Giving it back twice is harmless. */
async function acquireLock(file: string, workerId: string, signal?: AbortSignal): Promise<() => void> {
  const lock = `${file}.lock`;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 250)) {
    try {
      symlinkSync(`${path.basename(file)}@${hostname()}:${process.pid}`, lock);
      let isHeld = true;
      return () => {
        if (isHeld) breakLock(lock, workerId);
        isHeld = false;
      };
    } catch (thrown) {
      if (errorCode(thrown) !== 'EEXIST') {
        throw new InspectorError(
          'file',
          `The lock ${lock} cannot be made: ${String(thrown)}. Choose a folder that can be written and that allows symbolic links.`,
          { cause: thrown },
        );
      }
    }
    if (isStale(lock)) breakLock(lock, workerId);
    await wait(waitMs, undefined, signal === undefined ? {} : { signal });
  }
}

function readFrom(descriptor: number, from: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = from; ;) {
    const block = Buffer.alloc(blockBytes);
    const count = readSync(descriptor, block, 0, blockBytes, at);
    if (count === 0) return Buffer.concat(parts);
    parts.push(block.subarray(0, count));
    at += count;
  }
}

/**
 * Mends a last line that a killed process left without its end: if it is a whole operation its line end is added, since
 * Optuna may have applied it; if not it is cut off, since nobody can have, and Optuna refuses a file with such a line in
 * its middle for ever.
 */
function mendLastLine(descriptor: number, from: number): void {
  const tail = readFrom(descriptor, from);
  const lineStart = tail.lastIndexOf(10) + 1;
  if (lineStart === tail.length) return;
  const isWhole = parseJournalLine(tail.subarray(lineStart).toString('utf8')) !== null;
  if (isWhole) writeSync(descriptor, '\n', from + tail.length);
  else ftruncateSync(descriptor, from + lineStart);
}

/** Reads a journal file that is there and writes nothing; each call applies what was appended since the last. */
export function readJournalFile(file: string): () => JournalReplay {
  const { refresh } = readingOf(file);
  return refresh;
}

/** Opens (and creates) a journal file. `workerId` names this process among those that write. */
export function openJournalFile(file: string, workerId: string): JournalFile {
  closeSync(openSync(file, 'a'));
  const { applyNew, readBytes, withFile, refresh, replay } = readingOf(file);
  const appendLines = (
    descriptor: number,
    make: (replay: JournalReplay) => readonly object[],
  ): { readonly created: number | null; readonly hasWritten: boolean } => {
    mendLastLine(descriptor, readBytes());
    applyNew(descriptor);
    const lines = make(replay);
    if (lines.length === 0) return { created: null, hasWritten: false };
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), 'utf8');
    appendWhole(descriptor, bytes, file);
    return { created: applyNew(descriptor), hasWritten: true };
  };
  return {
    refresh,
    append: async (make, signal) => {
      const release = await acquireLock(file, workerId, signal);
      try {
        return withFile('r+', (descriptor) => {
          const { created, hasWritten } = appendLines(descriptor, make);
          // Before the bytes are forced to disk, which takes long: a process killed while it holds the lock stops older Optunas for ever.
          release();
          if (hasWritten) fsyncSync(descriptor);
          return created;
        });
      } finally {
        release();
      }
    },
  };
}

/** The reading side of a journal file: its replay, and how far it has been read. */
function readingOf(file: string) {
  const replay = new JournalReplay();
  let readBytes = 0;
  const applyNew = (descriptor: number): number | null => {
    const text = readFrom(descriptor, readBytes);
    const end = text.lastIndexOf(10) + 1;
    readBytes += end;
    let created: number | null = null;
    for (const line of text.subarray(0, end).toString('utf8').split('\n')) {
      const parsed = line === '' ? null : parseJournalLine(line);
      if (parsed !== null) created = replay.apply(parsed);
    }
    return created;
  };
  const withFile = <T>(flags: string, use: (descriptor: number) => T): T => {
    const descriptor = openSync(file, flags);
    try {
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  const refresh = (): JournalReplay => {
    withFile('r', applyNew);
    return replay;
  };
  return { replay, applyNew, withFile, refresh, readBytes: (): number => readBytes };
}
