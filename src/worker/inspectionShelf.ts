import { InspectorError } from '../base/errors';
import { type FrameStream } from '../engine/questions/frameStream';
import { type Reading } from '../engine/forward/reading';

/** A reading that stays open for questions until it is released. */
export interface OpenInspection {
  readonly reading: Reading;
  readonly stream?: FrameStream;
  /** What a handler keeps with an inspection between requests (a backward pass...), by its own key. */
  readonly kept: Map<string, unknown>;
  /** Lets go of the model. */
  release(): void;
}

/** The open inspections by their numbers. */
export class InspectionShelf {
  private readonly open = new Map<number, OpenInspection>();

  add(id: number, inspection: OpenInspection): void {
    this.release(id);
    this.open.set(id, inspection);
  }

  find(id: number): OpenInspection | undefined {
    return this.open.get(id);
  }

  /** The inspection of a number; throws `out-of-range` where it was released or never read. */
  get(id: number): OpenInspection {
    const found = this.open.get(id);
    if (!found)
      throw new InspectorError('out-of-range', `Inspection ${id} is not open any more; inspect the text again.`);
    return found;
  }

  /** Harmless where there is none. */
  release(id: number): void {
    const found = this.open.get(id);
    if (!found) return;
    this.open.delete(id);
    found.stream?.close();
    found.reading.dispose();
    found.release();
  }
}
