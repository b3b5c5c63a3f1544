import { closeSync, constants, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import path from 'node:path';
import { type Disposable } from '../base/disposable';
import { InspectorError } from '../base/errors';
import { carefulFlags, isProcessAlive, readRegular, reasonOf } from './regularFile';

/** Who works in a folder. */
interface Holder {
  readonly what: string;
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Between its making and its writing a lock is empty; nobody needs as long for that. */
const emptyMs = 5000;
const held = new Set<string>();

/**
 * Takes a place in a folder, which must exist, for one piece of work at a time, over all processes, by the file
 * `.NAME.lock`; disposing gives it back. Where another has it the error says who. A lock that a killed process left
 * behind is removed, with the files that it had begun.
 */
export function lockWork(folder: string, name: string, what: string): Disposable {
  const file = path.join(folder, `.${name}.lock`);
  const own: Holder = { what, pid: process.pid, host: hostname(), since: Date.now() };
  if (!create(file, own)) {
    const other = readHolder(file);
    if (other !== null && !isGone(other, file)) throw inUse(file, other);
    removeStale(file, other);
    if (!create(file, own)) throw inUse(file, readHolder(file) ?? own);
  }
  held.add(file);
  removeParts(folder);
  return {
    dispose: () => {
      if (held.delete(file)) rmSync(file, { force: true });
    },
  };
}

/** Whether the lock is ours now; a lock appears whole or not at all for whoever asks whether there is one. */
function create(file: string, own: Holder): boolean {
  try {
    const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | carefulFlags);
    writeSync(descriptor, JSON.stringify(own));
    closeSync(descriptor);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new InspectorError('file', `Cannot write ${file}: ${reasonOf(cause)}.`, { cause });
  }
}

/** The last moment that a Date holds, in milliseconds since 1970. */
const latestDate = 8.64e15;

/** Null where the lock has gone meanwhile, or where it does not say whose it is and is not just being made. */
function readHolder(file: string): Holder | null {
  try {
    const { what, pid, host, since } = JSON.parse(readRegular(file, 4096).toString('utf8')) as Partial<Holder>;
    if (typeof what === 'string' && Number.isInteger(pid) && typeof host === 'string' && Number.isFinite(since))
      return { what, pid: pid as number, host, since: Math.min(since as number, latestDate) };
  } catch {
    // Empty, half written, or gone.
  }
  const since = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (since === undefined || Math.abs(Date.now() - since) > emptyMs) return null;
  return { what: 'Other work', pid: 0, host: '', since };
}

/** Whether nobody works there any more: its process has ended, or the machine was started anew since. */
function isGone({ pid, host, since }: Holder, file: string): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid) return !held.has(file);
  return !isProcessAlive(pid) || since < Date.now() - uptime() * 1000 - 60_000;
}

/**
 * Moves a stale lock aside first: of several that find it stale one succeeds. One that is fresh after all is put back.
 */
function removeStale(file: string, stale: Holder | null): void {
  const aside = `${file}.${process.pid}.part`;
  try {
    renameSync(file, aside);
    const moved = readHolder(aside);
    if (moved !== null && moved.pid !== stale?.pid) renameSync(aside, file);
    else rmSync(aside, { force: true });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
}

/** What processes that were killed had begun to write. */
function removeParts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^\..*\.(\d+)\.part$/.exec(name)?.[1];
    if (pid !== undefined && !isProcessAlive(Number(pid))) rmSync(path.join(folder, name), { force: true });
  }
}

function inUse(file: string, { what, pid, host, since }: Holder): InspectorError {
  const who = host === '' ? '' : `, process ${pid} on ${host}`;
  const when = new Date(since).toISOString().replace(/\.\d+Z$/, 'Z');
  return new InspectorError(
    'file',
    `${what} is under way in ${path.dirname(file)} already (since ${when}${who}). Stop it, wait until it has ended, or take ` +
      `another folder for the results. If it does not run any more, delete ${file}.`,
  );
}
