import { type Failure } from '../../../src/base/errors';
import { type HydrateDecay, type ShownCurves } from '../../../src/protocol/decayMessages';
import { type DecayParams } from '../../../src/protocol/requestParams';
import { type DecayComparison } from '../../../src/trace/reading/decay';
import { createLiveRegion, type LiveRegion } from '../../access/liveRegion';
import { type DecayHost } from '../../host/decayHost';
import { type DecayControls, controlsOf, paramsOf, withSomeNetwork } from '../../store/decayControls';
import { changedEntries, type EarlierComparison, keepEarlier, withUntrained } from '../../store/decayEarlier';
import { readPalette, watchTheme } from '../../theme/palette';
import { say, useStrings } from '../../theme/strings';
import { createButton, createChoice } from '../controls';
import { element, setText } from '../element';
import { saveSvg, saveSvgAsPng, saveText } from '../export/savePicture';
import { createDecayChart } from './decayChart';
import { type CurveKind, curvesOf, nameOfKind, settingsLines, type ValueRange } from './decayCurves';
import { describeChange } from './decayDifference';
import { createDecayForm } from './decayForm';
import { decayCsv, decayTable } from './decayTable';

const settleMs = 120;
const shownCurves: Readonly<Record<ShownCurves, readonly CurveKind[]>> = {
  h: ['h'],
  c: ['c', 'direct'],
  all: ['h', 'c', 'direct'],
};

/** The page "Compare Gradient Decay": controls, curves, table, sentences; it computes again with every change. */
export function createDecayPage(root: HTMLElement, host: DecayHost): void {
  const page = new DecayPage(root, host);
  host.listen((message) => {
    if (message.type === 'hydrateDecay') page.hydrate(message);
    if (message.type === 'progress') page.showProgress(message.done, message.total);
  });
  watchTheme(document.body, () => page.draw());
}

class DecayPage {
  private hydrated: HydrateDecay | null = null;
  private first: DecayParams = {};
  private controls: DecayControls = controlsOf({});
  private comparison: DecayComparison | null = null;
  private kinds: ShownCurves = 'h';
  private earlier: EarlierComparison | null = null;
  /** Untrained networks are not there yet, but a setting of theirs moves: as they were before. */
  private before: DecayControls | null = null;
  private range: ValueRange | null = null;
  private lag: number | null = null;
  private asking = new AbortController();
  private timer: number | undefined;
  private readonly form = createDecayForm((part, isMoving) => this.change(part, isMoving));
  private readonly chart = createDecayChart((lag) => this.chooseLag(lag));
  private readonly title = element('h1', { class: 'title', text: say('Gradient decay') });
  private readonly subtitle = element('p', { class: 'subtitle' });
  private readonly progress = element('div', { class: 'progress-bar' });
  private readonly notice = element('div', { class: 'notice', attributes: { role: 'status' } });
  private readonly headline = element('p', { class: 'decay-headline' });
  private readonly difference = element('div', { class: 'decay-difference' });
  private readonly sentences = element('div', { class: 'decay-sentences' });
  private readonly table = element('div', {
    class: 'decay-table-box',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Figures of every curve') },
  });
  private readonly settings = element('div', { class: 'decay-settings' });
  private readonly curves = createChoice(say('Curves'), (value) => this.chooseKinds(value as ShownCurves));
  private readonly live: LiveRegion;
  private readonly busy: HTMLElement;

  constructor(
    root: HTMLElement,
    private readonly host: DecayHost,
  ) {
    const spoken = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite', id: 'live' } });
    this.live = createLiveRegion(spoken);
    this.notice.hidden = true;
    const save = element('div', {
      class: 'button-row',
      attributes: { role: 'group', 'aria-label': say('Save') },
      children: [
        createButton('PNG', () => this.save('png')),
        createButton('SVG', () => this.save('svg')),
        createButton('CSV', () => this.save('csv')),
      ],
    });
    const header = element('header', {
      class: 'toolbar',
      children: [
        element('div', { class: 'titles', children: [this.title, this.subtitle] }),
        element('div', { class: 'controls', children: [this.curves.root, save] }),
      ],
    });
    this.busy = element('div', {
      class: 'loading',
      children: [element('div', { class: 'progress', children: [this.progress] })],
    });
    const picture = element('div', {
      class: 'decay-picture',
      children: [this.headline, this.chart.root, this.difference, this.more(), this.settings],
    });
    root.classList.add('decay');
    root.replaceChildren(
      header,
      this.notice,
      this.busy,
      element('div', { class: 'decay-body', children: [this.form.root, picture] }),
      spoken,
    );
  }

  private more(): HTMLElement {
    return element('details', {
      class: 'decay-more',
      children: [element('summary', { text: say('Figures and more sentences') }), this.table, this.sentences],
    });
  }

  hydrate(message: HydrateDecay): void {
    useStrings(message.strings);
    this.hydrated = message;
    this.first = message.params;
    this.controls = controlsOf(message.params);
    const words =
      message.text === ''
        ? message.source
        : `${message.source}: ${message.text.trim().replace(/\s+/g, ' ').slice(0, 80)}`;
    setText(this.subtitle, words);
    this.kinds = message.curves;
    this.comparison = message.comparison;
    this.draw();
    if (message.comparison === null) void this.compute(message.params);
    else this.say(null);
  }

  showProgress(done: number, total: number): void {
    this.progress.style.transform = `scaleX(${total > 0 ? done / total : 0})`;
  }

  draw(): void {
    const palette = readPalette(document.body);
    this.form.update(this.controls, (this.first.models?.length ?? 0) > 0, this.first.input !== undefined);
    this.curves.update(
      [
        { value: 'h', label: say('hidden state') },
        { value: 'c', label: say('cell state and direct path') },
        { value: 'all', label: say('hidden, cell and direct') },
      ],
      this.kinds,
    );
    const { comparison } = this;
    this.chart.root.hidden = this.table.hidden = comparison === null;
    if (comparison === null) return;
    const kinds = shownCurves[this.kinds];
    const changed = this.earlier === null ? [] : changedEntries(this.earlier.comparison, comparison);
    this.chart.update({ comparison, kinds, palette, lag: this.lag, changed, range: this.range });
    setText(this.headline, comparison.headline);
    this.difference.replaceChildren(...changed.map((entry) => element('p', { text: describeChange(entry) })));
    this.table.replaceChildren(decayTable(comparison, kinds, palette, this.lag));
    this.sentences.replaceChildren(...comparison.sentences.map((sentence) => element('p', { text: sentence })));
    this.settings.replaceChildren(
      element('p', {
        text: say(
          'Solid: {0}. Dashed: {1}. Dotted: {2}. Bands: one standard deviation over the seeds.',
          ...(['h', 'c', 'direct'] as const).map(nameOfKind),
        ),
      }),
      element('p', { text: say('Learning reaches as far as a thousandth of the gradient is left (log10: −3).') }),
      ...settingsLines(comparison).map((line) => element('p', { text: line })),
    );
  }

  private change(part: Partial<DecayControls>, isMoving = false): void {
    const [setting] = Object.keys(part) as (keyof DecayControls)[];
    if (setting === undefined) return;
    this.earlier = keepEarlier(this.earlier, setting, this.comparison);
    this.range = isMoving ? (this.range ?? this.chart.range()) : null;
    const added = withUntrained(this.controls, setting);
    this.before = added ?? (this.earlier === null ? null : this.before);
    this.controls = withSomeNetwork({ ...this.controls, ...added, ...part }, this.first);
    this.draw();
    window.clearTimeout(this.timer);
    const params = paramsOf(this.controls, this.first);
    this.tell(params);
    this.timer = window.setTimeout(() => void this.compute(params), settleMs);
  }

  private tell(params: DecayParams): void {
    this.host.post({ type: 'decayState', params, curves: this.kinds });
    if (this.hydrated !== null) this.host.keep({ source: this.hydrated.stored, params });
  }

  private async compute(params: DecayParams): Promise<void> {
    this.asking.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.busy.classList.add('is-busy');
    this.showProgress(0, 1);
    await this.computeBefore(asking);
    if (this.asking !== asking) return;
    const answer = await this.host.decay(params, asking.signal);
    if (this.asking !== asking) return;
    this.busy.classList.remove('is-busy');
    this.say(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    this.comparison = answer.value;
    this.draw();
    this.live.say([answer.value.headline, this.difference.textContent].join(' '));
  }

  /** The untrained networks as they were before their setting moved. */
  private async computeBefore(asking: AbortController): Promise<void> {
    if (this.before === null) return;
    const answer = await this.host.decay(paramsOf(this.before, this.first), asking.signal);
    if (this.asking !== asking || !answer.ok) return;
    this.before = null;
    if (this.earlier !== null) this.earlier = { ...this.earlier, comparison: answer.value };
  }

  private say(failure: Failure | null): void {
    const stale = {
      changed: say('The text has changed since; this compares what was chosen.'),
      gone: say('The text is no longer there; this compares what was chosen.'),
    };
    const text =
      failure !== null && failure.code !== 'cancelled'
        ? failure.message
        : this.hydrated?.stale
          ? stale[this.hydrated.stale]
          : null;
    this.notice.hidden = text === null;
    this.notice.className = `notice ${failure === null ? 'notice-warning' : 'notice-error'}`;
    this.notice.replaceChildren(
      element('span', { text: text ?? '' }),
      ...(failure === null ? [] : [createButton(say('Show log'), () => this.host.post({ type: 'showLog' }))]),
    );
  }

  private chooseLag(lag: number | null): void {
    if (lag === this.lag) return;
    this.lag = lag;
    this.draw();
    if (lag === null || this.comparison === null || document.activeElement !== this.chart.root) return;
    const palette = readPalette(document.body);
    const parts = curvesOf(this.comparison, shownCurves[this.kinds], palette).map(
      ({ entry, kind, curve }) => `${entry.name} ${kind} ${(curve.mean[lag] ?? NaN).toFixed(1)}`,
    );
    this.live.say(`${say('Lag {0}:', lag)} ${parts.join(', ')}`);
  }

  private chooseKinds(kinds: ShownCurves): void {
    this.kinds = kinds;
    this.draw();
    this.tell(paramsOf(this.controls, this.first));
  }

  private save(format: 'png' | 'svg' | 'csv'): void {
    if (this.comparison === null) return;
    const post = this.host.post.bind(this.host);
    if (format === 'csv') saveText(post, 'gradient-decay.csv', decayCsv(this.comparison));
    else if (format === 'svg') saveSvg(post, 'gradient-decay.svg', this.chart.toSvg());
    else void saveSvgAsPng(post, 'gradient-decay.png', this.chart.toSvg());
  }
}
