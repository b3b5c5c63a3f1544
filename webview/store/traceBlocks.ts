import { type Direction, type Field } from '../../src/trace/reading/cellKind';
import { type Frame } from '../../src/trace/reading/frame';
import { SizeHistogram } from './sizeHistogram';

/** Columns a block; a block of a level with stride s covers 256 s steps. */
export const blockColumns = 256;

/** Some consecutive columns of one layer and direction at one stride. */
export interface Block {
  /** First step. */
  readonly from: number;
  readonly stride: number;
  /** Per field: values [256, width]; for strides above 1 the column's mean, and its value farthest from zero. */
  readonly planes: Map<Field, BlockPlane>;
  version: number;
  lastUsed: number;
}

/** One field of a block. */
export interface BlockPlane {
  readonly width: number;
  /** [256, width]: the values, or the means of a coarser level. */
  readonly values: Float32Array;
  /** [256, width]: the minimum or maximum, whichever lies farther from zero; the same array as `values` at stride 1. */
  readonly extremes: Float32Array;
  /** 1 for each column that has arrived. */
  readonly arrived: Uint8Array;
  arrivedCount: number;
}

/** Names a layer in a direction. */
export interface LayerKey {
  readonly layer: number;
  readonly direction: Direction;
}

/**
 * The values that have arrived, in blocks, so that a long trace never needs to be here whole: when more than
 * `limitBytes` are held, the blocks that were used longest ago are dropped and asked for again when they come into
 * sight.
 */
export class TraceBlocks {
  private readonly blocks = new Map<string, Block>();
  private readonly sizes = new Map<string, SizeHistogram>();
  private clock = 0;
  private bytes = 0;

  constructor(private readonly limitBytes: number) {}

  clear(): void {
    this.blocks.clear();
    this.sizes.clear();
    this.bytes = 0;
  }

  /** Copies a frame in. */
  add(frame: Frame): void {
    const { header, planes } = frame;
    header.fields.forEach((field, k) => {
      const width = header.widths[k] ?? 0;
      const plane = planes[k];
      if (plane === undefined || width === 0) return;
      this.addPlane(header, field, { width, plane });
      this.noteLargest(header, field, plane);
    });
    this.evict();
  }

  /** The block that holds a step, or undefined if none of it has arrived. */
  find(key: LayerKey, stride: number, step: number): Block | undefined {
    const block = this.blocks.get(nameOf(key, stride, Math.floor(step / (blockColumns * stride))));
    if (block !== undefined) block.lastUsed = ++this.clock;
    return block;
  }

  /** The values of one step, [width], a view into the block; undefined while they are not here. */
  column(key: LayerKey, field: Field, step: number): Float32Array | undefined {
    const block = this.find(key, 1, step);
    const plane = block?.planes.get(field);
    if (block === undefined || plane === undefined) return undefined;
    const column = step - block.from;
    return plane.arrived[column] === 1
      ? plane.values.subarray(column * plane.width, (column + 1) * plane.width)
      : undefined;
  }

  /**
   * The first run of columns at this stride that begin in [from, to) and are not here, in steps; null where all are.
   */
  missingRun(
    key: LayerKey,
    field: Field,
    range: { readonly from: number; readonly to: number; readonly stride: number },
  ): { readonly from: number; readonly to: number } | null {
    const { from, to, stride } = range;
    let looked = -1;
    let arrived: Uint8Array | undefined;
    const isHere = (step: number): boolean => {
      const column = step / stride;
      const index = Math.floor(column / blockColumns);
      if (index !== looked) arrived = this.find(key, stride, step)?.planes.get(field)?.arrived;
      looked = index;
      return arrived?.[column % blockColumns] === 1;
    };
    let first = Math.floor(from / stride) * stride;
    while (first < to && isHere(first)) first += stride;
    let end = first;
    while (end < to && !isHere(end)) end += stride;
    return first < end ? { from: first, to: end } : null;
  }

  /** The largest finite |value| of a field that has arrived so far; 0 before any. */
  largestOf(key: LayerKey, field: Field): number {
    return this.sizes.get(`${key.layer}.${key.direction}.${field}`)?.largest ?? 0;
  }

  /** The |value| that a share of all finite values so far does not exceed, to within a fifth; 0 before any. */
  quantileOf(key: LayerKey, field: Field, share: number): number {
    return this.sizes.get(`${key.layer}.${key.direction}.${field}`)?.quantile(share) ?? 0;
  }

  private addPlane(
    header: Frame['header'],
    field: Field,
    { width, plane }: { width: number; plane: Float32Array },
  ): void {
    const { from, to, stride } = header;
    const columns = Math.ceil((to - from) / stride);
    for (let done = 0; done < columns;) {
      const target = this.touch(header, field, { width, step: from + done * stride });
      const first = (from + done * stride - target.block.from) / stride;
      const count = Math.min(columns - done, blockColumns - first);
      copyColumns(plane, target.plane, { done, first, count, columns, stride });
      done += count;
    }
  }

  private touch(
    key: LayerKey & { stride: number },
    field: Field,
    { width, step }: { width: number; step: number },
  ): { block: Block; plane: BlockPlane } {
    const index = Math.floor(step / (blockColumns * key.stride));
    const name = nameOf(key, key.stride, index);
    let block = this.blocks.get(name);
    if (block === undefined) {
      block = {
        from: index * blockColumns * key.stride,
        stride: key.stride,
        planes: new Map(),
        version: 0,
        lastUsed: 0,
      };
      this.blocks.set(name, block);
    }
    block.version++;
    block.lastUsed = ++this.clock;
    let plane = block.planes.get(field);
    if (plane === undefined) {
      plane = createPlane(width, key.stride);
      block.planes.set(field, plane);
      this.bytes += bytesOf(plane);
    }
    return { block, plane };
  }

  private noteLargest(key: LayerKey, field: Field, plane: Float32Array): void {
    const name = `${key.layer}.${key.direction}.${field}`;
    let sizes = this.sizes.get(name);
    if (sizes === undefined) this.sizes.set(name, (sizes = new SizeHistogram()));
    sizes.add(plane);
  }

  private evict(): void {
    if (this.bytes <= this.limitBytes) return;
    const oldest = [...this.blocks].sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    for (const [name, block] of oldest) {
      if (this.bytes <= this.limitBytes * 0.8 || this.blocks.size <= 1) return;
      for (const plane of block.planes.values()) this.bytes -= bytesOf(plane);
      this.blocks.delete(name);
    }
  }
}

function nameOf(key: LayerKey, stride: number, index: number): string {
  return `${key.layer}.${key.direction}.${stride}.${index}`;
}

function createPlane(width: number, stride: number): BlockPlane {
  const values = new Float32Array(blockColumns * width);
  const extremes = stride === 1 ? values : new Float32Array(blockColumns * width);
  return { width, values, extremes, arrived: new Uint8Array(blockColumns), arrivedCount: 0 };
}

function bytesOf(plane: BlockPlane): number {
  return plane.values.byteLength + (plane.extremes === plane.values ? 0 : plane.extremes.byteLength);
}

interface CopyRange {
  /** Columns of the frame already copied. */
  readonly done: number;
  /** First column inside the block. */
  readonly first: number;
  readonly count: number;
  /** Columns of the whole frame. */
  readonly columns: number;
  readonly stride: number;
}

function copyColumns(
  source: Float32Array,
  target: BlockPlane,
  { done, first, count, columns, stride }: CopyRange,
): void {
  const { width } = target;
  const area = columns * width;
  const from = done * width;
  const to = (done + count) * width;
  if (stride === 1) {
    target.values.set(source.subarray(from, to), first * width);
  } else {
    target.values.set(source.subarray(area + from, area + to), first * width);
    for (let k = 0; k < count * width; k++) {
      const low = source[from + k] ?? NaN;
      const high = source[2 * area + from + k] ?? NaN;
      target.extremes[first * width + k] = -low > high ? low : high;
    }
  }
  for (let column = first; column < first + count; column++) {
    if (target.arrived[column] === 0) target.arrivedCount++;
    target.arrived[column] = 1;
  }
}
