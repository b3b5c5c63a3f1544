import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type WideHost } from '../engine/forward/fastRunner';

/** The first major version of V8 that is known to join vectors as the wide kernels want it; Node 24 has 13.6. */
const firstMajor = 13;
/** No attempt takes as long. */
const attemptMs = 2000;
/**
 * Attempts in a row that processes did not outlive, after which it is left alone; one or two may have been killed from
 * outside.
 */
const mostFailures = 3;

/**
 * Runs `load` with what it needs to try the wide kernels, which ask V8 for something that it calls experimental. Should
 * it bring the process down, a file in the folder for temporary files is left behind, and with three of them later
 * processes of the same V8 do without. LSTM_INSPECTOR_VECTORS=128 in the environment keeps to what V8 does by itself.
 */
export function tryWide<T>(load: (host: WideHost | undefined) => T, folder = tmpdir()): T {
  const marks = Array.from({ length: mostFailures }, (_, k) =>
    path.join(folder, `lstm-inspector-wide-${process.versions.v8}-${k + 1}`),
  );
  if (!isWorthTrying() || !maybeMark(marks)) return load(undefined);
  try {
    return load({ setFlags: setFlagsFromString, now: () => performance.now() });
  } finally {
    marks.forEach((mark) => rmSync(mark, { force: true }));
  }
}

function isWorthTrying(): boolean {
  return (
    process.arch === 'x64' &&
    process.env['LSTM_INSPECTOR_VECTORS'] !== '128' &&
    parseInt(process.versions.v8, 10) >= firstMajor
  );
}

/**
 * Leaves the next mark; false where all stand or none can be written. A young one is another process's, at it right
 * now, and does for both.
 */
function maybeMark(marks: readonly string[]): boolean {
  const standing = marks.map((mark) => lstatSync(mark, { throwIfNoEntry: false }));
  if (standing.some((stats) => stats !== undefined && Date.now() - stats.mtimeMs <= attemptMs)) return true;
  const free = marks.find((_, k) => standing[k] === undefined);
  if (free === undefined) return false;
  try {
    writeFileSync(free, '', { flag: 'wx' });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST';
  }
  return true;
}
