import { type HydrateLab, type LabStatus } from '../../../src/protocol/labMessages';
import { type TransferEvent } from '../../../src/trace/lab/transferEvents';
import { createLiveRegion } from '../../access/liveRegion';
import { type LabHost } from '../../host/labHost';
import { addTransferEvent, emptyTransfer, type TransferState } from '../../store/transferState';
import { readPalette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element } from '../element';
import { createFrameSchedule, createProblemNotice, type LabPage, startLabPage } from '../labPage';
import { saveText } from '../export/savePicture';
import { createTransferCurves } from './curvesPane';
import { createFiguresPane, figuresCsv } from './figuresPane';
import { createLayersPane } from './layersPane';
import { createMovedPane } from './movedPane';
import { createTransferHeader } from './transferHeader';
import { createVocabularyPane } from './vocabularyPane';

/** The page of a transfer: stages and curves while it runs, then the figures and the gates that moved. */
export function createTransferPage(root: HTMLElement, host: LabHost<TransferEvent>): void {
  startLabPage(host, () => new TransferPage(root, host));
}

class TransferPage implements LabPage<TransferEvent> {
  private state: TransferState = emptyTransfer;
  private readonly schedule = createFrameSchedule(() => this.draw());
  private readonly notice;
  private readonly empty = element('p', {
    class: 'lab-hint transfer-empty',
    text: say(
      "Nothing was transferred yet. “Transfer” takes the source's layers, freezes them, puts new ones on top, and trains as the settings file says.",
    ),
  });
  private readonly header;
  private readonly layers = createLayersPane();
  private readonly vocabulary = createVocabularyPane();
  private readonly curves = createTransferCurves();
  private readonly figures = createFiguresPane();
  private readonly moved;

  constructor(root: HTMLElement, host: LabHost<TransferEvent>) {
    const spoken = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite', id: 'live' } });
    const ask = (what: string): void =>
      host.post({
        type: 'do',
        what,
        params: { text: this.state.finished?.sentence?.text ?? '', source: this.state.started?.source ?? '' },
      });
    this.header = createTransferHeader({
      act: (action) => host.post({ type: 'lab', action }),
      openSettings: () => ask('openSettings'),
      inspect: () => ask('inspect'),
      compare: () => ask('compare'),
      save: () => saveText((message) => host.post(message), 'transfer.csv', figuresCsv(this.state)),
    });
    this.moved = createMovedPane(createLiveRegion(spoken));
    this.notice = createProblemNotice(host);
    const main = element('div', {
      class: 'lab-main',
      children: [this.empty, this.layers.root, this.figures.root, this.moved.root, this.curves.root],
    });
    const side = element('aside', {
      class: 'lab-side',
      attributes: { 'aria-label': say('Vocabulary and data') },
      children: [this.vocabulary.root],
    });
    root.classList.add('lab');
    root.replaceChildren(
      this.header.root,
      this.notice.root,
      element('div', { class: 'lab-body', children: [main, side] }),
      spoken,
    );
  }

  set({ events, source, status }: HydrateLab<TransferEvent>): void {
    this.state = events.reduce(addTransferEvent, { ...emptyTransfer, source, status });
    this.draw();
  }

  add(event: TransferEvent): void {
    this.state = addTransferEvent(this.state, event);
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
    this.empty.hidden = state.started !== null || state.status.kind !== 'idle';
    this.layers.update(state);
    this.vocabulary.update(state);
    this.figures.update(state, palette);
    this.moved.update(state, palette);
    this.curves.update(state, palette);
    this.notice.say(state.status.kind === 'failed' ? state.status.failure.message : null);
  }
}
