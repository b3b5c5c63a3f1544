import { type BlockPlane } from '../store/traceBlocks';
import { type ColourTable } from '../scales/colourTable';
import { type ValueScale } from '../scales/valueScale';

/** What decides the pixels of a tile besides its values. */
export interface TileLook {
  readonly scale: ValueScale;
  readonly table: ColourTable;
  /** Unit of each row from the top. */
  readonly order: readonly number[];
}

/**
 * Paints a block's columns into pixels [rows, 256], one pixel a value; columns that have not arrived stay transparent.
 * Of a coarse level gates show their mean, signed fields the value farthest from zero, so that short peaks stay visible.
 */
export function paintTile(pixels: Uint32Array, plane: BlockPlane, look: TileLook): void {
  const { scale, table, order } = look;
  const { width, arrived } = plane;
  const columns = arrived.length;
  const values = scale.kind === 'diverging' ? plane.extremes : plane.values;
  const factor = 255 / (scale.high - scale.low);
  for (let row = 0; row < order.length; row++) {
    const unit = order[row] ?? 0;
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (arrived[column] === 0) {
        pixels[at] = 0;
        continue;
      }
      const value = values[column * width + unit] ?? NaN;
      const share = (value - scale.low) * factor;
      const index = share <= 0 ? 0 : share >= 255 ? 255 : Math.round(share);
      pixels[at] = value !== value ? table.nanWord : (table.words[index] ?? 0);
    }
  }
}
