import { type Hydrate, type HostToView } from '../../src/protocol/viewMessages';
import { unpackFrame } from '../../src/trace/reading/frame';
import { commandOf, editingCommandOf, type KeyCommand } from '../access/keyboard';
import { describeStep } from '../access/describeStep';
import { createLiveRegion } from '../access/liveRegion';
import { type Host } from '../host/host';
import { createColumnScale, panBy, panTo, zoomAt, type ColumnScale } from '../scales/columns';
import { createStore, type Store } from '../store/createStore';
import {
  type Action,
  initialState,
  type InspectorState,
  reduce,
  reduceReport,
  shownStep,
} from '../store/inspectorState';
import { TraceBlocks } from '../store/traceBlocks';
import { readPalette, watchTheme } from '../theme/palette';
import { say, useStrings } from '../theme/strings';
import {
  type CollectedPicture,
  collectPicture,
  pictureAsCanvas,
  pictureAsSvg,
  withCaption,
} from './export/collectPicture';
import { createButton } from './controls';
import { createDock } from './dock';
import { createEditDialog } from './edits/editDialog';
import { createEditRow } from './edits/editRow';
import { element } from './element';
import { inspectionCsv } from './export/inspectionCsv';
import { createKeysHelp } from './keysHelp';
import { createLoading } from './loading';
import { createNotice } from './notice';
import { pictureCaption } from './export/pictureCaption';
import { createPlots, type Plots } from './tracks/plots';
import { createReplay, type Replay } from './replay';
import { createStoryLine } from './storyLine';
import { type Scene } from './tracks/scene';
import { createFindingsPane, wantFindings } from './panes/findingsPane';
import { createGradientPane } from './panes/gradientPane';
import { createWhyPane, wantWhy } from './why/whyPane';
import { createSceneBuilder, tablesOf } from './tracks/sceneBuilder';
import { saveCanvas, saveSvg, saveText } from './export/savePicture';
import { createTabs } from './panes/tabs';
import { createTokenPane } from './panes/tokenPane';
import { createToolbar } from './toolbar';
import { createTooltip } from './tooltip';
import { createUnitPane } from './panes/unitPane';
import { connectRequests } from './viewRequests';
import { type View } from './view';

const memoryBytes = 160 * 1024 * 1024;

interface Parts {
  readonly host: Host;
  readonly store: Store<InspectorState, Action>;
  readonly blocks: TraceBlocks;
  readonly plots: Plots;
  /** Shows or hides the list of keys. */
  readonly toggleKeys: () => void;
  scene: Scene | null;
}

/** The whole page of an inspection. */
export function createInspector(root: HTMLElement, host: Host): void {
  const blocks = new TraceBlocks(memoryBytes);
  const store = createStore(initialState, host.isLive ? reduce : reduceReport, (call) => requestAnimationFrame(call));
  const plots = createPlots(store.dispatch);
  const keys = createKeysHelp(plots.root, host.isLive);
  const parts: Parts = { host, store, blocks, plots, toggleKeys: keys.toggle, scene: null };
  const tabs = createTabs([say('Token'), say('Unit'), say('Gradient'), say('Findings'), say('Why')]);
  const boxes = layOut(root, plots, tabs.root);
  root.append(keys.root);
  const replay = createReplay(store, () => keepInSight(store, plots));
  const views = createViews(parts, { boxes, panes: tabs.panes, replay });
  const builder = createSceneBuilder(blocks, readPalette(document.body));
  tabs.onSelect((index) => {
    if (index === 3) wantFindings(store.get(), store.dispatch);
    if (index === 4) wantWhy(store.get(), store.dispatch);
  });
  const acknowledge = connectMessages(parts);
  const requests = connectRequests(host, store, blocks);
  const live = createLiveRegion(boxes.live);

  store.subscribe((state, previous) => {
    if (state.themeVersion !== previous.themeVersion) builder.setPalette(readPalette(document.body));
    const scene = builder.build(state, plots.columnsOf(state));
    parts.scene = scene;
    plots.paint(scene);
    for (const view of views) view.update(state, previous);
    acknowledge();
    requests.update(scene, previous);
    // A finding that is clicked keeps its list in sight.
    const isListed = tabs.panes[3]?.contains(document.activeElement) === true;
    if (state.view.unit !== null && previous.view.unit === null && !isListed) tabs.select(1);
    speak(live.say, state, previous, blocks);
  });
  watchTheme(document.body, () => store.dispatch({ type: 'theme' }));
  new ResizeObserver(() => {
    if (plots.resize()) store.dispatch({ type: 'resized' });
  }).observe(plots.root);
  plots.root.addEventListener('keydown', (event) => onKey(parts, event, replay.toggle));
}

interface ViewPlaces {
  readonly boxes: Boxes;
  readonly panes: readonly HTMLElement[];
  readonly replay: Replay;
}

/** Everything around the pictures that follows the state. */
function createViews(parts: Parts, { boxes, panes, replay }: ViewPlaces): readonly View[] {
  const { host, store, blocks, plots } = parts;
  const [token, unit, gradient, findings, why] = panes as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  const tooltip = createTooltip(plots.root, blocks);
  const dialog = createEditDialog(store, plots.root);
  boxes.root.append(tooltip.root, dialog.root);
  const dock = createDock(boxes.side, store);
  boxes.side.prepend(dock.bar);
  return [
    createToolbar(boxes.toolbar, store.dispatch, {
      play: replay.toggle,
      pace: replay.setPace,
      step: (by) => moveCursor(parts, by),
      zoom: (factor) => zoom(parts, factor),
      cancel: () => host.post({ type: 'cancel' }),
      chooseModel: () => host.post({ type: 'chooseModel' }),
      save: createSaveRow(parts),
    }),
    createStoryLine(boxes.story, plots.columnsOf),
    createEditRow(boxes.edits, store.dispatch, host.isLive),
    dialog,
    createNotice(
      boxes.notice,
      {
        again: () => host.post({ type: 'again' }),
        chooseModel: () => host.post({ type: 'chooseModel' }),
        showLog: () => host.post({ type: 'showLog' }),
      },
      host.isLive,
    ),
    createLoading(boxes.loading),
    createTokenPane(token, blocks),
    createUnitPane(unit, blocks),
    createGradientPane(
      gradient,
      store.dispatch,
      () => (parts.scene?.tables ?? tablesOf(readPalette(document.body))).sequential,
      host.isLive,
    ),
    createFindingsPane(findings, store.dispatch, () => readPalette(document.body)),
    createWhyPane(why, store, { palette: () => readPalette(document.body), isLive: host.isLive }),
    tooltip,
    dock,
  ];
}

function createSaveRow({ host, store, blocks, plots }: Parts): HTMLElement {
  const name = (ending: string): string =>
    `${store.get().source.replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'inspection'}.${ending}`;
  const picture = (): CollectedPicture => {
    const { background, muted: colour } = readPalette(document.body);
    const shown = collectPicture(plots.root.firstElementChild as HTMLElement, background);
    return withCaption(shown, pictureCaption(store.get(), plots.columnsOf(store.get())), {
      colour,
      family: 'sans-serif',
    });
  };
  const buttons = [
    createButton('PNG', () => void saveCanvas(host.post, name('png'), pictureAsCanvas(picture())), {
      label: say('Save the picture as PNG'),
    }),
    createButton('SVG', () => saveSvg(host.post, name('svg'), pictureAsSvg(picture())), {
      label: say('Save the picture as SVG'),
    }),
    createButton('CSV', () => saveText(host.post, name('csv'), inspectionCsv(store.get(), blocks)), {
      label: say('Save the numbers as CSV'),
    }),
    ...(host.isLive
      ? [
          createButton(say('Report'), () => host.post({ type: 'report' }), {
            label: say('Report: one page with everything'),
          }),
        ]
      : []),
  ];
  return element('div', {
    class: 'side-foot',
    children: [
      element('span', { class: 'choice-label', text: say('Save') }),
      element('div', { class: 'button-row', children: buttons }),
    ],
  });
}

type Boxes = Record<'root' | 'toolbar' | 'story' | 'edits' | 'notice' | 'loading' | 'side' | 'live', HTMLElement>;

function layOut(root: HTMLElement, plots: Plots, tabs: HTMLElement): Boxes {
  const toolbar = element('header', { class: 'toolbar' });
  const story = element('div', { class: 'story-box' });
  story.hidden = true;
  const edits = element('section', { class: 'edit-box', attributes: { 'aria-label': say('What if') } });
  edits.hidden = true;
  const notice = element('div', { class: 'notice', attributes: { role: 'status' } });
  notice.hidden = true;
  const loading = element('div', { class: 'loading' });
  const side = element('aside', {
    class: 'side',
    attributes: { 'aria-label': say('Values') },
    children: [element('div', { class: 'side-body', children: [tabs] })],
  });
  const live = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite', id: 'live' } });
  const keys = element('p', {
    class: 'visually-hidden',
    text: say(
      'Left and right arrows move over the tokens, up and down over the units. Enter pins, Escape unpins, Space plays and pauses, plus and minus zoom, C copies, R shows the token in the editor, E changes a gate or a state, ? lists all keys.',
    ),
    attributes: { id: 'plots-keys' },
  });
  const narrow = element('p', { class: 'too-narrow', text: say('Too narrow to draw in. Widen this panel.') });
  const body = element('div', { class: 'body', children: [plots.root, side] });
  root.replaceChildren(toolbar, story, edits, notice, loading, body, narrow, keys, live);
  root.classList.add('inspector');
  return { root, toolbar, story, edits, notice, loading, side, live };
}

/** Takes the host's messages; the function it gives is called after painting and acknowledges the frames painted. */
function connectMessages({ host, store, blocks, plots }: Parts): () => void {
  let waiting: number[] = [];
  // While edits come and go over one text the last values stay until the first new ones are here: no blank in between.
  let isOutdated = false;
  const take = (message: HostToView): void => {
    switch (message.type) {
      case 'hydrate':
        if (message.inspection !== store.get().inspection) {
          isOutdated = isOfSameText(message, store.get());
          if (!isOutdated) blocks.clear();
        }
        useStrings(message.strings);
        host.keep({ source: message.stored, state: message.state });
        store.dispatch({ type: 'hydrated', message });
        // A report holds the matrix already, or says that it does not.
        if (!host.isLive) store.dispatch({ type: 'gradient', change: { wantsMatrix: true } });
        return keepInSight(store, plots);
      case 'frame':
        if (isOutdated) blocks.clear();
        isOutdated = false;
        blocks.add(unpackFrame(message.frame));
        waiting.push(message.sequence);
        return store.dispatch({ type: 'data' });
      case 'status':
        if (isOutdated && message.status.kind === 'complete') blocks.clear();
        isOutdated &&= message.status.kind !== 'complete';
        return store.dispatch({ type: 'status', status: message.status });
      case 'stale':
        return store.dispatch(message);
      case 'cursor':
        store.dispatch(
          message.pin && message.step !== null
            ? { type: 'pin', step: message.step }
            : { type: 'cursor', step: message.step },
        );
        return keepInSight(store, plots);
      case 'show':
        return store.dispatch(message);
      case 'part':
      case 'answer':
      case 'progress':
        return;
    }
  };
  host.listen(take);
  return () => {
    for (const sequence of waiting) host.post({ type: 'ack', sequence });
    waiting = [];
  };
}

/** Whether a reading differs from the one shown by its edits alone. */
function isOfSameText(message: Hydrate, { isEdited, text, model }: InspectorState): boolean {
  const isOfEdits = isEdited || message.isEdited === true;
  return isOfEdits && message.text === text && message.model?.name === model?.name;
}

function speak(
  sayAloud: (text: string) => void,
  state: InspectorState,
  previous: InspectorState,
  blocks: TraceBlocks,
): void {
  if (state.isPlaying || state.hover !== null) return;
  const { cursor, unit, pins } = state.view;
  const old = previous.view;
  if (cursor === old.cursor && unit === old.unit && pins === old.pins) return;
  const step = shownStep(state);
  if (step !== null)
    sayAloud((pins.length > old.pins.length ? `${say('Pinned.')} ` : '') + describeStep(state, blocks, step));
}

function columnsOf({ plots, store }: Parts): ColumnScale {
  return plots.columnsOf(store.get());
}

function zoom(parts: Parts, factor: number | 'all'): void {
  const columns = columnsOf(parts);
  const { cursor } = parts.store.get().view;
  const centre =
    cursor === null
      ? columns.plotWidthPx / 2
      : Math.max(0, Math.min(columns.plotWidthPx, (cursor + 0.5 - columns.from) * columns.columnPx));
  const whole = createColumnScale(columns.steps, columns.plotWidthPx, { from: 0, to: Infinity });
  parts.store.dispatch({
    type: 'zoom',
    zoom: factor === 'all' ? { from: whole.from, to: whole.to } : zoomAt(columns, centre, factor),
  });
}

/** Moves the cursor and keeps it in sight. */
export function moveCursor(parts: Pick<Parts, 'plots' | 'store'>, by: number): void {
  const { store, plots } = parts;
  const { cursor } = store.get().view;
  store.dispatch({ type: 'cursor', step: cursor === null ? 0 : cursor + by });
  keepInSight(store, plots);
}

function keepInSight(store: Parts['store'], plots: Plots): void {
  const { cursor, zoom: old } = store.get().view;
  if (cursor === null) return;
  const columns = plots.columnsOf(store.get());
  const next = panTo(columns, cursor);
  if (next.from !== columns.from || (old === null && next.from !== 0)) store.dispatch({ type: 'zoom', zoom: next });
}

function onKey(parts: Parts, event: KeyboardEvent, play: () => void): void {
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    const action = editingCommandOf({ key: event.key, shift: event.shiftKey });
    if (action === null) return;
    event.preventDefault();
    return parts.store.dispatch(action);
  }
  if (event.altKey) return;
  const order = parts.scene?.looks.get('h')?.order ?? [];
  const command = commandOf({ key: event.key, shift: event.shiftKey }, parts.store.get(), order);
  if (command === null) return;
  event.preventDefault();
  run(parts, command, play);
}

function run(parts: Parts, command: KeyCommand, play: () => void): void {
  const { store, host, blocks, plots } = parts;
  const { cursor } = store.get().view;
  switch (command.kind) {
    case 'act':
      store.dispatch(command.action);
      if (command.action.type === 'cursor') keepInSight(store, plots);
      return;
    case 'zoom':
      return zoom(parts, command.factor);
    case 'pan': {
      const columns = columnsOf(parts);
      return store.dispatch({ type: 'zoom', zoom: panBy(columns, command.share * (columns.to - columns.from)) });
    }
    case 'play':
      return play();
    case 'keys':
      return parts.toggleKeys();
    case 'reveal':
      return cursor === null ? undefined : host.post({ type: 'reveal', step: cursor });
    case 'copy': {
      const step = shownStep(store.get());
      return step === null ? undefined : host.post({ type: 'copy', text: describeStep(store.get(), blocks, step) });
    }
  }
}
