/**
 * Who hears of a reader's work on numbers that it has already read: a thread that asks for no byte is taken to stand
 * still.
 */
export interface WorkListener {
  /** Work goes on. */
  onWork(): void;
  /** A step begins that cannot say so while it runs, and may take that much longer than the usual patience. */
  onLongStep(durationMs: number): void;
}

let listener: WorkListener = { onWork: () => undefined, onLongStep: () => undefined };

/** Sets who hears of the work of this thread. */
export function listenToWork(whoHears: WorkListener): void {
  listener = whoHears;
}

/** Says that long work goes on; called between stretches of a loop whose end is known. */
export function signalWork(): void {
  listener.onWork();
}

/** Calls {@link signalWork} for every 65,536th step of a loop. */
export function signalEvery(step: number): void {
  if ((step & 0xffff) === 0) listener.onWork();
}

/** A slow machine parses this much of a text in a millisecond. */
const charactersEachMs = 2000;

/** Says that a text is about to be parsed in one piece; the time allowed is by its length in characters. */
export function signalParsing(length: number): void {
  listener.onLongStep(length / charactersEachMs);
}
