import { element } from '../element';

/** The parts of a track: the gutter with its name, and the canvas under the tokens. */
export interface TrackFrame {
  readonly root: HTMLElement;
  readonly gutter: HTMLElement;
  readonly canvas: HTMLCanvasElement;
}

/** A row of the plots: gutter left, canvas right. */
export function createTrackFrame(name: string, label: string): TrackFrame {
  const gutter = element('div', { class: 'gutter' });
  const canvas = element('canvas', { attributes: { role: 'img', 'aria-label': label } });
  const plot = element('div', { class: 'plot', children: [canvas] });
  const root = element('div', {
    class: `track track-${name}`,
    attributes: { 'data-track': name },
    children: [gutter, plot],
  });
  return { root, gutter, canvas };
}
