import { closeSync, fstatSync, fsyncSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { InspectorError } from '../../base/errors';
import { openAppendable } from '../../files/foreignPlaces';
import { openRegular } from '../../files/regularFile';
import { appendWhole } from './appendWhole';
import { parseJournalLine } from './journal/journalLine';
import { JournalReplay } from './journal/journalReplay';
import { acquireJournalLock, type JournalWaiting } from './journalLock';

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

const blockBytes = 1 << 20;
/** A million operations and more; what is read is held as one text. */
const mostBytes = 256e6;

function readFrom(descriptor: number, from: number, file: string): Buffer {
  if (fstatSync(descriptor).size > mostBytes)
    throw new InspectorError(
      'file',
      `Cannot read ${file}: it has more than ${mostBytes / 1e6} MB. Name another "journal" in the lab file.`,
    );
  const parts: Buffer[] = [];
  for (let at = from; ;) {
    const block = Buffer.alloc(blockBytes);
    const count = readSync(descriptor, block, 0, blockBytes, at);
    if (count === 0) return Buffer.concat(parts);
    parts.push(block.subarray(0, count));
    at += count;
  }
}

/** What every operation's line begins with, ours and Python's. */
const lineStarts = ['{"op_code":', '{"op_code" :'];

/**
 * Mends a last line that a killed process left without its end: if it is a whole operation its line end is added, since
 * Optuna may have applied it; if not it is cut off, since nobody can have, and Optuna refuses a file with such a line
 * in its middle for ever. What does not begin as an operation was not left by a writer of journals, and is left alone.
 */
function mendLastLine(descriptor: number, from: number, file: string): void {
  const tail = readFrom(descriptor, from, file);
  const lineStart = tail.lastIndexOf(10) + 1;
  if (lineStart === tail.length) return;
  const line = tail.subarray(lineStart).toString('utf8');
  if (!isBegunLine(line)) throw noJournal(file);
  if (parseJournalLine(line) !== null) writeSync(descriptor, '\n', from + tail.length);
  else ftruncateSync(descriptor, from + lineStart);
}

/** Whether a line may be the beginning of an operation that a killed process left; a lost disk block leaves zeros. */
function isBegunLine(line: string): boolean {
  return /^\0+$/.test(line) || lineStarts.some((start) => line.startsWith(start) || start.startsWith(line));
}

/** Refuses a file that holds something and does not begin as a journal: appending to it would spoil what it is. */
function checkIsJournal(descriptor: number, file: string): void {
  const head = Buffer.alloc(longestFirstLine);
  const text = head.subarray(0, readSync(descriptor, head, 0, head.length, 0)).toString('utf8');
  const end = text.indexOf('\n');
  const first = end < 0 ? text : text.slice(0, end);
  const operation = parseJournalLine(first);
  const isOperation = operation !== null && Number.isInteger(operation['op_code']) && 'worker_id' in operation;
  if (text !== '' && !(isOperation || (end < 0 && isBegunLine(first)))) throw noJournal(file);
}

const longestFirstLine = 1 << 16;

function noJournal(file: string): InspectorError {
  return new InspectorError(
    'file',
    `${file} is no journal of Optuna's, so nothing is appended to it. Name another "journal" in the lab file, or move that file away.`,
  );
}

/** Reads a journal file that is there and writes nothing; each call applies what was appended since the last. */
export function readJournalFile(file: string): () => JournalReplay {
  const { refresh } = readingOf(file);
  return refresh;
}

/**
 * Opens (and creates) a journal file. `workerId` names this process among those that write; `waiting` hears of a lock
 * that is long held.
 */
export function openJournalFile(file: string, workerId: string, waiting?: JournalWaiting): JournalFile {
  withDescriptor(openAppendable(file), (descriptor) => checkIsJournal(descriptor, file));
  const { applyNew, readBytes, refresh, replay } = readingOf(file);
  const appendLines = (
    descriptor: number,
    make: (replay: JournalReplay) => readonly object[],
  ): { readonly created: number | null; readonly hasWritten: boolean } => {
    mendLastLine(descriptor, readBytes(), file);
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
      const release = await acquireJournalLock(file, workerId, {
        ...waiting,
        ...(signal === undefined ? {} : { signal }),
      });
      try {
        return withDescriptor(openAppendable(file), (descriptor) => {
          const { created, hasWritten } = appendLines(descriptor, make);
          // Before the bytes are forced to disk, which takes long: a process killed while it holds the lock stops older
          // Optunas for ever.
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

/** Closes the file whatever comes of its use. */
function withDescriptor<T>(descriptor: number, use: (descriptor: number) => T): T {
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The reading side of a journal file: its replay, and how far it has been read. */
function readingOf(file: string) {
  const replay = new JournalReplay();
  let readBytes = 0;
  const applyNew = (descriptor: number): number | null => {
    const text = readFrom(descriptor, readBytes, file);
    const end = text.lastIndexOf(10) + 1;
    readBytes += end;
    let created: number | null = null;
    for (const line of text.subarray(0, end).toString('utf8').split('\n')) {
      const parsed = line === '' ? null : parseJournalLine(line);
      if (parsed !== null) created = replay.apply(parsed);
    }
    return created;
  };
  const refresh = (): JournalReplay => {
    withDescriptor(openRegular(file).descriptor, applyNew);
    return replay;
  };
  return { replay, applyNew, refresh, readBytes: (): number => readBytes };
}
