import { type Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { type Inspection } from './inspection';

/** All open inspections, in the order in which they were opened, and the one that was used last. */
export class InspectionRegistry implements Disposable {
  readonly opened = new Emitter<Inspection>();
  readonly closed = new Emitter<Inspection>();
  /** The active inspection is another one now. */
  readonly activated = new Emitter<Inspection | null>();
  private readonly items = new Set<Inspection>();
  private current: Inspection | null = null;

  get all(): readonly Inspection[] {
    return [...this.items];
  }

  /** The inspection whose panel was used last, or null when none is open. */
  get active(): Inspection | null {
    return this.current;
  }

  add(inspection: Inspection): void {
    this.items.add(inspection);
    this.opened.fire(inspection);
    this.activate(inspection);
  }

  activate(inspection: Inspection): void {
    if (this.current === inspection || !this.items.has(inspection)) return;
    this.current = inspection;
    this.activated.fire(inspection);
  }

  /** Disposes an inspection and forgets it. */
  close(inspection: Inspection): void {
    if (!this.items.delete(inspection)) return;
    inspection.dispose();
    this.closed.fire(inspection);
    if (this.current !== inspection) return;
    this.current = this.all.at(-1) ?? null;
    this.activated.fire(this.current);
  }

  /** The open inspection with this number at the worker. */
  byId(id: number): Inspection | undefined {
    return this.all.find((inspection) => inspection.id === id);
  }

  dispose(): void {
    for (const inspection of this.all) this.close(inspection);
    for (const emitter of [this.opened, this.closed, this.activated]) emitter.dispose();
  }
}
