import { type Failure } from '../../../src/base/errors';
import { type HydrateOverview } from '../../../src/protocol/overviewMessages';
import { type ModelOverview } from '../../../src/protocol/summaries';
import { type OverviewHost } from '../../host/overviewHost';
import { readPalette, watchTheme } from '../../theme/palette';
import { say, useStrings } from '../../theme/strings';
import { createButton } from '../controls';
import { element, setText } from '../element';
import { type CellSection, createCellSection } from './cellSection';
import { describeFacts } from './modelFacts';
import { createStageTable } from './stageTable';

/** The page "Model Overview": facts, notes, every layer, and the weights of each recurrent layer by gate. */
export function createOverviewPage(root: HTMLElement, host: OverviewHost): void {
  const page = new OverviewPage(root, host);
  host.listen((message) => {
    if (message.type === 'hydrateOverview') void page.hydrate(message);
    if (message.type === 'progress') page.showProgress(message.done, message.total);
  });
  watchTheme(document.body, () => page.draw());
}

class OverviewPage {
  private asking = new AbortController();
  private sections: readonly CellSection[] = [];
  private readonly title = element('h1', { class: 'title' });
  private readonly subtitle = element('p', { class: 'subtitle' });
  private readonly buttons = element('div', { class: 'button-row overview-buttons' });
  private readonly bar = element('div', { class: 'progress-bar' });
  private readonly wait = element('p', { class: 'loading-text', attributes: { role: 'status' } });
  private readonly busy = element('div', {
    class: 'loading',
    children: [element('div', { class: 'progress', children: [this.bar] }), this.wait],
  });
  private readonly notice = element('div', { class: 'notice notice-error', attributes: { role: 'alert' } });
  private readonly body = element('div', { class: 'overview-body' });

  constructor(
    root: HTMLElement,
    private readonly host: OverviewHost,
  ) {
    this.notice.hidden = true;
    const header = element('header', {
      class: 'toolbar',
      children: [element('div', { class: 'titles', children: [this.title, this.subtitle] }), this.buttons],
    });
    root.classList.add('overview');
    root.replaceChildren(header, this.busy, this.notice, this.body);
  }

  /** Asks for everything again: at the start, and when the file has changed. What is shown stays until the answer. */
  async hydrate(message: HydrateOverview): Promise<void> {
    useStrings(message.strings);
    setText(this.title, message.name);
    this.showButtons(message.isBundled);
    this.asking.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.busy.classList.add('is-busy');
    this.showProgress(0, 1);
    setText(this.wait, this.body.childElementCount === 0 ? say('Opening the model and measuring its weights.') : '');
    const answer = await this.host.request('overview', {}, asking.signal);
    if (asking.signal.aborted) return;
    this.busy.classList.remove('is-busy');
    setText(this.wait, '');
    if (answer.ok) this.show(answer.value, asking.signal);
    else this.fail(answer.error);
  }

  showProgress(done: number, total: number): void {
    this.bar.style.transform = `scaleX(${total > 0 ? done / total : 0})`;
  }

  /** Paints the pictures again, in the colours of the theme. */
  draw(): void {
    const palette = readPalette(document.body);
    for (const section of this.sections) section.draw(palette);
  }

  private showButtons(isBundled: boolean): void {
    const inspect = createButton(
      say('Inspect a Sentence with This Model'),
      () => this.host.post({ type: 'do', action: 'inspect' }),
      { isPrimary: true },
    );
    const settings = createButton(
      say('Set Vocabulary\u2026'),
      () => this.host.post({ type: 'do', action: 'settings' }),
      { label: say('Say which vocabulary and tokens this model reads') },
    );
    this.buttons.replaceChildren(inspect, ...(isBundled ? [] : [settings]));
  }

  private show(overview: ModelOverview, signal: AbortSignal): void {
    this.notice.hidden = true;
    const { summary, cells, chains } = overview;
    setText(this.subtitle, summary.description);
    for (const section of this.sections) section.dispose();
    this.sections = cells.map((cell, index) =>
      createCellSection(cell, (most) => this.host.request('weightMaps', { index, most }, signal)),
    );
    const layers =
      cells.length === 0
        ? [element('p', { class: 'hint', text: say('This model has no recurrent layer.') })]
        : this.sections.map(({ root }) => root);
    const notes = element('ul', {
      class: 'overview-notes',
      children: summary.notes.map((note) => element('li', { text: note })),
    });
    const top = element('div', {
      class: 'overview-top',
      children: [describeFacts(overview), createStageTable(chains)],
    });
    this.body.replaceChildren(
      top,
      ...(summary.notes.length === 0
        ? []
        : [
            element('section', {
              attributes: { 'aria-label': say('Notes') },
              children: [element('h2', { text: say('Notes of the reader') }), notes],
            }),
          ]),
      ...layers,
    );
    this.draw();
  }

  private fail(failure: Failure): void {
    this.notice.hidden = false;
    this.notice.replaceChildren(
      element('span', { text: failure.message }),
      createButton(say('Show log'), () => this.host.post({ type: 'showLog' })),
    );
    if (this.sections.length > 0) return;
    this.body.replaceChildren(
      element('p', {
        class: 'hint',
        text: say('Nothing of this file can be shown. It is not changed, and nothing in it was executed.'),
      }),
    );
    this.buttons.replaceChildren();
  }
}
