import { cssColour, type ColourTable } from '../scales/colourTable';
import { type ValueScale } from '../scales/valueScale';
import { say } from '../theme/strings';
import { element, fitCanvas, setText } from './element';

/** A colour bar between the two ends of the range in use. */
export interface LegendBar {
  readonly root: HTMLElement;
  update(scale: ValueScale, table: ColourTable): void;
}

const widthPx = 44;
const heightPx = 8;

/** Makes a small legend: the colours from the lowest to the highest value, and the two numbers. */
export function createLegendBar(): LegendBar {
  const canvas = element('canvas', { class: 'legend-colours', attributes: { 'aria-hidden': 'true' } });
  const low = element('span');
  const high = element('span');
  const root = element('div', {
    class: 'legend',
    children: [low, canvas, high],
  });
  let painted: unknown;
  return {
    root,
    update: (scale, table) => {
      const [from, to] = rangeEnds(scale);
      setText(low, from);
      setText(high, to);
      if (painted === table) return;
      painted = table;
      const context = fitCanvas(canvas, widthPx, heightPx);
      for (let x = 0; x < widthPx; x++) {
        context.fillStyle = cssColour(table, Math.round((x / (widthPx - 1)) * 255));
        context.fillRect(x, 0, 1, heightPx);
      }
    },
  };
}

/** The two ends of a scale as they are written; values beyond clamped ends are shown as the ends. */
export function rangeEnds({ low, high, isClamped }: ValueScale): readonly [string, string] {
  return [
    `${isClamped === true ? '\u2264' : ''}${shortNumber(low)}`,
    `${isClamped === true ? '\u2265' : ''}${shortNumber(high)}`,
  ];
}

/** A scale's range in the width of a margin. */
export function rangeWords(scale: ValueScale): string {
  const [low, high] = rangeEnds(scale);
  return scale.low === -scale.high ? `\u00b1${shortNumber(scale.high)}` : say('{0} to {1}', low, high);
}

function shortNumber(value: number): string {
  const text = String(Number(Math.abs(value).toPrecision(3)));
  return value < 0 ? `\u2212${text}` : text;
}
