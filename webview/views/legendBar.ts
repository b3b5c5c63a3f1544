import { cssColour, type ColourTable } from '../scales/colourTable';
import { type ValueScale } from '../scales/valueScale';
import { element, fitCanvas, setText } from './element';

/** A colour bar with the range in use under it. */
export interface LegendBar {
  readonly root: HTMLElement;
  update(scale: ValueScale, table: ColourTable): void;
}

const widthPx = 66;
const heightPx = 7;

/** Makes a small legend: the colours from the lowest to the highest value, and the two numbers. */
export function createLegendBar(): LegendBar {
  const canvas = element('canvas', { class: 'legend-colours', attributes: { 'aria-hidden': 'true' } });
  const low = element('span');
  const high = element('span');
  const root = element('div', {
    class: 'legend',
    children: [canvas, element('div', { class: 'legend-range', children: [low, high] })],
  });
  let painted: unknown;
  return {
    root,
    update: (scale, table) => {
      setText(low, `${scale.isClamped === true ? '\u2264' : ''}${shortNumber(scale.low)}`);
      setText(high, `${scale.isClamped === true ? '\u2265' : ''}${shortNumber(scale.high)}`);
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

function shortNumber(value: number): string {
  const text = String(Number(Math.abs(value).toPrecision(3)));
  return value < 0 ? `\u2212${text}` : text;
}
