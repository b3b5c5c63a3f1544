import { InspectorError } from '../base/errors';
import { type ModelFiles } from './fileAccess';

/** Memory that reading one model file may take, with what lies beside it, in bytes. */
export const memoryBudget = 512 * 2 ** 20;
/** Numbers of a large file are as large as it is, several times over: converted, turned and reordered. */
const numbersForEachByte = 16;

interface Budget {
  readonly files: ModelFiles;
  /** Everything so far. */
  taken: number;
  /** Objects and strings alone: V8 ends the whole process where its heap has no more room. */
  inHeap: number;
}

let running: Budget | null = null;

/**
 * Reads with one budget of memory for a model's files: {@link memoryBudget}, or for numbers sixteen times the size of
 * the files where that is more. What a file makes us build is counted before it is built, and never given back. Within
 * another reading of the same files it is part of that one. A thread reads one file at a time.
 */
export async function withBudget<T>(files: ModelFiles, read: () => T | Promise<T>): Promise<T> {
  if (running?.files === files) return await read();
  const budget = { files, taken: 0, inHeap: 0 };
  running = budget;
  try {
    return await read();
  } finally {
    if (running === budget) running = null;
  }
}

/** Counts an array of numbers that is about to be made, in bytes; an InspectorError where the budget does not reach. */
export function takeNumbers(bytes: number): void {
  if (running === null) return;
  running.taken += bytes;
  const limit = Math.max(memoryBudget, numbersForEachByte * running.files.bytes());
  if (!(running.taken <= limit)) throw exceeded(limit);
}

/** Counts objects and strings that are about to be made, in bytes. */
export function takeHeap(bytes: number): void {
  if (running === null) return;
  running.inHeap += bytes;
  if (!(running.inHeap <= memoryBudget)) throw exceeded(memoryBudget);
  takeNumbers(bytes);
}

function exceeded(limit: number): InspectorError {
  return new InspectorError(
    'model-damaged',
    `reading it would take more than ${Math.round(limit / 2 ** 20)} MB of memory, so it was stopped. No healthy model file of its size needs that.`,
  );
}
