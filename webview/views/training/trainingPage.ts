import { type HydrateLab, type LabStatus } from '../../../src/protocol/labMessages';
import { type TrainingEvent } from '../../../src/trace/lab/trainingEvents';
import { createLiveRegion } from '../../access/liveRegion';
import { type LabHost } from '../../host/labHost';
import { addTrainingEvent, emptyTraining, type TrainingState } from '../../store/trainingState';
import { readPalette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element } from '../element';
import { createFrameSchedule, createProblemNotice, type LabPage, startLabPage } from '../labPage';
import { type Confused, createConfusionPane } from './confusionPane';
import { createCurvesPane } from './curvesPane';
import { createEpochPane } from './epochPane';
import { createLanguagePane } from './languagePane';
import { createMistakesPane } from './mistakesPane';
import { createPlanPane } from './planPane';
import { createTrainingHeader } from './trainingHeader';

/** The page of a training: curves while it runs, then what came of it. */
export function createTrainingPage(root: HTMLElement, host: LabHost<TrainingEvent>): void {
  startLabPage(host, () => new TrainingPage(root, host));
}

class TrainingPage implements LabPage<TrainingEvent> {
  private state: TrainingState = emptyTraining;
  private only: Confused | null = null;
  private readonly schedule = createFrameSchedule(() => this.draw());
  private isAsking = false;
  private readonly notice;
  private readonly header;
  private readonly curves;
  private readonly plan = createPlanPane();
  private readonly confusion;
  private readonly mistakes;
  private readonly language;
  private readonly epochs;

  constructor(
    root: HTMLElement,
    private readonly host: LabHost<TrainingEvent>,
  ) {
    const spoken = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite', id: 'live' } });
    const live = createLiveRegion(spoken);
    const inspect = (text: string, epoch?: string): void =>
      host.post({ type: 'do', what: 'inspect', params: { text, ...(epoch === undefined ? {} : { epoch }) } });
    this.header = createTrainingHeader({
      act: (action) => host.post({ type: 'lab', action }),
      openSettings: () => host.post({ type: 'do', what: 'openSettings', params: {} }),
      exportH5: () => host.post({ type: 'do', what: 'exportH5', params: {} }),
    });
    this.curves = createCurvesPane(live);
    this.mistakes = createMistakesPane((text) => inspect(text));
    this.language = createLanguagePane((text) => inspect(text));
    this.confusion = createConfusionPane(live, (cell) => {
      this.only = cell;
      this.draw();
    });
    this.epochs = createEpochPane({
      ask: (epoch, text, layer, signal) => host.request('watchEpoch', { epoch, text, layer }, signal),
      inspect,
    });
    this.notice = createProblemNotice(host);
    const main = element('div', {
      class: 'lab-main',
      children: [this.curves.root, this.epochs.root, this.language.root, this.confusion.root, this.mistakes.root],
    });
    const side = element('aside', {
      class: 'lab-side',
      attributes: { 'aria-label': say('Data and settings') },
      children: [this.plan.root],
    });
    root.classList.add('lab');
    root.replaceChildren(
      this.header.root,
      this.notice.root,
      element('div', { class: 'lab-body', children: [main, side] }),
      spoken,
    );
  }

  set({ events, source, status }: HydrateLab<TrainingEvent>): void {
    this.state = events.reduce(addTrainingEvent, { ...emptyTraining, source, status });
    this.only = null;
    this.draw();
    // Before anything was trained the data is described all the same.
    if (status.kind === 'idle' && this.state.plan === null) void this.describe();
  }

  add(event: TrainingEvent): void {
    this.state = addTrainingEvent(this.state, event);
    if (event.type === 'started') this.only = null;
    this.schedule();
  }

  setStatus(status: LabStatus): void {
    this.state = { ...this.state, status };
    this.schedule();
  }

  draw(): void {
    const { state } = this;
    const palette = readPalette(document.body);
    this.header.update(state);
    this.notice.say(state.status.kind === 'failed' ? state.status.failure.message : null);
    this.curves.root.hidden =
      state.plan === null ||
      (state.steps.length === 0 && state.validations.length === 0 && state.status.kind === 'idle');
    this.curves.update(state, palette);
    this.plan.update(state.plan);
    this.epochs.update(state, palette);
    this.language.update(state);
    this.confusion.update(state, palette);
    this.mistakes.update(state, this.only);
  }

  private async describe(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const answer = await this.host.request('describeLab', {});
    this.isAsking = false;
    if (this.state.plan !== null) return;
    if (answer.ok) this.state = { ...this.state, plan: answer.value };
    this.draw();
    if (!answer.ok) this.notice.say(answer.error.message);
  }
}
