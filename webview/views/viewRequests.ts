import { fieldsOf } from '../../src/trace/reading/cellKind';
import { columnsTogether, splitColumns } from '../../src/protocol/inputColumns';
import { unpackFrame } from '../../src/trace/reading/frame';
import {
  emptyPredictionTrack,
  type PredictionTrack,
  unpackPredictionTrack,
  withPredictions,
} from '../../src/trace/reading/predictionTrack';
import { type Host } from '../host/host';
import { columnsInSight, strideFor } from '../scales/columns';
import { type Store } from '../store/createStore';
import { type Action, type InspectorState, shownLayer, stepsRead } from '../store/inspectorState';
import { shownColumn } from '../store/inputColumns';
import { blockColumns, type TraceBlocks } from '../store/traceBlocks';
import { createWhyAsker } from './why/whyRequests';
import { createGradientAsker } from './panes/gradientRequests';
import { type Scene } from './tracks/scene';

/** Asks the host for what the pictures lack, and tells it what the person does. */
export interface ViewRequests {
  update(scene: Scene, previous: InspectorState): void;
}

const settleMs = 120;
/** UTF-16 units of an untitled text that the view's state may hold and be kept with every change. */
const mostKeptAtOnce = 20_000;

/** Connects a store to its host. */
export function connectRequests(host: Host, store: Store<InspectorState, Action>, blocks: TraceBlocks): ViewRequests {
  const context: Context = { host, store, blocks };
  const askRanges = createRangeAsker(context);
  const askOrder = createOrderAsker(context);
  const askFormula = createFormulaAsker(context);
  const askGradients = createGradientAsker(host, store);
  const askWhy = createWhyAsker(host, store);
  const askInputs = createInputAsker(context);
  const askPredictions = createPredictionAsker(context);
  const askEffect = createEffectAsker(context);
  const report = createReporter(host);
  let shown = -1;
  /** Whether the values in sight have come once: what else is asked for before would keep them waiting. */
  const isInSight = (scene: Scene): boolean => {
    const { inspection, status } = scene.state;
    if (status.kind === 'complete' && missingRange(scene, blocks, strideFor(scene.columns.columnPx)) === null)
      shown = inspection;
    return shown === inspection;
  };
  return {
    update: (scene, previous) => {
      if (!scene.state.isHydrated) return;
      report(scene, previous);
      askRanges(scene);
      askInputs(scene.state);
      askOrder(scene.state);
      askFormula(scene.state);
      if (!isInSight(scene)) return;
      askPredictions(scene.state);
      askEffect(scene.state);
      askGradients(scene);
      askWhy(scene.state);
    },
  };
}

interface Context {
  readonly host: Host;
  readonly store: Store<InspectorState, Action>;
  readonly blocks: TraceBlocks;
}

/** Posts what changed: columns in sight, the token under the mouse or the cursor, the small state that is kept. */
function createReporter(host: Host): (scene: Scene, previous: InspectorState) => void {
  let sightKey = '';
  let hovered: number | null = null;
  let timer: number | undefined;
  return ({ state, columns }, previous) => {
    const sight = columnsInSight(columns);
    const key = `${state.inspection}.${state.view.layer}.${state.view.direction}.${sight.from}.${sight.to}`;
    if (key !== sightKey && state.tokens.length > 0) {
      sightKey = key;
      host.post({ type: 'sight', layer: state.view.layer, direction: state.view.direction, ...sight });
    }
    const step = state.hover?.step ?? state.view.cursor;
    if (step !== hovered) host.post({ type: 'hover', step });
    hovered = step;
    // Before the tokens are there, a restored cursor or pin has nowhere to be.
    if (state.view === previous.view || state.tokens.length === 0) return;
    host.post({ type: 'state', state: state.view });
    const { stored, view } = state;
    if (stored === null) return;
    const keep = (): void => host.keep({ source: stored, state: view });
    window.clearTimeout(timer);
    // At once, not a moment later: the window may be loaded again, or the tab left, in that moment. Only a long text
    // that has no file is kept with it, and is not written with every frame of a pan.
    if ((stored.text?.length ?? 0) > mostKeptAtOnce) timer = window.setTimeout(keep, 250);
    else keep();
  };
}

/**
 * Asks for blocks in sight that are missing, a moment after the view has come to rest; a newer sight replaces the wait.
 */
function createRangeAsker({ host, store, blocks }: Context): (scene: Scene) => void {
  let timer: number | undefined;
  let asking: AbortController | null = null;
  let askedKey = '';
  const ask = async (scene: Scene): Promise<void> => {
    const shape = shownLayer(scene.state);
    if (shape === undefined) return;
    const stride = strideFor(scene.columns.columnPx);
    const missing = missingRange(scene, blocks, stride);
    if (missing === null) return;
    asking?.abort();
    asking = new AbortController();
    const fields = fieldsOf(shape.cell);
    const answer = await host.request(
      'range',
      { layer: shape.layer, direction: shape.direction, fields, stride, ...missing },
      asking.signal,
    );
    if (!answer.ok) {
      if (answer.error.code !== 'cancelled') store.dispatch({ type: 'failure', failure: answer.error });
      return;
    }
    askedKey = '';
    blocks.add(unpackFrame(answer.value));
    store.dispatch({ type: 'data' });
  };
  return (scene) => {
    const { state } = scene;
    const sight = columnsInSight(scene.columns);
    const key = [
      state.inspection,
      state.view.layer,
      state.view.direction,
      sight.from,
      sight.to,
      stepsRead(state),
      state.dataVersion,
    ].join('.');
    if (key === askedKey) return;
    askedKey = key;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(scene), settleMs);
  };
}

/**
 * Columns in one answer at most, and steps: a picture of a million tokens comes piece by piece, and nothing else waits
 * long for it.
 */
const mostColumns = 8 * blockColumns;
const mostSteps = 65_536;

/** The first run of columns in sight that has been read but is not here, in whole blocks where those are short. */
function missingRange(
  scene: Scene,
  blocks: TraceBlocks,
  stride: number,
): { readonly from: number; readonly to: number } | null {
  const shape = shownLayer(scene.state);
  if (shape === undefined) return null;
  const sight = columnsInSight(scene.columns);
  const read = stepsRead(scene.state);
  const span = Math.min(blockColumns * stride, mostSteps);
  const from = Math.floor(sight.from / span) * span;
  const run = blocks.missingRun(shape, 'h', { from, to: Math.min(read, Math.ceil(sight.to / span) * span), stride });
  // What lies outside the sight is asked for only along with what lies in it.
  if (run === null || run.from >= sight.to || run.to <= sight.from) return null;
  return { from: run.from, to: Math.min(read, run.to, run.from + Math.min(mostColumns * stride, mostSteps)) };
}

/** Asks for the chosen column of numeric input, with the others where they are few. */
function createInputAsker({ host, store }: Context): (state: InspectorState) => void {
  let asked = '';
  return (state) => {
    const column = shownColumn(state);
    if (column === null || column.values !== null || state.tokens.length === 0) return;
    const { inspection } = state;
    const columns = columnsTogether(column.index, { columns: state.columns?.length ?? 0, steps: state.tokens.length });
    const key = `${inspection}.${columns.join()}`;
    if (asked === key) return;
    asked = key;
    void host.request('inputColumns', { columns }).then((answer) => {
      if (store.get().inspection !== inspection) return;
      if (answer.ok) store.dispatch({ type: 'inputs', inputs: splitColumns(answer.value, columns) });
      else if (answer.error.code !== 'cancelled') store.dispatch({ type: 'failure', failure: answer.error });
    });
  };
}

/** Steps of predictions in one answer; a page that is a report holds them in one. */
const predictionsAtOnce = 32_768;

/** Asks for the predictions of all steps, those of a long text piece by piece. */
function createPredictionAsker({ host, store }: Context): (state: InspectorState) => void {
  let asked = -1;
  const ask = async (inspection: number, steps: number): Promise<void> => {
    const isWhole = steps <= predictionsAtOnce || !host.isLive;
    let track: PredictionTrack | null = null;
    for (let from = 0; from < steps; from += isWhole ? steps : predictionsAtOnce) {
      const answer = await host.request(
        'predictions',
        isWhole ? {} : { from, to: Math.min(steps, from + predictionsAtOnce) },
      );
      // A model without a head has none; the trace is complete without them.
      if (store.get().inspection !== inspection || !answer.ok) return;
      const part = unpackPredictionTrack(answer.value);
      track = isWhole ? part : withPredictions(track ?? emptyPredictionTrack(steps, part.top), part, from);
      store.dispatch({ type: 'predictions', predictions: track });
    }
  };
  return (state) => {
    if (state.status.kind !== 'complete' || asked === state.inspection || state.predictions !== null) return;
    if (state.model === null || state.model.task === 'states' || state.tokens.length === 0) return;
    asked = state.inspection;
    void ask(state.inspection, state.tokens.length);
  };
}

/** Asks what the edits in force changed, once the edited reading is complete. */
function createEffectAsker({ host, store }: Context): (state: InspectorState) => void {
  let asked = -1;
  return ({ isEdited, status, inspection }) => {
    if (!isEdited || status.kind !== 'complete' || asked === inspection) return;
    asked = inspection;
    void host.request('editEffect', {}).then((answer) => {
      if (store.get().inspection !== inspection) return;
      if (answer.ok) store.dispatch({ type: 'effect', effect: answer.value });
      else if (answer.error.code !== 'cancelled' && host.isLive)
        store.dispatch({ type: 'failure', failure: answer.error });
    });
  };
}

function createOrderAsker({ host, store }: Context): (state: InspectorState) => void {
  let asked = '';
  return (state) => {
    const { order: by, layer, direction } = state.view;
    const key = `${state.inspection}.${layer}.${direction}.${by}`;
    if (by === 'stored') {
      asked = '';
      if (state.unitOrder !== null) store.dispatch({ type: 'unitOrder', unitOrder: null });
      return;
    }
    if (state.status.kind !== 'complete' || asked === key || state.unitOrder?.key === key) return;
    asked = key;
    void host.request('unitOrder', { layer, direction, by }).then((answer) => {
      if (asked !== key) return;
      if (answer.ok) store.dispatch({ type: 'unitOrder', unitOrder: { key, ...answer.value } });
      else store.dispatch({ type: 'failure', failure: answer.error });
    });
  };
}

/** The step that the formula is shown for: the last pin, else the cursor. */
export function formulaStep(state: InspectorState): number | null {
  return state.view.pins.at(-1) ?? state.view.cursor;
}

function createFormulaAsker({ host, store }: Context): (state: InspectorState) => void {
  let asked = '';
  let asking: AbortController | null = null;
  return (state) => {
    const { unit, layer, direction } = state.view;
    const step = formulaStep(state);
    if (unit === null || step === null || step >= stepsRead(state) || state.isPlaying) return;
    const key = `${state.inspection}.${layer}.${direction}.${unit}.${step}`;
    if (asked === key) return;
    asked = key;
    asking?.abort();
    asking = new AbortController();
    void host.request('formula', { layer, direction, unit, step }, asking.signal).then((answer) => {
      if (asked !== key) return;
      store.dispatch({ type: 'formula', formula: answer.ok ? answer.value : null });
    });
  };
}
