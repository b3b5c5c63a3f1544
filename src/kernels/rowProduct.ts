import { type Block, type ProductSize, type RowProduct } from '../cells/backwardProduct';
import { type Arena, createArena } from './arena';
import { type Kernels, type Pointer } from './loadKernels';

const panelColumns = 16;

interface Packed {
  readonly at: Pointer;
  /** Columns rounded up to whole panels. */
  readonly columns: number;
}

/**
 * The float64 product of backpropagation by the kernels: out[r, n] (+)= sum over k of left[r, k] right[n, k]. The right
 * side is taken for weights: it is packed when it is first seen and must not change while its array lives. Equal to the
 * plain product up to the order of additions.
 */
export function createRowProduct(kernels: Kernels): RowProduct {
  let side: ProductSide | undefined;
  return (left, right, out, size) => {
    side ??= new ProductSide(createArena(kernels));
    side.multiply(left, right, out, size);
  };
}

class ProductSide {
  private packed = new WeakMap<object, Map<string, Packed>>();
  private left = { at: 0, bytes: 0 };
  private out = { at: 0, bytes: 0 };

  constructor(private readonly arena: Arena) {}

  multiply(left: Block<Float64Array>, right: Block, out: Block<Float64Array>, size: ProductSize): void {
    const { rows, depth } = size;
    const panels = this.pack(right, size);
    const leftAt = this.room(this.left, rows * depth * 8);
    const outAt = this.room(this.out, rows * panels.columns * 8);
    const staged = new Float64Array(this.arena.memory.buffer, leftAt, rows * depth);
    for (let r = 0; r < rows; r++) {
      const from = left.offset + r * left.stride;
      staged.set(left.data.subarray(from, from + depth), r * depth);
    }
    this.arena.kernels.multiplyDouble(
      leftAt,
      depth * 8,
      rows,
      depth,
      panels.at,
      panels.columns,
      outAt,
      panels.columns * 8,
    );
    this.copyOut(outAt, panels.columns, out, size);
  }

  private copyOut(at: Pointer, stride: number, out: Block<Float64Array>, { rows, columns, add }: ProductSize): void {
    const result = new Float64Array(this.arena.memory.buffer, at, rows * stride);
    for (let r = 0; r < rows; r++) {
      const to = out.offset + r * out.stride;
      const from = r * stride;
      if (!add) out.data.set(result.subarray(from, from + columns), to);
      else
        for (let n = 0; n < columns; n++)
          out.data[to + n] = (out.data[to + n] as number) + (result[from + n] as number);
    }
  }

  /** Memory is never given back, so a larger room is at least twice the last. */
  private room(room: { at: Pointer; bytes: number }, bytes: number): Pointer {
    if (bytes > room.bytes) {
      room.bytes = Math.max(bytes, 2 * room.bytes);
      room.at = this.arena.allocate(room.bytes);
    }
    return room.at;
  }

  /** right [columns, depth] as panels [columns / 16, depth, 16], zeros beyond the last column. */
  private pack(right: Block, { columns, depth }: ProductSize): Packed {
    const known = this.packed.get(right.data) ?? new Map<string, Packed>();
    this.packed.set(right.data, known);
    const key = `${right.offset} ${right.stride} ${columns} ${depth}`;
    const found = known.get(key);
    if (found) return found;
    const padded = Math.ceil(columns / panelColumns) * panelColumns;
    const at = this.arena.allocate(padded * depth * 8);
    const panels = new Float64Array(this.arena.memory.buffer, at, padded * depth);
    for (let n = 0; n < columns; n++) {
      const to = Math.floor(n / panelColumns) * depth * panelColumns + (n % panelColumns);
      const from = right.offset + n * right.stride;
      for (let k = 0; k < depth; k++) panels[to + k * panelColumns] = right.data[from + k] as number;
    }
    const packed = { at, columns: padded };
    known.set(key, packed);
    return packed;
  }
}
