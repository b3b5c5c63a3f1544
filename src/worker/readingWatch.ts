/**
 * How long a reader may go without a sign of progress. A time is over only where the processor was used for most of
 * it: what hangs uses it, and what is hardly let run (a busy machine, a slow drive) is not at fault.
 */
const patienceMs = 2000;
const busyShare = 0.75;
/** How long nothing may happen at all: the reader waits for its drive, or for the machine. */
const standstillMs = 60_000;
/**
 * How long one file may be read in all, however much progress is made, and as much again for every 64 MB of its files.
 */
const mostReadingMs = 20_000;
const kilobytesForAsMuchAgain = 64 * 1024;
/** Requests and thousands of bytes that one file may ask for in all, beside 64 times its size. */
const mostAskedFor = 4_000_000;
const timesItsSize = 64;

/** Places of the numbers that a reader thread shares with who watches it; all are Int32. */
export const progressAt = {
  /** Grows with every sign of progress: requests and thousands of bytes asked for together. */
  asked: 0,
  /** 1 while a file is being read. */
  isReading: 1,
  /** How many milliseconds more than usual the step at hand may take without a sign. */
  extraMs: 2,
  /** Size of the files opened so far, in thousands of bytes. */
  fileKilobytes: 3,
} as const;
export const progressBytes = 16;

/** What a look at a reader found. */
export interface Look {
  /** How much has been asked for so far; null where nothing was since the last look. */
  readonly megabytes: number | null;
  /** It does not come to an end: the file is at fault. */
  readonly isEndless: boolean;
  /** Neither progress nor work for long: the drive or the machine is at fault. */
  readonly isStill: boolean;
}

/** Time and the use of the processor by all threads of this process, in milliseconds, and how many files they read. */
export interface WatchClock {
  readonly now: () => number;
  readonly processorMs: () => number;
  readonly readers: () => number;
}

/**
 * Watches the reading of one file: it ends for want of progress, and when it took too long or asked for too much in
 * all.
 */
export function createReadingWatch(counter: Int32Array, { now, processorMs, readers }: WatchClock): () => Look {
  const start = Atomics.load(counter, progressAt.asked);
  const startedAt = now();
  let [seen, seenAt, looked, usedMs, usedBySeenMs] = [start, startedAt, processorMs(), 0, 0];
  const countUse = (): void => {
    const used = processorMs();
    usedMs += (used - looked) / readers();
    looked = used;
  };
  const isOver = (allowedMs: number, passedMs: number, workedMs: number): boolean =>
    passedMs > allowedMs && workedMs > busyShare * allowedMs;
  const extraMs = (): number => Atomics.load(counter, progressAt.extraMs);
  const isStuck = (): boolean => isOver(patienceMs + extraMs(), now() - seenAt, usedMs - usedBySeenMs);
  const hasHadEnough = (): boolean => {
    const kilobytes = Atomics.load(counter, progressAt.fileKilobytes);
    const mostMs = mostReadingMs * (1 + kilobytes / kilobytesForAsMuchAgain);
    return isOver(mostMs, now() - startedAt, usedMs) || seen - start > mostAskedFor + timesItsSize * kilobytes;
  };
  return () => {
    const asked = Atomics.load(counter, progressAt.asked);
    const isNew = asked !== seen;
    // A reader that is done has its answer under way.
    const isDone = Atomics.load(counter, progressAt.isReading) === 0;
    countUse();
    if (isNew || isDone) [seen, seenAt, usedBySeenMs] = [asked, now(), usedMs];
    const isEndless = !isDone && (isStuck() || hasHadEnough());
    const isStill = !isDone && !isEndless && now() - seenAt > standstillMs + extraMs();
    return { megabytes: isNew ? (asked - start) / 1024 : null, isEndless, isStill };
  };
}
