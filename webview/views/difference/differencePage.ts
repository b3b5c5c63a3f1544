import { type HydrateDifference } from '../../../src/protocol/differenceMessages';
import { type FieldChoice, type TraceDifference } from '../../../src/trace/reading/difference';
import { createLiveRegion, type LiveRegion } from '../../access/liveRegion';
import { type DifferenceHost } from '../../host/differenceHost';
import { createColourTable } from '../../scales/colourTable';
import { readPalette, watchTheme } from '../../theme/palette';
import { say, useStrings } from '../../theme/strings';
import { createButton, createChoice } from '../controls';
import { element, setText } from '../element';
import { formatValue, showToken } from '../fieldNames';
import { createLegendBar } from '../legendBar';
import { changesTable, fieldsTable, nameOfChange, signed } from './changesTable';
import { createDifferenceMap, type DifferenceCell, differenceScale } from './differenceMap';

/**
 * The page of a difference: the field that changed most as a heatmap of now minus before, the largest changes, every
 * field's figures.
 */
export function createDifferencePage(root: HTMLElement, host: DifferenceHost): void {
  const page = new DifferencePage(root, host);
  host.listen((message) => {
    if (message.type === 'hydrateDifference') page.hydrate(message);
  });
  watchTheme(document.body, () => page.draw());
  new ResizeObserver(() => page.draw()).observe(root);
}

class DifferencePage {
  private hydrated: HydrateDifference | null = null;
  private difference: TraceDifference | null = null;
  private wanted: { readonly shown?: FieldChoice; readonly from?: number } = {};
  private cell: DifferenceCell | null = null;
  private asking = new AbortController();
  private readonly map = createDifferenceMap((cell) => this.point(cell));
  private readonly legend = createLegendBar();
  private readonly subtitle = element('p', { class: 'subtitle' });
  private readonly notice = element('div', { class: 'notice', attributes: { role: 'status' } });
  private readonly detail = element('p', { class: 'difference-detail' });
  private readonly changes = element('div', {
    class: 'difference-box',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Largest changes') },
  });
  private readonly fields = element('div', {
    class: 'difference-box',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Every field') },
  });
  private readonly choice = createChoice(say('Field'), (value) =>
    this.ask({ ...this.wanted, shown: JSON.parse(value) as FieldChoice }),
  );
  private readonly pages = element('div', {
    class: 'button-row',
    attributes: { role: 'group', 'aria-label': say('Steps') },
  });
  private readonly body = element('div', { class: 'difference-body' });
  private readonly live: LiveRegion;

  constructor(
    root: HTMLElement,
    private readonly host: DifferenceHost,
  ) {
    const spoken = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite', id: 'live' } });
    this.live = createLiveRegion(spoken);
    const titles = element('div', {
      class: 'titles',
      children: [element('h1', { class: 'title', text: say('Now minus before') }), this.subtitle],
    });
    const header = element('header', {
      class: 'toolbar',
      children: [
        titles,
        element('div', { class: 'controls', children: [this.pages, this.choice.root, this.legend.root] }),
      ],
    });
    const tables = element('div', {
      class: 'difference-tables',
      children: [section(say('Largest changes'), this.changes), section(say('Every field'), this.fields)],
    });
    this.body.append(this.map.root, this.detail, tables);
    root.classList.add('difference');
    root.replaceChildren(header, this.notice, this.body, spoken);
  }

  hydrate(message: HydrateDifference): void {
    useStrings(message.strings);
    this.hydrated = message;
    setText(this.subtitle, say('{0}: from {1} to {2}', message.source, message.before, message.now));
    if (message.state === 'ready') this.ask(this.wanted);
    else this.draw();
  }

  draw(): void {
    const { difference, hydrated } = this;
    const states = {
      reading: say('The text is being read with the changed model.'),
      ready: '',
      failed: say('The changed model could not read the text; its panel says why.'),
      closed: say('One of the two inspections is closed. What was compared stays here.'),
    };
    this.tell(hydrated === null ? '' : states[hydrated.state], hydrated?.state === 'failed');
    this.body.hidden = difference === null;
    if (difference === null) return;
    const palette = readPalette(document.body);
    this.map.update(difference, this.cell, palette);
    this.legend.update(differenceScale(difference), createColourTable(palette.diverging, palette.nan));
    setText(this.detail, this.describe(difference));
  }

  private ask(wanted: typeof this.wanted): void {
    if (this.hydrated === null) return;
    this.wanted = wanted;
    this.asking.abort();
    const asking = new AbortController();
    this.asking = asking;
    void this.host.difference({ ...this.hydrated.inspections, ...wanted }, asking.signal).then((answer) => {
      if (this.asking !== asking) return;
      if (answer.ok) this.show(answer.value);
      else if (answer.error.code !== 'cancelled') this.tell(answer.error.message, true);
    });
  }

  private show(difference: TraceDifference): void {
    this.difference = difference;
    this.cell = null;
    this.draw();
    this.choice.update(
      difference.fields.map((change) => ({ value: keyOf(change), label: nameOfChange(change, difference) })),
      keyOf(difference.shown),
    );
    this.changes.replaceChildren(changesTable(difference, (change) => this.point(change)));
    this.fields.replaceChildren(
      fieldsTable(difference, ({ layer, direction, field }) =>
        this.ask({ ...this.wanted, shown: { layer, direction, field } }),
      ),
    );
    this.pages.replaceChildren(...this.pageButtons(difference));
    this.live.say(this.describe(difference));
  }

  /** A long text is compared a stretch at a time. */
  private pageButtons({ from, to, steps }: TraceDifference): HTMLElement[] {
    if (to - from >= steps) return [];
    const span = to - from;
    const earlier = createButton(say('Earlier'), () => this.ask({ ...this.wanted, from: Math.max(0, from - span) }));
    const later = createButton(say('Later'), () => this.ask({ ...this.wanted, from: to }));
    return [...(from > 0 ? [earlier] : []), ...(to < steps ? [later] : [])];
  }

  private point(cell: DifferenceCell | null): void {
    if (cell?.step === this.cell?.step && cell?.unit === this.cell?.unit) return;
    if (cell?.step !== this.cell?.step) this.host.post({ type: 'hover', step: cell?.step ?? null });
    this.cell = cell === null ? null : { step: cell.step, unit: cell.unit };
    this.draw();
    if (cell !== null && this.difference !== null) this.live.say(this.describe(this.difference));
  }

  /** What the cell under the cursor says, else the whole in a sentence. */
  private describe(difference: TraceDifference): string {
    const { cell } = this;
    const name = nameOfChange(difference.shown, difference);
    if (cell === null) {
      const own = difference.fields.find((change) => keyOf(change) === keyOf(difference.shown));
      const parts = [
        say(
          '{0}: typical change {1}, largest {2}, over steps {3} to {4} of {5}.',
          name,
          formatValue(own?.rootMeanSquare ?? NaN),
          formatValue(own?.largest ?? NaN),
          difference.from,
          difference.to - 1,
          difference.steps,
        ),
      ];
      if (difference.unmatched > 0)
        parts.push(say('{0} steps have no counterpart in the earlier reading.', difference.unmatched));
      return [...parts, ...difference.notes].join(' ');
    }
    const at = (cell.step - difference.from) * difference.width + cell.unit;
    const [before, change] = [difference.before[at] ?? NaN, difference.difference[at] ?? NaN];
    const token = showToken(difference.tokens[cell.step - difference.from]?.text ?? '');
    return say(
      'Step {0} “{1}”, unit {2}, {3}: {4} before, {5} now, change {6}.',
      cell.step,
      token,
      cell.unit,
      name,
      formatValue(before),
      formatValue(before + change),
      signed(change),
    );
  }

  private tell(text: string, isError: boolean): void {
    this.notice.hidden = text === '';
    this.notice.className = `notice ${isError ? 'notice-error' : 'notice-warning'}`;
    this.notice.replaceChildren(
      element('span', { text }),
      ...(isError ? [createButton(say('Show log'), () => this.host.post({ type: 'showLog' }))] : []),
    );
  }
}

function keyOf({ layer, direction, field }: FieldChoice): string {
  return JSON.stringify({ layer, direction, field });
}

function section(title: string, content: HTMLElement): HTMLElement {
  return element('section', { children: [element('h2', { class: 'difference-heading', text: title }), content] });
}
