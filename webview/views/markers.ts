import { leftOf } from '../scales/columns';
import { element } from './element';
import { gutterPx, type Scene } from './scene';

/** Letters of the pins, in the order they were set. */
export const pinLetters = ['A', 'B', 'C', 'D'] as const;

/** Columns marked over all tracks: the mouse, the cursor and the pins. */
export interface Markers {
  readonly root: HTMLElement;
  paint(scene: Scene): void;
}

/** Makes the overlay; it takes no part in the mouse. */
export function createMarkers(): Markers {
  const hover = element('div', { class: 'marker marker-hover' });
  const cursor = element('div', { class: 'marker marker-cursor' });
  const pins = pinLetters.map((letter) => element('div', { class: 'marker marker-pin', children: [element('span', { text: letter })] }));
  const root = element('div', { class: 'markers', attributes: { 'aria-hidden': 'true' }, children: [hover, cursor, ...pins] });
  const place = (marker: HTMLElement, step: number | null, { columns }: Scene): void => {
    const left = step === null ? 0 : leftOf(columns, step);
    const isSeen = step !== null && left + columns.columnPx > 0 && left < columns.plotWidthPx;
    marker.classList.toggle('is-seen', isSeen);
    if (!isSeen) return;
    const start = Math.max(0, left);
    const end = Math.min(columns.plotWidthPx, left + Math.max(1, columns.columnPx));
    marker.style.transform = `translateX(${gutterPx + start}px)`;
    marker.style.width = `${Math.max(1, end - start)}px`;
  };
  return {
    root,
    paint: (scene) => {
      const { view, hover: under } = scene.state;
      place(hover, under?.step ?? null, scene);
      place(cursor, view.cursor, scene);
      pins.forEach((pin, k) => place(pin, view.pins[k] ?? null, scene));
    },
  };
}
