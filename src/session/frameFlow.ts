/** The two ends that frames flow between. */
export interface FrameEnds {
  /** Shows a frame in the view; the view answers with an `ack` when it has painted it. */
  show(sequence: number, frame: ArrayBuffer): void;
  /** Tells the worker that it may send the next one. */
  acknowledge(sequence: number): void;
}

/**
 * Flow control between worker and view: at most one frame is unacknowledged, and a view that is hidden or not loaded
 * yet gets none. What came while it was away is kept (the worker sends no more than one) and shown when it is ready.
 */
export class FrameFlow {
  private readonly queue: { readonly sequence: number; readonly frame: ArrayBuffer }[] = [];
  private isViewReady = false;

  constructor(private readonly ends: FrameEnds) {}

  /** A frame came from the worker. */
  receive(sequence: number, frame: ArrayBuffer): void {
    this.queue.push({ sequence, frame });
    if (this.queue.length === 1) this.showFirst();
  }

  /** The view has painted a frame; an acknowledgement of another than the one shown is old and ignored. */
  painted(sequence: number): void {
    if (!this.isViewReady || this.queue[0]?.sequence !== sequence) return;
    this.queue.shift();
    this.ends.acknowledge(sequence);
    this.showFirst();
  }

  /** The view listens and has been hydrated. */
  viewReady(): void {
    this.isViewReady = true;
    this.showFirst();
  }

  viewHidden(): void {
    this.isViewReady = false;
  }

  /** Another reading begins: what is left of the last one is dropped. */
  reset(): void {
    this.queue.length = 0;
  }

  private showFirst(): void {
    const first = this.queue[0];
    if (first && this.isViewReady) this.ends.show(first.sequence, first.frame);
  }
}
