import { InspectorError } from '../../base/errors';
import { type RangeReader } from '../fileAccess';

const blockSize = 1 << 16;

/** Reads a file from a place on, byte after byte, a block at a time. */
export class ByteStream {
  private block: Uint8Array = new Uint8Array(0);
  private blockStart = 0;

  constructor(
    private readonly file: RangeReader,
    /** Where the next byte stands. */
    public position = 0,
  ) {}

  /** The next `count` bytes. */
  take(count: number): Uint8Array {
    if (!Number.isSafeInteger(count) || count < 0 || this.position + count > this.file.size) {
      throw new InspectorError(
        'model-damaged',
        `the file ends too early (${count} bytes wanted at ${this.position} of ${this.file.size}).`,
      );
    }
    const from = this.position - this.blockStart;
    if (from < 0 || from + count > this.block.length) this.fill(count);
    const start = this.position - this.blockStart;
    this.position += count;
    return this.block.subarray(start, start + count);
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  /** The text up to the next line end, which is consumed. */
  line(): string {
    return new TextDecoder().decode(this.lineBytes());
  }

  /** The bytes up to the next line end, which is consumed. */
  lineBytes(): Uint8Array {
    const bytes: number[] = [];
    for (let byte = this.byte(); byte !== 10; byte = this.byte()) {
      if (bytes.push(byte) > 65536)
        throw new InspectorError('model-damaged', 'a line in its pickle is longer than 64 kB.');
    }
    return Uint8Array.from(bytes);
  }

  view(count: number): DataView {
    const bytes = this.take(count);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private fill(count: number): void {
    const end = Math.min(this.file.size, this.position + Math.max(count, blockSize));
    this.block = this.file.read(this.position, end);
    this.blockStart = this.position;
  }
}
