let listener: () => void = () => undefined;

/** Who hears that a reader is at work on numbers that it has already read: a thread that asks for no byte is taken to stand still. */
export function listenToWork(onWork: () => void): void {
  listener = onWork;
}

/** Says that long work goes on; called between stretches of a loop whose end is known. */
export function signalWork(): void {
  listener();
}
