import { type Store } from '../store/createStore';
import { type Action, type InspectorState } from '../store/inspectorState';
import { describeShown } from '../store/shownWords';
import { say } from '../theme/strings';
import { element, setText } from './element';
import { type View } from './view';

/** Height of the folded dock in CSS pixels (view.css has the same number). */
export const foldedDockPx = 26;
/** What the pictures need to be in sight whole, the rows over them included. */
const picturesPx = 490;
const mostAtFirst = 0.4;
const lowestPx = 110;
const keyStepPx = 32;

/**
 * Makes the side pane a dock while it lies under the pictures (view.css decides by width): one line until something is
 * chosen, then as high as it was left. The line is dragged, moved by the arrow keys, and folded by Enter or a click.
 */
export function createDock(
  side: HTMLElement,
  store: Store<InspectorState, Action>,
): View & { readonly bar: HTMLElement } {
  const words = element('span', { class: 'dock-words' });
  const arrow = element('span', { class: 'dock-arrow', attributes: { 'aria-hidden': 'true' } });
  const bar = element('div', {
    class: 'dock-bar',
    attributes: { role: 'separator', tabindex: '0', 'aria-orientation': 'horizontal', 'aria-label': say('Details') },
    children: [arrow, element('span', { class: 'dock-name', text: say('Details') }), words],
  });
  const setHeight = (px: number): void => store.dispatch({ type: 'choose', choice: { dockPx: px } });
  const most = (): number => Math.max(lowestPx, (side.parentElement?.clientHeight ?? window.innerHeight) * 0.7);
  const usual = (): number =>
    Math.round(Math.max(lowestPx, Math.min(window.innerHeight * mostAtFirst, window.innerHeight - picturesPx)));
  const heightOf = ({ view }: InspectorState): number => view.dockPx ?? (isChosen(view) ? usual() : 0);
  const toggle = (): void => setHeight(heightOf(store.get()) > 0 ? 0 : (lastOpenPx ?? usual()));
  let lastOpenPx: number | null = null;

  attachDrag(bar, {
    height: () => heightOf(store.get()),
    move: (px) => setHeight(px < lowestPx / 2 ? 0 : Math.round(Math.max(lowestPx, Math.min(most(), px)))),
    click: toggle,
  });
  bar.addEventListener('keydown', (event) => {
    const by = event.key === 'ArrowUp' ? keyStepPx : event.key === 'ArrowDown' ? -keyStepPx : 0;
    if (by === 0 && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (by === 0) return toggle();
    const next = heightOf(store.get()) + by;
    setHeight(next < lowestPx ? (by > 0 ? lowestPx : 0) : Math.min(most(), next));
  });

  return {
    bar,
    update: (state) => {
      const height = Math.min(heightOf(state), most());
      if (height > 0) lastOpenPx = height;
      side.style.setProperty('--dock-height', `${height > 0 ? height : foldedDockPx}px`);
      side.classList.toggle('is-folded', height === 0);
      bar.setAttribute('aria-valuenow', String(Math.round(height)));
      setText(arrow, height > 0 ? '\u25be' : '\u25b4');
      const shown = describeShown(state);
      setText(words, shown);
      words.title = shown;
    },
  };
}

function isChosen(view: InspectorState['view']): boolean {
  return view.unit !== null || view.pins.length > 0;
}

interface Drag {
  readonly height: () => number;
  readonly move: (heightPx: number) => void;
  readonly click: () => void;
}

/** Dragging moves the upper edge with the pointer; a press that goes nowhere is a click. */
function attachDrag(bar: HTMLElement, { height, move, click }: Drag): void {
  let start: { readonly y: number; readonly height: number } | null = null;
  let hasMoved = false;
  bar.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    start = { y: event.clientY, height: height() };
    hasMoved = false;
    bar.setPointerCapture(event.pointerId);
  });
  bar.addEventListener('pointermove', (event) => {
    if (start === null) return;
    const by = start.y - event.clientY;
    if (!hasMoved && Math.abs(by) < 4) return;
    hasMoved = true;
    move(start.height + by);
  });
  bar.addEventListener('pointerup', () => {
    if (start !== null && !hasMoved) click();
    start = null;
  });
  bar.addEventListener('pointercancel', () => (start = null));
}
