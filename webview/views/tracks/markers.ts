import { type ColumnScale, leftOf } from '../../scales/columns';
import { element } from '../element';
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
  const pins = pinLetters.map((letter) =>
    element('div', { class: 'marker marker-pin', children: [element('span', { text: letter })] }),
  );
  const root = element('div', {
    class: 'markers',
    attributes: { 'aria-hidden': 'true' },
    children: [hover, cursor, ...pins],
  });
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
      placeLetters(pins, scene);
    },
  };
}

/** Width of a pin's letter with the room around it, in CSS pixels. */
const letterPx = 17;

/**
 * Where the letters of the pins in sight stand, by pin: over the middle of their columns, but never over one another.
 */
export function pinLetterCentres(columns: ColumnScale, pins: readonly number[]): ReadonlyMap<number, number> {
  const middle = (step: number): number => leftOf(columns, step) + columns.columnPx / 2;
  const seen = pins
    .filter((step) => leftOf(columns, step) + columns.columnPx > 0 && leftOf(columns, step) < columns.plotWidthPx)
    .sort((a, b) => a - b);
  const centres = new Map<number, number>();
  let free = -Infinity;
  for (const step of seen) {
    const at = Math.max(free, Math.max(letterPx / 2, middle(step)));
    centres.set(step, at);
    free = at + letterPx;
  }
  let room = columns.plotWidthPx - letterPx / 2;
  for (const step of seen.reverse()) {
    const at = Math.min(room, centres.get(step) ?? room);
    centres.set(step, at);
    room = at - letterPx;
  }
  return centres;
}

function placeLetters(markers: readonly HTMLElement[], { columns, state }: Scene): void {
  const centres = pinLetterCentres(columns, state.view.pins);
  markers.forEach((marker, k) => {
    const step = state.view.pins[k];
    const centre = step === undefined ? undefined : centres.get(step);
    const letter = marker.firstElementChild;
    if (step === undefined || centre === undefined || !(letter instanceof HTMLElement)) return;
    const start = Math.max(0, leftOf(columns, step));
    const end = Math.min(columns.plotWidthPx, leftOf(columns, step) + Math.max(1, columns.columnPx));
    letter.style.transform = `translateX(calc(-50% + ${centre - (start + end) / 2}px))`;
  });
}
