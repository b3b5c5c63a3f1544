import { type Failure } from '../../../src/base/errors';
import { type HydrateLab, type LabStatus } from '../../../src/protocol/labMessages';
import { type SearchEvent } from '../../../src/trace/lab/searchEvents';
import { type ImportanceReport, type StudyReport, type SurrogateReport } from '../../../src/trace/lab/studyReport';
import { createLiveRegion } from '../../access/liveRegion';
import { type LabHost } from '../../host/labHost';
import { readPalette, watchTheme } from '../../theme/palette';
import { say, useStrings } from '../../theme/strings';
import { createButton, createChoice } from '../controls';
import { element, setText } from '../element';
import { createHistoryChart } from './historyChart';
import { importanceBars } from './importanceBars';
import { createParetoChart } from './paretoChart';
import { createParallelChart } from './parallelChart';
import { createSliceChart } from './sliceChart';
import { sayCut, sayStudy } from './studySummary';
import { studyLegend } from './studyLegend';
import { nameOfObjectiveAt, reportAlong, type StudyLook } from './trialLook';
import { type TableSort, trialTable } from './trialTable';

/** How often the journal is looked at: another process may write to it too. */
const pollMs = { running: 700, resting: 2500 };

/** The page of a study: what its journal tells, drawn anew whenever that changes, while a search runs or not. */
export function createStudyPage(root: HTMLElement, host: LabHost<SearchEvent>): void {
  const page = new StudyPage(root, host);
  host.listen((message) => {
    if (message.type === 'hydrateLab') page.hydrate(message);
    if (message.type === 'labStatus') page.setStatus(message.status);
    if (message.type === 'labEvent' && message.event.type === 'trial-ended') page.look();
  });
  watchTheme(document.body, () => page.draw());
}

class StudyPage {
  private status: LabStatus = { kind: 'idle' };
  /** As it was sent, and as the chosen objective sees it. */
  private whole: StudyReport | null = null;
  private report: StudyReport | null = null;
  private importance: ImportanceReport | null = null;
  /** The study of the journal that was chosen; else its own, or the first. */
  private study: string | undefined;
  private objective = 0;
  private surrogate: SurrogateReport | null = null;
  private parameter = '';
  private focus: number | null = null;
  private chosen: ReadonlySet<number> | null = null;
  private sort: TableSort = { column: 'number', isRising: false };
  private showsAll = false;
  private failure: Failure | null = null;
  private canSearch = true;
  private timer: number | undefined;
  private lookAgain = false;
  private isLooking = false;
  private fitted = '';
  private assessed = '';

  private readonly title = element('h1', { class: 'title', text: say('Study') });
  private readonly subtitle = element('p', { class: 'subtitle' });
  private readonly notice = element('div', { class: 'notice', attributes: { role: 'status' } });
  private readonly empty = element('p', { class: 'hint study-empty' });
  private readonly buttons = element('div', {
    class: 'button-row',
    attributes: { role: 'group', 'aria-label': say('Search') },
  });
  private readonly progress = element('div', { class: 'progress-bar' });
  private readonly busy = element('div', {
    class: 'loading',
    children: [element('div', { class: 'progress', children: [this.progress] })],
  });
  private readonly history = createHistoryChart((trial) => this.point(trial));
  private readonly parallel = createParallelChart(
    (chosen) => this.choose(chosen),
    (trial) => this.point(trial),
  );
  private readonly slice = createSliceChart((trial) => this.point(trial));
  private readonly pareto = createParetoChart((trial) => this.point(trial));
  private readonly studies = createChoice(say('Study'), (name) => this.chooseStudy(name));
  private readonly objectives = createChoice(say('Objective'), (index) => this.chooseObjective(Number(index)));
  private readonly front: HTMLElement;
  private readonly along = createChoice(say('Along'), (parameter) => this.cut(parameter));
  private readonly sliceNote = element('p', { class: 'study-note' });
  private readonly bars = element('div', { class: 'importance-box' });
  private readonly brushNote = element('p', { class: 'study-note' });
  private readonly clear = createButton(say('Clear ranges'), () => this.parallel.clear());
  private readonly legend = element('div', { class: 'study-legend' });
  private readonly table = element('div', {
    class: 'trial-table-box',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Trials') },
  });
  private readonly body: HTMLElement;
  private readonly live: ReturnType<typeof createLiveRegion>;

  constructor(
    root: HTMLElement,
    private readonly host: LabHost<SearchEvent>,
  ) {
    const spoken = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite', id: 'live' } });
    this.live = createLiveRegion(spoken);
    const header = element('header', {
      class: 'toolbar',
      children: [
        element('div', { class: 'titles', children: [this.title, this.subtitle] }),
        element('div', { class: 'controls', children: [this.studies.root, this.objectives.root, this.buttons] }),
      ],
    });
    const section = (name: string, className: string, children: readonly HTMLElement[]): HTMLElement =>
      element('section', {
        class: `study-section ${className}`,
        children: [element('h2', { text: name }), ...children],
      });
    this.front = section(say('Pareto front'), 'is-half', [this.pareto.root]);
    this.body = element('div', {
      class: 'study-body',
      children: [
        section(say('History'), 'is-half', [this.history.root, this.legend]),
        this.front,
        section(say('Importance'), 'is-half', [this.bars]),
        section(say('Along one hyperparameter'), 'is-half', [this.along.root, this.slice.root, this.sliceNote]),
        section(say('All hyperparameters'), 'is-half', [this.brushNote, this.parallel.root, this.clear]),
        section(say('Trials'), 'is-whole', [this.table]),
      ],
    });
    root.classList.add('study');
    root.replaceChildren(header, this.notice, this.busy, this.empty, this.body, spoken);
    this.body.hidden = this.notice.hidden = true;
  }

  hydrate(message: HydrateLab<SearchEvent>): void {
    useStrings(message.strings);
    this.host.keep(message.stored);
    this.canSearch = message.stored.settingsPath.endsWith('.json');
    setText(this.title, say('Study: {0}', message.source.replace(/\.lstm-lab\.json$/, '')));
    this.setStatus(message.status);
  }

  setStatus(status: LabStatus): void {
    const isNews = status.kind !== this.status.kind && ['complete', 'cancelled', 'failed'].includes(status.kind);
    this.status = status;
    this.failure = status.kind === 'failed' ? status.failure : null;
    if (isNews) this.live.say(sayStudy(this.report, this.isRunning));
    this.draw();
    this.look();
  }

  /** Reads the journal again; a look that is asked for meanwhile follows. */
  look(): void {
    window.clearTimeout(this.timer);
    if (this.isLooking) this.lookAgain = true;
    else void this.readReport();
  }

  private async readReport(): Promise<void> {
    this.isLooking = true;
    this.lookAgain = false;
    const known = this.whole?.revision;
    const answer = await this.host.request('study', { ...this.place(), ...(known === undefined ? {} : { known }) });
    this.isLooking = false;
    if (answer.ok && answer.value !== null) this.take(answer.value);
    if (!answer.ok && answer.error.code !== 'cancelled' && this.failure === null) this.failure = answer.error;
    if (!answer.ok) this.draw();
    this.timer = window.setTimeout(
      () => this.look(),
      this.lookAgain ? 100 : this.isRunning ? pollMs.running : pollMs.resting,
    );
  }

  private place(): { readonly journalPath: string; readonly study?: string } {
    return { journalPath: '', ...(this.study === undefined ? {} : { study: this.study }) };
  }

  private take(report: StudyReport): void {
    if (report.name !== this.whole?.name) {
      this.objective = 0;
      this.surrogate = this.importance = null;
    }
    this.whole = report;
    this.report = reportAlong(report, this.objective);
    if (!report.parameters.some(({ name }) => name === this.parameter))
      this.parameter = report.parameters[0]?.name ?? '';
    this.draw();
    void this.fit();
    void this.assess();
  }

  /** What the answers of the surrogate depend on. */
  private get basis(): string {
    const { whole, objective } = this;
    return `${whole?.trials.filter(({ state }) => state === 'complete').length} ${objective} ${whole?.name}`;
  }

  /** Fits the surrogate anew where a trial has ended since, or another hyperparameter was chosen. */
  private async fit(): Promise<void> {
    const { report, parameter, objective } = this;
    const key = `${this.basis} ${parameter}`;
    if (report === null || parameter === '' || key === this.fitted) return;
    this.fitted = key;
    const answer = await this.host.request('surrogate', { ...this.place(), parameter, objective });
    if (this.fitted !== key || !answer.ok) return;
    this.surrogate = answer.value;
    this.draw();
  }

  private async assess(): Promise<void> {
    const { report, objective } = this;
    const key = this.basis;
    if (report === null || key === this.assessed) return;
    this.assessed = key;
    const answer = await this.host.request('importance', { ...this.place(), objective });
    if (this.assessed !== key || !answer.ok) return;
    this.importance = answer.value;
    this.draw();
  }

  private chooseStudy(name: string): void {
    this.study = name;
    this.chosen = null;
    this.look();
  }

  private chooseObjective(index: number): void {
    this.objective = index;
    if (this.whole !== null) this.take(this.whole);
  }

  private get isRunning(): boolean {
    return this.status.kind === 'running' || this.status.kind === 'ending';
  }

  draw(): void {
    const { report } = this;
    this.drawHead();
    this.body.hidden = report === null || report.count === 0;
    this.empty.hidden = !this.body.hidden;
    setText(
      this.empty,
      this.isRunning
        ? say('The first trial has not begun yet.')
        : say('This study has no trials yet. Search runs them as the lab file says.'),
    );
    if (report === null || report.count === 0) return;
    const look: StudyLook = { report, palette: readPalette(document.body), focus: this.focus };
    this.history.update(look);
    this.parallel.update(look);
    this.front.hidden = report.front === undefined;
    if (report.front !== undefined) this.pareto.update({ ...look, objective: this.objective });
    this.along.update(
      report.parameters.map(({ name }) => ({ value: name, label: name })),
      this.parameter,
    );
    this.slice.update({
      ...look,
      parameter: this.parameter,
      surrogate: this.surrogate?.parameter === this.parameter ? this.surrogate : null,
    });
    this.legend.replaceChildren(...studyLegend(look.palette));
    this.drawSurrogate();
    this.drawTable();
  }

  private drawHead(): void {
    const { report, status } = this;
    setText(this.subtitle, sayStudy(this.report, this.isRunning));
    const done = report?.done ?? 0;
    this.drawChoices();
    this.busy.classList.toggle('is-busy', this.isRunning);
    this.progress.style.transform = `scaleX(${report?.goal === undefined ? 0 : Math.min(1, done / report.goal)})`;
    const start = createButton(
      report === null || report.count === 0 ? say('Search') : say('Continue'),
      () => this.host.post({ type: 'lab', action: 'start' }),
      { isPrimary: true },
    );
    const stop = createButton(say('Stop'), () => this.host.post({ type: 'lab', action: 'cancel' }));
    const open = createButton(say('Open journal'), () =>
      this.host.post({ type: 'do', what: 'openJournal', params: {} }),
    );
    const canStart = this.canSearch && (report?.goal === undefined || done < report.goal);
    const key = `${this.isRunning} ${status.kind} ${report === null} ${canStart}`;
    if (this.buttons.dataset['key'] !== key) {
      this.buttons.dataset['key'] = key;
      this.buttons.replaceChildren(
        ...(this.isRunning ? [stop] : canStart ? [start] : []),
        ...(report === null ? [] : [open]),
      );
    }
    this.notice.hidden = this.failure === null && report?.remark === undefined;
    this.notice.className = this.failure === null ? 'notice' : 'notice notice-error';
    if (this.failure === null && report?.remark !== undefined)
      this.notice.replaceChildren(element('span', { text: report.remark }));
    if (this.failure !== null)
      this.notice.replaceChildren(
        element('span', { text: this.failure.message }),
        createButton(say('Show log'), () => this.host.post({ type: 'showLog' })),
      );
  }

  /** Which of the journal's studies, and which of the study's objectives; nothing where there is one. */
  private drawChoices(): void {
    const { whole } = this;
    const [studies, directions] = [whole?.studies ?? [], whole?.directions ?? []];
    this.studies.root.hidden = studies.length < 2;
    this.objectives.root.hidden = directions.length < 2;
    if (whole === null) return;
    this.studies.update(
      studies.map(({ name, count }) => ({ value: name, label: say('{0} ({1} trials)', name, count) })),
      whole.name,
    );
    this.objectives.update(
      directions.map((_, index) => ({ value: String(index), label: nameOfObjectiveAt(whole, index) })),
      String(this.objective),
    );
  }

  private drawSurrogate(): void {
    const { surrogate, importance, report } = this;
    this.bars.replaceChildren(
      ...(importance === null
        ? [element('p', { class: 'study-note', text: say('Needs three complete trials.') })]
        : importanceBars(
            importance,
            (report?.parameters ?? []).map(({ name }) => name),
          )),
    );
    setText(this.sliceNote, sayCut(surrogate));
  }

  private drawTable(): void {
    const { report, chosen, sort, focus, showsAll, isRunning } = this;
    if (report === null) return;
    setText(
      this.brushNote,
      chosen === null
        ? say('Draw along an axis to choose a range; with the keyboard: arrows, Shift with arrows, Escape.')
        : say('{0} trials in the chosen ranges', chosen.size),
    );
    this.clear.hidden = chosen === null;
    const active =
      document.activeElement instanceof HTMLElement && this.table.contains(document.activeElement)
        ? (document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent)
        : null;
    this.table.replaceChildren(
      ...trialTable(
        { report, chosen, sort, focus, isRunning, showsAll },
        {
          sort: (column) => this.sortBy(column),
          focus: (trial) => this.point(trial),
          inspect: (trial) => this.host.post({ type: 'do', what: 'inspectTrial', params: { trial } }),
          cancel: (trial) => this.host.post({ type: 'do', what: 'cancelTrial', params: { trial } }),
          showAll: () => {
            this.showsAll = true;
            this.drawTable();
          },
        },
      ),
    );
    if (active !== null) this.focusAgain(active);
  }

  /** The table is made anew; the button that was in focus keeps it. */
  private focusAgain(name: string): void {
    const plain = (text: string): string => text.replace(/ [\u2191\u2193]$/, '');
    const buttons = [...this.table.querySelectorAll<HTMLElement>('button')];
    buttons
      .find((button) => plain(button.getAttribute('aria-label') ?? button.textContent) === plain(name))
      ?.focus({ preventScroll: true });
  }

  private sortBy(column: string): void {
    this.sort = {
      column,
      isRising:
        this.sort.column === column ? !this.sort.isRising : column !== 'value' || this.report?.direction === 'minimize',
    };
    this.drawTable();
  }

  private point(trial: number | null): void {
    if (trial === this.focus) return;
    this.focus = trial;
    const { report } = this;
    if (report === null) return;
    const look: StudyLook = { report, palette: readPalette(document.body), focus: trial };
    this.parallel.update(look);
    for (const row of this.table.querySelectorAll<HTMLElement>('tr[data-trial]'))
      row.classList.toggle('is-focused', Number(row.dataset['trial']) === trial);
  }

  private choose(chosen: ReadonlySet<number> | null): void {
    this.chosen = chosen;
    this.drawTable();
  }

  private cut(parameter: string): void {
    this.parameter = parameter;
    this.draw();
    void this.fit();
  }
}
