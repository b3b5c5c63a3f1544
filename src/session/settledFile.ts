/** What tells one state of a file from another; null while there is no file. */
export type FileStamp = string | null;

/** What waiting for a file needs of its surroundings. */
export interface SettlingFile {
  /** The file's size and time of change. */
  stamp(): Promise<FileStamp>;
  /** Whether it can be read as a whole: a file that is half written cannot. */
  isReadable(): Promise<boolean>;
  wait(durationMs: number): Promise<void>;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** How long a file must stay as it is before it is tried. */
const quietMs = 400;
/** How often a file that cannot be read is tried again; with growing pauses this is about a minute. */
const mostTries = 12;

/**
 * Waits until a file that is being written is whole: unchanged for a while, and readable. Gives its stamp then; null
 * where it never becomes readable, or is gone.
 */
export async function waitUntilSettled(file: SettlingFile): Promise<FileStamp> {
  let before = await file.stamp();
  for (let tries = 0; tries < mostTries && !file.signal.aborted;) {
    await file.wait(quietMs * (1 + tries));
    const now = await file.stamp();
    if (now === null || now !== before) {
      before = now;
      if (now === null) tries++;
      continue;
    }
    if ((await file.isReadable()) && (await file.stamp()) === now) return now;
    tries++;
  }
  return null;
}
