import { type WeightMap } from '../../src/trace/reading/modelOverview';
import { type ColourTable } from '../scales/colourTable';
import { type ValueScale } from '../scales/valueScale';

/** Paints a picture of weights, a pixel a cell, units down; NaN in the colour of NaN. */
export function paintWeights(
  pixels: Uint32Array,
  { values }: Pick<WeightMap, 'values'>,
  scale: ValueScale,
  table: ColourTable,
): void {
  const factor = 255 / (scale.high - scale.low);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    const share = (value - scale.low) * factor;
    const index = share <= 0 ? 0 : share >= 255 ? 255 : Math.round(share);
    pixels[at] = value !== value ? table.nanWord : (table.words[index] as number);
  }
}
