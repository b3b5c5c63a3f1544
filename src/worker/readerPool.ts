import { type OwnModel } from '../models/ownModel';
import { ReaderThread, type ReadRequest, type ReadWaiting } from './readerThread';

/** Opens model files; what a reference to a file is opened with. */
export interface ModelReader {
  /** The model of a file as plain data; rejects with one line that begins with the file's name. */
  open(request: ReadRequest, waiting?: ReadWaiting): Promise<OwnModel>;
  dispose(): void;
}

/** A reading that takes longer no longer keeps the next file waiting. */
const quickMs = 300;
/** Each may take the memory of one file. */
const mostThreads = 6;

interface Seat {
  readonly thread: ReaderThread;
  /** When its file was begun; null while it has none. */
  busySince: number | null;
}

interface Waiting {
  readonly start: (seat: Seat) => Promise<void>;
}

/**
 * Reader threads for several files at once. Healthy files take milliseconds and are read in one thread, one after the
 * other; behind one that takes long the next gets another thread, so that no file keeps others from being read.
 */
export class ReaderPool implements ModelReader {
  private readonly seats: Seat[] = [];
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly createThread: () => ReaderThread = () => new ReaderThread()) {}

  open(request: ReadRequest, waiting: ReadWaiting = {}): Promise<OwnModel> {
    return new Promise((resolve, reject) => {
      const start = async (seat: Seat): Promise<void> => {
        waiting.signal?.removeEventListener('abort', cancel);
        await seat.thread.open(request, waiting).then(resolve, reject);
      };
      const entry = { start };
      const cancel = (): void => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(new DOMException('Cancelled.', 'AbortError'));
      };
      if (waiting.signal?.aborted === true) return reject(new DOMException('Cancelled.', 'AbortError'));
      waiting.signal?.addEventListener('abort', cancel, { once: true });
      this.waiting.push(entry);
      this.seatNext();
    });
  }

  /** Ends the threads. */
  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    for (const { thread } of this.seats) thread.dispose();
  }

  private seatNext(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    while (this.waiting.length > 0) {
      const seat = this.freeSeat();
      if (seat === null) {
        this.timer = setTimeout(() => this.seatNext(), quickMs);
        return;
      }
      void this.serve(seat, this.waiting.shift() as Waiting);
    }
  }

  private freeSeat(): Seat | null {
    const now = performance.now();
    const isQuick = ({ busySince }: Seat): boolean => busySince !== null && now - busySince < quickMs;
    if (this.seats.some(isQuick)) return null;
    const free = this.seats.find(({ busySince }) => busySince === null);
    if (free !== undefined || this.seats.length >= mostThreads) return free ?? null;
    const seat: Seat = { thread: this.createThread(), busySince: null };
    this.seats.push(seat);
    return seat;
  }

  private async serve(seat: Seat, { start }: Waiting): Promise<void> {
    seat.busySince = performance.now();
    await start(seat);
    seat.busySince = null;
    this.seatNext();
  }
}
