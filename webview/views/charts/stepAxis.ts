import { axisTop, scaleLinear, select } from 'd3';
import { say } from '../../theme/strings';
import { element, setText } from '../element';
import { leftOf, type ColumnScale } from '../../scales/columns';
import { pinLetterCentres } from '../tracks/markers';
import { type Track } from '../tracks/scene';

const heightPx = 20;

/** Makes the axis of steps above the ribbon: token numbers from 0, a tick at the middle of its column. */
export function createStepAxis(): Track {
  const name = element('span', { class: 'name' });
  const gutter = element('div', { class: 'gutter', children: [name] });
  const plot = element('div', { class: 'plot' });
  const root = element('div', { class: 'track track-axis', children: [gutter, plot] });
  const svg = select(plot).append('svg').attr('height', heightPx).attr('aria-hidden', 'true');
  const group = svg.append('g').attr('transform', `translate(0,${heightPx - 1})`);
  let painted = '';
  return {
    root,
    paint: ({ columns, state }) => {
      const { from, to, plotWidthPx, steps } = columns;
      setText(name, state.columns === null ? say('step') : say('row'));
      const { pins } = state.view;
      const key = `${from}|${to}|${plotWidthPx}|${steps}|${pins.join()}`;
      if (key === painted) return;
      painted = key;
      svg.attr('width', plotWidthPx);
      const last = Math.min(to, steps);
      const scale = scaleLinear()
        .domain([from - 0.5, to - 0.5])
        .range([0, plotWidthPx]);
      const ticks = scale
        .ticks(Math.max(2, plotWidthPx / 90))
        .filter(
          (tick) =>
            Number.isInteger(tick) &&
            tick < last &&
            isInside(scale(tick), plotWidthPx) &&
            !isUnderPin(columns, tick, pins),
        );
      group.call(
        axisTop(scale)
          .tickValues(ticks)
          .tickFormat((tick) => Number(tick).toLocaleString('en-US'))
          .tickSizeOuter(0)
          .tickSize(4),
      );
    },
  };
}

/** Keeps a label's half width from the edges, so that no number is cut. */
function isInside(xPx: number, widthPx: number): boolean {
  return xPx >= 4 && xPx <= widthPx - 14;
}

const pinLetterPx = 16;
const digitPx = 6.5;

/** A pin's letter stands in the axis; a number that it would cover gives way. */
function isUnderPin(columns: ColumnScale, tick: number, pins: readonly number[]): boolean {
  const room = (pinLetterPx + tick.toLocaleString('en-US').length * digitPx) / 2 + 1;
  const middle = leftOf(columns, tick) + columns.columnPx / 2;
  return [...pinLetterCentres(columns, pins).values()].some((centre) => Math.abs(centre - middle) < room);
}
