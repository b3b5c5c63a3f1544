/** Fuzz suite -> its process: one thing to open. */
export interface FuzzOrder {
  readonly file: string;
  readonly isLab: boolean;
  /** A text to be cut into tokens once it is open. */
  readonly text?: string;
}

/** Its process -> fuzz suite: what came of it. */
export interface FuzzAnswer {
  /** A failure's code, `opened` where there is none. */
  readonly code: string;
  readonly message: string;
  /** The process's memory (resident set) at its highest so far, beyond what it took at first, in MB. */
  readonly peakMegabytes: number;
}
