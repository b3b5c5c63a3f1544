import { type Disposable } from './disposable';

/** One event that several parties may listen to; listeners are called in the order in which they came. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(event: T) => void>();

  /** Adds a listener until the returned handle is disposed. */
  readonly on = (listener: (event: T) => void): Disposable => {
    const own = (event: T): void => listener(event);
    this.listeners.add(own);
    return { dispose: () => void this.listeners.delete(own) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  dispose(): void {
    this.listeners.clear();
  }
}
