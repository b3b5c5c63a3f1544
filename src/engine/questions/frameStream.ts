import { type Direction } from '../../trace/reading/cellKind';
import { type Frame } from '../../trace/reading/frame';
import { type DirectionReading } from '../forward/directionReading';
import { valuesFrame } from './rangeFrame';
import { type Reading } from '../forward/reading';
import { StepSet } from './stepSet';

/** What a view looks at: a layer, a direction, and the text steps [from, to) in sight. */
export interface Sight {
  readonly layer: number;
  readonly direction: Direction;
  readonly from: number;
  readonly to: number;
  readonly visible: boolean;
}

type StepRange = readonly [from: number, to: number];

/** At most so many bytes in one message (6 MB in one take 200 to 300 ms to arrive in a web view). */
export const maximumFrameBytes = 1024 * 1024;
/** A trace of a layer up to this size is sent whole; of a longer one only what is near the columns in sight. */
const wholeTraceBytes = 32 * 1024 * 1024;
/**
 * Columns that come first while nobody has said what is in sight: about what a text of characters shows of itself
 * at first in a view of 1,100 CSS pixels. More would make the first frame, and with it the first painting, wait for
 * what nobody sees.
 */
const presumedColumns = 96;

/**
 * Sends a reading's values as they are computed: the columns in sight first, then what surrounds them. At most one
 * frame is unacknowledged, and a view that is not visible gets none; when it shows again it is sent everything anew.
 */
export class FrameStream {
  private sight: Sight;
  private readonly sent = new Map<DirectionReading, StepSet>();
  private sequence = 0;
  private waitingFor: number | null = null;
  private isClosed = false;
  private isSettled = false;

  constructor(
    private readonly reading: Reading,
    private readonly send: (sequence: number, frame: Frame) => void,
    /** What is known to be in sight already. */
    sight?: Sight,
  ) {
    this.sight = sight && findDirection(reading, sight) ? sight : presumedSight(reading);
  }

  /** What is looked at has changed. */
  see(sight: Sight): void {
    if (sight.visible && !this.sight.visible) this.sent.clear();
    // What a hidden view had not acknowledged was lost with it.
    if (!sight.visible) this.waitingFor = null;
    this.sight = sight.visible ? sight : { ...this.sight, visible: false };
    this.pump();
  }

  /** The view has painted a frame. */
  acknowledge(sequence: number): void {
    if (sequence !== this.waitingFor) return;
    this.waitingFor = null;
    this.pump();
  }

  /** Sends the next frame if one may be sent and there is something to send. */
  pump(): void {
    if (this.isClosed || !this.sight.visible || this.waitingFor !== null) return;
    const direction = findDirection(this.reading, this.sight);
    const next = direction && this.chooseNext(direction);
    if (!direction || !next) return;
    const [from, to] = next;
    this.sentOf(direction).add(from, to);
    this.waitingFor = ++this.sequence;
    this.send(this.waitingFor, valuesFrame(direction, { fields: direction.fieldNames, from, to }));
  }

  /** No more will be computed: what is there is sent, in sight or not. */
  settle(): void {
    this.isSettled = true;
    this.pump();
  }

  /** Nothing is sent any more. */
  close(): void {
    this.isClosed = true;
  }

  private chooseNext(direction: DirectionReading): readonly [number, number] | null {
    const { steps, done } = direction;
    const computed = direction.direction === 'forward' ? ([0, done] as const) : ([steps - done, steps] as const);
    const sent = this.sentOf(direction);
    const mostColumns = Math.max(1, Math.floor(maximumFrameBytes / bytesPerColumn(direction)));
    const wishes = this.wishes(direction);
    // Nothing else goes out while columns in sight are still to come: they would wait behind it.
    const isInSight = this.isSettled || (wishes[0][0] >= computed[0] && wishes[0][1] <= computed[1]);
    for (const [from, to] of isInSight ? wishes : wishes.slice(0, 1)) {
      const gap = sent.firstGap(Math.max(from, computed[0]), Math.min(to, computed[1]));
      if (gap) return [gap[0], Math.min(gap[1], gap[0] + mostColumns)];
    }
    return null;
  }

  /** Text ranges in the order in which they are wanted. */
  private wishes(direction: DirectionReading): readonly [StepRange, StepRange, StepRange] {
    const { steps } = direction;
    const from = Math.max(0, Math.min(Math.floor(this.sight.from), steps));
    const to = Math.max(from, Math.min(Math.ceil(this.sight.to), steps));
    const isWhole = steps * bytesPerColumn(direction) <= wholeTraceBytes;
    const margin = isWhole ? steps : to - from;
    return [
      [from, to],
      [to, Math.min(steps, to + margin)],
      [Math.max(0, from - margin), from],
    ];
  }

  private sentOf(direction: DirectionReading): StepSet {
    const known = this.sent.get(direction);
    if (known) return known;
    const made = new StepSet();
    this.sent.set(direction, made);
    return made;
  }
}

function presumedSight({ directions }: Reading): Sight {
  return { layer: 0, direction: directions[0]?.direction ?? 'forward', from: 0, to: presumedColumns, visible: true };
}

function findDirection({ directions }: Reading, sight: Sight): DirectionReading | undefined {
  return directions.find(({ shape }) => shape.layer === sight.layer && shape.direction === sight.direction);
}

function bytesPerColumn(direction: DirectionReading): number {
  return direction.fieldNames.reduce((sum, field) => sum + 4 * direction.widthOf(field), 0);
}
