import { rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type WideHost } from '../engine/forward/fastRunner';

/** The first major version of V8 that is known to join vectors as the wide kernels want it; Node 24 has 13.6. */
const firstMajor = 13;
/** No attempt takes as long. */
const attemptMs = 2000;

/**
 * Runs `load` with what it needs to try the wide kernels, which ask V8 for something that it calls experimental. Should it bring
 * the process down, a file in the folder for temporary files is left behind, and later processes of the same V8 do without.
 * LSTM_INSPECTOR_VECTORS=128 in the environment keeps to what V8 does by itself.
 */
export function tryWide<T>(load: (host: WideHost | undefined) => T, folder = tmpdir()): T {
  const marker = path.join(folder, `lstm-inspector-wide-${process.versions.v8}`);
  if (!isWorthTrying() || hasFailed(marker) || !maybeMark(marker)) return load(undefined);
  try {
    return load({ setFlags: setFlagsFromString, now: () => performance.now() });
  } finally {
    rmSync(marker, { force: true });
  }
}

function isWorthTrying(): boolean {
  return (
    process.arch === 'x64' &&
    process.env['LSTM_INSPECTOR_VECTORS'] !== '128' &&
    parseInt(process.versions.v8, 10) >= firstMajor
  );
}

/** Whether a process ended during an attempt; a younger mark is another window's, at it right now. */
function hasFailed(marker: string): boolean {
  const stats = statSync(marker, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > attemptMs;
}

function maybeMark(marker: string): boolean {
  try {
    writeFileSync(marker, '', { flag: 'wx' });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST';
  }
  return true;
}
