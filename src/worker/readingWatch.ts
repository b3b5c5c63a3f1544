/** How long a reader may go without a sign of progress. */
const patienceMs = 2000;
/** How long one may that was hardly let run (a busy machine, a slow drive): what hangs uses the processor. */
const longestPatienceMs = 10_000;
const busyShare = 0.75;
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
  /** It does not come to an end. */
  readonly isEndless: boolean;
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
  const [start, startedAt] = [Atomics.load(counter, progressAt.asked), now()];
  let [seen, seenAt, usedAt] = [start, startedAt, processorMs()];
  const isStuck = (): boolean => {
    const extraMs = Atomics.load(counter, progressAt.extraMs);
    const waitedMs = now() - seenAt;
    const usedMs = (processorMs() - usedAt) / readers();
    const isBusy = usedMs > busyShare * patienceMs;
    return waitedMs > longestPatienceMs + extraMs || (waitedMs > patienceMs + extraMs && isBusy);
  };
  const hasHadEnough = (): boolean => {
    const kilobytes = Atomics.load(counter, progressAt.fileKilobytes);
    const mostMs = mostReadingMs * (1 + kilobytes / kilobytesForAsMuchAgain);
    return now() - startedAt > mostMs || seen - start > mostAskedFor + timesItsSize * kilobytes;
  };
  return () => {
    const asked = Atomics.load(counter, progressAt.asked);
    const isNew = asked !== seen;
    // A reader that is done has its answer under way.
    const isDone = Atomics.load(counter, progressAt.isReading) === 0;
    if (isNew || isDone) [seen, seenAt, usedAt] = [asked, now(), processorMs()];
    return { megabytes: isNew ? (asked - start) / 1024 : null, isEndless: !isDone && (isStuck() || hasHadEnough()) };
  };
}
