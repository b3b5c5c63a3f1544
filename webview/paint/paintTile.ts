import { type BlockPlane } from '../store/traceBlocks';
import { type ColourTable } from '../scales/colourTable';
import { shareOf, type ValueScale } from '../scales/valueScale';

/** What decides the pixels of a tile besides its values. */
export interface TileLook {
  readonly scale: ValueScale;
  readonly table: ColourTable;
  /** Unit of each row from the top. */
  readonly order: readonly number[];
}

/**
 * Paints a block's columns into transparent pixels [rows, 256]; columns that have not arrived stay so. With fewer rows
 * than units a row stands for its group of neighbours in the order shown: gates show the mean, signed fields the value
 * farthest from zero, so that short peaks stay visible; the same holds for the steps of a coarse level.
 */
export function paintTile(pixels: Uint32Array, plane: BlockPlane, look: TileLook, rows: number): void {
  const { scale, table, order } = look;
  const { width, arrived } = plane;
  const columns = Uint16Array.from([...arrived.keys()].filter((column) => arrived[column] === 1));
  const isSigned = scale.kind === 'diverging';
  const values = isSigned ? plane.extremes : plane.values;
  const { low } = scale;
  const { words, nanWord } = table;
  const factor = 255 / (scale.high - low);
  const isBent = scale.shape !== undefined;
  for (let row = 0; row < rows; row++) {
    const first = Math.floor((row * order.length) / rows);
    const last = Math.max(first + 1, Math.floor(((row + 1) * order.length) / rows));
    const unit = order[first] as number;
    const group = last - first > 1 ? { first, last, isSigned } : null;
    const left = row * arrived.length;
    for (let k = 0; k < columns.length; k++) {
      const column = columns[k] as number;
      const value =
        group === null ? (values[column * width + unit] as number) : groupValue(values, column * width, order, group);
      const share = isBent ? shareOf(scale, value) * 255 : (value - low) * factor;
      const index = share <= 0 ? 0 : share >= 255 ? 255 : Math.round(share);
      pixels[left + column] = value !== value ? nanWord : (words[index] as number);
    }
  }
}

function groupValue(
  values: Float32Array,
  base: number,
  order: readonly number[],
  { first, last, isSigned }: { first: number; last: number; isSigned: boolean },
): number {
  let sum = 0;
  let farthest = 0;
  for (let k = first; k < last; k++) {
    const value = values[base + (order[k] ?? 0)] ?? NaN;
    if (value !== value) return NaN;
    sum += value;
    if (Math.abs(value) > Math.abs(farthest)) farthest = value;
  }
  return isSigned ? farthest : sum / (last - first);
}
