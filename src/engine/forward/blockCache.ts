import { type RunFields, type SequenceState } from './cellRunner';

/**
 * A stretch of steps of one layer and direction in reading order: the state before it, kept, and its fields, kept while
 * there is room.
 */
export interface Block {
  readonly before: SequenceState;
  readonly steps: number;
  fields: RunFields | null;
}

/**
 * Keeps the fields of blocks within a number of bytes: the least recently used are dropped, and computed again from the
 * state before the block when somebody asks. One cache serves every inspection of a worker.
 */
export class BlockCache {
  private readonly blocks = new Set<Block>();
  private bytes = 0;
  /**
   * Arrays of dropped blocks, the oldest first: the system takes longer to give fresh memory than a layer to be read.
   */
  private readonly spare: Float32Array[] = [];
  private spareBytes = 0;

  constructor(private limitBytes = defaultCacheBytes) {}

  /** Bytes of fields that are kept, and of arrays that wait to be used again. */
  get keptBytes(): number {
    return this.bytes + this.spareBytes;
  }

  /** An array for a field of a new block, which may be one that a dropped block had: what is in it does not matter. */
  take(length: number): Float32Array {
    const index = this.spare.findLastIndex((array) => array.length === length);
    if (index < 0) return new Float32Array(length);
    const [array] = this.spare.splice(index, 1) as [Float32Array];
    this.spareBytes -= array.byteLength;
    return array;
  }

  /** Changes the room there is; what no longer fits is dropped. */
  limit(bytes: number): void {
    this.limitBytes = bytes;
    this.dropUntilFits();
    this.trimSpare();
  }

  /** Takes in a block that has its fields, or notes that it was used. */
  touch(block: Block): void {
    if (!block.fields) return;
    if (this.blocks.delete(block)) {
      this.blocks.add(block);
      return;
    }
    this.blocks.add(block);
    this.bytes += bytesOf(block.fields);
    this.dropUntilFits();
  }

  /** Drops the fields of a block that nobody needs any more. Their arrays are used again: nobody may hold them. */
  forget(block: Block): void {
    if (!this.blocks.delete(block) || !block.fields) return;
    this.bytes -= bytesOf(block.fields);
    for (const array of Object.values(block.fields)) {
      this.spare.push(array);
      this.spareBytes += array.byteLength;
    }
    block.fields = null;
    this.trimSpare();
  }

  private trimSpare(): void {
    while (this.spareBytes > this.limitBytes * spareShare) this.spareBytes -= this.spare.shift()?.byteLength ?? 0;
  }

  private dropUntilFits(): void {
    for (const block of this.blocks) {
      if (this.bytes <= this.limitBytes || this.blocks.size === 1) return;
      this.forget(block);
    }
  }
}

/** Part of the limit that arrays of dropped blocks may take beside it. */
const spareShare = 1 / 8;

/** 256 MB */
export const defaultCacheBytes = 256 * 1024 * 1024;

function bytesOf(fields: RunFields): number {
  return Object.values(fields).reduce((sum, values) => sum + values.byteLength, 0);
}
