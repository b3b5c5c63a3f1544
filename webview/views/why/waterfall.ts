import { type WhyReport } from '../../../src/trace/reading/shares';
import { type Phrase } from '../../store/whyState';
import { say } from '../../theme/strings';
import { element } from '../element';
import { formatValue, showToken } from '../fieldNames';
import { listedPlaces, rangeOfRows, type WaterfallRow, waterfallRows } from './waterfallRows';

/** What the list of words is told of: places count in what was read, not in the text as it stands. */
export interface WaterfallEvents {
  /** A word is looked at. */
  look(place: number): void;
  /** Words from..to are brushed; null: none. */
  brush(phrase: Phrase | null): void;
  /** The chosen words are to be left out. */
  cover(): void;
}

/** The words with their bars, a column a method. */
export interface Waterfall {
  readonly root: HTMLElement;
  show(report: WhyReport): void;
  mark(place: number | null, phrase: Phrase | null): void;
}

/**
 * Makes the list: the arrow keys walk over the words, with Shift they brush; a drag of the mouse brushes, Escape drops,
 * Delete covers.
 */
export function createWaterfall(events: WaterfallEvents): Waterfall {
  const root = element('div', {
    class: 'waterfall',
    attributes: {
      role: 'listbox',
      tabindex: '0',
      'aria-multiselectable': 'true',
      'aria-label': say(
        'Shares of the words. Up and down walk over them, with Shift they choose a phrase, Escape drops it, Delete covers it.',
      ),
    },
  });
  let places: readonly number[] = [];
  let at: number | null = null;
  let anchor: number | null = null;
  let brushed: Phrase | null = null;
  const go = (place: number, isBrushing: boolean): void => {
    if (isBrushing) {
      anchor ??= at ?? place;
      brush({ from: Math.min(anchor, place), to: Math.max(anchor, place) });
    } else {
      anchor = place;
      if (brushed !== null) brush(null);
    }
    // Not only with the next frame: the next key may come before it.
    at = place;
    events.look(place);
  };
  const brush = (phrase: Phrase | null): void => {
    brushed = phrase;
    events.brush(phrase);
  };
  root.addEventListener('keydown', (event) => {
    const next = nextPlace(event.key, places, at);
    if (next === null && !['Escape', 'Delete', 'Backspace'].includes(event.key)) return;
    event.preventDefault();
    if (next !== null) return go(next, event.shiftKey);
    if (event.key !== 'Escape') return events.cover();
    anchor = null;
    brush(null);
  });
  attachDrag(root, (place, isFirst, isShift) => {
    if (isFirst) go(place, isShift);
    else if (place !== anchor || brushed !== null) go(place, true);
  });
  return {
    root,
    show: (report) => {
      const listed = listedPlaces(report.methods);
      places = [...listed].sort((a, b) => a - b);
      root.replaceChildren(...lines(report, listed));
    },
    mark: (place, phrase) => {
      at = place;
      brushed = phrase;
      markLines(root, place, phrase);
    },
  };
}

function nextPlace(key: string, places: readonly number[], at: number | null): number | null {
  const index = at === null ? -1 : places.findIndex((place) => place >= at);
  const last = places.length - 1;
  const next = { ArrowDown: index + 1, ArrowUp: index < 0 ? last : index - 1, Home: 0, End: last }[key];
  return next === undefined || last < 0 ? null : (places[Math.max(0, Math.min(last, next))] ?? null);
}

function attachDrag(root: HTMLElement, go: (place: number, isFirst: boolean, isShift: boolean) => void): void {
  let isDown = false;
  let last: number | null = null;
  const take = (event: PointerEvent, isFirst: boolean): void => {
    const line = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-place]');
    const place = line instanceof HTMLElement && root.contains(line) ? Number(line.dataset['place']) : null;
    if (place === null || (!isFirst && place === last)) return;
    last = place;
    go(place, isFirst, event.shiftKey);
  };
  root.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    isDown = true;
    take(event, true);
  });
  root.addEventListener('pointermove', (event) => {
    if (isDown && event.buttons === 1) take(event, false);
  });
  window.addEventListener('pointerup', () => (isDown = false));
}

function markLines(root: HTMLElement, place: number | null, phrase: Phrase | null): void {
  let active = '';
  for (const line of root.children) {
    if (!(line instanceof HTMLElement) || line.dataset['place'] === undefined) continue;
    const own = Number(line.dataset['place']);
    const isIn = phrase !== null && own >= phrase.from && own <= phrase.to;
    line.setAttribute('aria-selected', String(isIn));
    line.classList.toggle('is-at', own === place);
    if (own !== place) continue;
    active = line.id;
    if (document.activeElement === root) line.scrollIntoView({ block: 'nearest' });
  }
  if (active === '') root.removeAttribute('aria-activedescendant');
  else root.setAttribute('aria-activedescendant', active);
}

/** A line a word; the lines of all methods have the same words but each its own beginning and rest. */
function lines(report: WhyReport, listed: ReadonlySet<number>): readonly HTMLElement[] {
  const columns = report.methods.map((method) => waterfallRows(method, report.quantity, listed));
  const ranges = columns.map(rangeOfRows);
  const keys = ['start', ...(columns[0] ?? []).flatMap(keyOfPlace), 'together', 'answer'];
  return keys.flatMap((key) => {
    const rows = columns.map((column) => column.find((row) => keyOf(row) === key));
    if (rows.every((row) => row === undefined)) return [];
    const named = rows.find((row) => row !== undefined) as WaterfallRow;
    const name = nameOf(report, named);
    const figures = rows.map((row) => (row === undefined ? '' : formatValue(row.value)));
    const cells = rows.flatMap((row, k) => [barOf(row, ranges[k] ?? { low: 0, high: 1 }), figureOf(figures[k] ?? '')]);
    const isWord = named.kind === 'token';
    return [
      element('div', {
        class: `waterfall-line is-${named.kind}${columns.length > 1 ? ' has-two' : ''}`,
        attributes: {
          role: 'option',
          'aria-selected': 'false',
          ...(isWord
            ? { id: `share-${named.place ?? 0}`, 'data-place': String(named.place) }
            : { 'aria-disabled': 'true' }),
        },
        children: [
          element('span', { class: 'waterfall-name', text: `${name} `, attributes: { title: name } }),
          ...cells,
        ],
      }),
    ];
  });
}

function keyOf({ kind, place }: WaterfallRow): string {
  return place === null ? kind : String(place);
}

function keyOfPlace(row: WaterfallRow): readonly string[] {
  return row.place === null ? [] : [keyOf(row)];
}

function nameOf({ tokens, methods }: WhyReport, { kind, place, count }: WaterfallRow): string {
  switch (kind) {
    case 'token':
      return showToken(tokens[place ?? 0]?.text ?? '');
    case 'others':
      return count === 1 ? say('1 other') : say('{0} others', count);
    case 'start': {
      const froms = new Set(methods.flatMap(({ sum }) => (sum === null ? [] : [sum.from])));
      const [from = 'no token'] = froms;
      if (froms.size > 1) return say('start');
      return from === 'no token' ? say('before the first') : from;
    }
    case 'together':
      return say('only together');
    case 'answer':
      return say('answer');
  }
}

function barOf(row: WaterfallRow | undefined, { low, high }: { low: number; high: number }): HTMLElement {
  const bar = element('span', { class: 'waterfall-bar' });
  const cell = element('span', { class: 'waterfall-cell', children: [bar] });
  const share = (value: number): number => (value - low) / (high - low);
  cell.style.setProperty('--zero', `${100 * share(0)}%`);
  if (row === undefined) return cell;
  const [left, right] = [share(Math.min(row.from, row.to)), share(Math.max(row.from, row.to))];
  bar.classList.add(row.value < 0 ? 'is-against' : 'is-for');
  bar.style.left = `${100 * left}%`;
  bar.style.width = `${100 * (right - left)}%`;
  return cell;
}

function figureOf(text: string): HTMLElement {
  return element('span', { class: 'waterfall-figure', text: `${text} ` });
}
