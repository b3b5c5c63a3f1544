import { type WeightBlock, type WeightMap } from '../../../src/trace/reading/modelOverview';
import { createColourTable } from '../../scales/colourTable';
import { type ValueScale, roundUp } from '../../scales/valueScale';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element } from '../element';
import { createLegendBar } from '../legendBar';

/** One scale for each kind of block, the same for all gates of a layer, so that gates compare. */
export type WeightScales = Readonly<Record<WeightBlock, ValueScale>>;

const blocks = ['kernel', 'recurrent', 'bias'] as const;

/**
 * Scales symmetric about zero that hold 99.5 % of the cells; what lies beyond is shown as the end, and the legend says
 * so.
 */
export function scalesOf(maps: readonly WeightMap[]): WeightScales {
  const [kernel, recurrent, bias] = blocks.map((block) => scaleOf(maps.filter((map) => map.block === block)));
  const none: ValueScale = { kind: 'diverging', low: -1, high: 1 };
  return { kernel: kernel ?? none, recurrent: recurrent ?? none, bias: bias ?? none };
}

function scaleOf(maps: readonly WeightMap[]): ValueScale {
  const sizes = Float32Array.from(maps.flatMap(({ values }) => Array.from(values, Math.abs)))
    .filter(Number.isFinite)
    .sort();
  const largest = sizes.at(-1) ?? 0;
  if (largest === 0) return { kind: 'diverging', low: -1, high: 1 };
  const usual = sizes[Math.floor(0.995 * (sizes.length - 1))] ?? largest;
  const isClamped = usual > 0 && largest > 1.5 * usual;
  const limit = roundUp(isClamped ? usual : largest);
  return { kind: 'diverging', low: -limit, high: limit, ...(isClamped ? { isClamped } : {}) };
}

/** Makes the legend of a layer's pictures: the colours and range of W, U and b. */
export function createWeightLegend(): {
  readonly root: HTMLElement;
  update(scales: WeightScales, palette: Palette): void;
} {
  const bars = blocks.map(() => createLegendBar());
  const names = [say('W, from the inputs'), say('U, from h'), say('b, bias')];
  const parts = bars.map((bar, k) =>
    element('div', { class: 'weight-legend-part', children: [element('span', { text: names[k] ?? '' }), bar.root] }),
  );
  const root = element('div', { class: 'weight-legend', children: parts });
  root.hidden = true;
  return {
    root,
    update: (scales, palette) => {
      root.hidden = false;
      const table = createColourTable(palette.diverging, palette.nan);
      blocks.forEach((block, k) => bars[k]?.update(scales[block], table));
    },
  };
}
