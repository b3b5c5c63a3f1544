import { type RunFields, type SequenceState } from './cellRunner';

/** A stretch of steps of one layer and direction in reading order: the state before it, kept, and its fields, kept while there is room. */
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

  constructor(private limitBytes = defaultCacheBytes) {}

  /** Bytes of fields that are kept. */
  get keptBytes(): number {
    return this.bytes;
  }

  /** Changes the room there is; what no longer fits is dropped. */
  limit(bytes: number): void {
    this.limitBytes = bytes;
    this.dropUntilFits();
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

  /** Drops the fields of a block that nobody needs any more. */
  forget(block: Block): void {
    if (!this.blocks.delete(block) || !block.fields) return;
    this.bytes -= bytesOf(block.fields);
    block.fields = null;
  }

  private dropUntilFits(): void {
    for (const block of this.blocks) {
      if (this.bytes <= this.limitBytes || this.blocks.size === 1) return;
      this.forget(block);
    }
  }
}

/** 256 MB */
export const defaultCacheBytes = 256 * 1024 * 1024;

function bytesOf(fields: RunFields): number {
  return Object.values(fields).reduce((sum, values) => sum + values.byteLength, 0);
}
