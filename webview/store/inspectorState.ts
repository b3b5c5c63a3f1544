import { assertNever } from '../../src/base/assertNever';
import { type Failure } from '../../src/base/errors';
import { type ModelSummary, type UnitFormula } from '../../src/protocol/summaries';
import {
  type Hydrate,
  type ReadingStatus,
  type StoredSource,
  type ViewEdit,
  type ViewState,
} from '../../src/protocol/viewMessages';
import { cellDescriptions, fieldsOf } from '../../src/trace/reading/cellKind';
import { type PredictionTrack } from '../../src/trace/reading/predictionTrack';
import { nothingStale, type StaleMarks } from '../../src/trace/reading/staleMarks';
import { firstEndingAfter, type Tokens, tokensReceived } from '../../src/trace/reading/tokenList';
import { type LayerShape } from '../../src/trace/reading/trace';
import { showRow } from '../scales/rows';
import { type EditEffect } from '../../src/trace/causes/editEffect';
import { type EditHistory, type EditTarget, emptyHistory, remember } from './edits';
import { changeGradient, type GradientState, initialGradientState } from './gradientState';
import { initialWhyState, type WhyState } from './whyState';
import { findLayer, fitViewState, initialViewState, type ShownPlace, togglePin } from './viewState';

/** Rows of the heatmaps: unit numbers in the order shown, and the group of each where they were clustered. */
export interface UnitOrder {
  readonly key: string;
  readonly order: readonly number[];
  readonly clusterOf?: readonly number[];
}

/** What the pictures show; the values themselves lie in a TraceBlocks beside it, which counts its versions here. */
export interface InspectorState {
  readonly isHydrated: boolean;
  readonly inspection: number;
  readonly source: string;
  /** Kept beside the view's own state for a reload; never looked into. */
  readonly stored: StoredSource | null;
  readonly text: string;
  /** Steps before which another selection begins. */
  readonly borders: readonly number[];
  readonly tokens: Tokens;
  readonly model: ModelSummary | null;
  /** What the columns of numeric input are called; null where text is read. */
  readonly columns: readonly string[] | null;
  /** The values [T] of those columns that have arrived, by their number. */
  readonly inputs: ReadonlyMap<number, Float32Array>;
  readonly status: ReadingStatus;
  readonly stale: 'changed' | 'gone' | null;
  /** Which tokens the change has touched. */
  readonly staleMarks: StaleMarks;
  readonly view: ViewState;
  /**
   * The cell under the mouse, or the track where that has no units (`gradient`, ...); the cursor and the chosen unit
   * stay where they are.
   */
  readonly hover: { readonly step: number; readonly unit: number | null; readonly field: string | null } | null;
  readonly isPlaying: boolean;
  /** Grows with every frame that arrives. */
  readonly dataVersion: number;
  /** Grows when colours change. */
  readonly themeVersion: number;
  readonly predictions: PredictionTrack | null;
  readonly unitOrder: UnitOrder | null;
  readonly formula: UnitFormula | null;
  readonly gradient: GradientState;
  readonly why: WhyState;
  /** Values and answers are those of an edited reading. */
  readonly isEdited: boolean;
  /** Why edits are not in force. */
  readonly editProblem: string | null;
  readonly history: EditHistory;
  /** What is to be changed, while the form for it is open; and where on the page it was pointed at. */
  readonly editing: EditTarget | null;
  readonly editingAt: { readonly x: number; readonly y: number } | null;
  /** A value is being dragged. */
  readonly isDragging: boolean;
  /** What the edits in force changed; null while it is not known. */
  readonly effect: EditEffect | null;
  /** What could not be had, said where the person looks for it. */
  readonly failure: Failure | null;
}

/** Before `hydrate`. */
export const initialState: InspectorState = {
  isHydrated: false,
  inspection: -1,
  source: '',
  stored: null,
  text: '',
  borders: [],
  tokens: [],
  model: null,
  columns: null,
  inputs: new Map(),
  status: { kind: 'loading' },
  stale: null,
  staleMarks: nothingStale,
  view: initialViewState,
  hover: null,
  isPlaying: false,
  dataVersion: 0,
  themeVersion: 0,
  predictions: null,
  unitOrder: null,
  formula: null,
  gradient: initialGradientState,
  why: initialWhyState,
  isEdited: false,
  editProblem: null,
  history: emptyHistory,
  editing: null,
  editingAt: null,
  isDragging: false,
  effect: null,
  failure: null,
};

/** Everything that can happen to the state. */
export type Action =
  | { readonly type: 'hydrated'; readonly message: Hydrate }
  | { readonly type: 'status'; readonly status: ReadingStatus }
  | { readonly type: 'stale'; readonly stale: InspectorState['stale']; readonly staleMarks: StaleMarks }
  | { readonly type: 'data' }
  | { readonly type: 'theme' }
  /** The panel is another size: everything is painted again. */
  | { readonly type: 'resized' }
  | { readonly type: 'hover'; readonly hover: InspectorState['hover'] }
  | { readonly type: 'cursor'; readonly step: number | null }
  | { readonly type: 'pin'; readonly step: number }
  | { readonly type: 'unpin' }
  | { readonly type: 'unit'; readonly unit: number | null }
  | { readonly type: 'zoom'; readonly zoom: ViewState['zoom'] }
  | { readonly type: 'rows'; readonly rows: ViewState['rows'] | undefined }
  | {
      readonly type: 'choose';
      readonly choice: Partial<
        Pick<ViewState, 'layer' | 'direction' | 'order' | 'ribbon' | 'stateScale' | 'column' | 'dockPx'>
      >;
    }
  | { readonly type: 'play'; readonly isPlaying: boolean }
  | { readonly type: 'inputs'; readonly inputs: ReadonlyMap<number, Float32Array> }
  | { readonly type: 'predictions'; readonly predictions: PredictionTrack }
  | { readonly type: 'unitOrder'; readonly unitOrder: UnitOrder | null }
  | { readonly type: 'formula'; readonly formula: UnitFormula | null }
  | { readonly type: 'gradient'; readonly change: Partial<GradientState> }
  | { readonly type: 'why'; readonly change: Partial<WhyState> }
  /** Other edits; `isLive` while a value is dragged, which is undone as one. */
  | { readonly type: 'edits'; readonly edits: readonly ViewEdit[]; readonly isLive?: boolean }
  | { readonly type: 'undo' | 'redo' }
  /** Shows the reading without its edits, or with them again. */
  | { readonly type: 'untouched' }
  | { readonly type: 'editing'; readonly target: EditTarget | null; readonly at?: InspectorState['editingAt'] }
  | { readonly type: 'effect'; readonly effect: EditEffect }
  /** Chooses what a finding is about. */
  | ({ readonly type: 'show' } & ShownPlace)
  | { readonly type: 'failure'; readonly failure: Failure | null };

/** The state after an action; the same object where nothing changes. */
export function reduce(state: InspectorState, action: Action): InspectorState {
  switch (action.type) {
    case 'hydrated':
      return hydrate(state, action.message);
    case 'status':
      return { ...state, status: action.status };
    case 'stale':
      return { ...state, stale: action.stale, staleMarks: action.staleMarks };
    case 'data':
      return { ...state, dataVersion: state.dataVersion + 1 };
    case 'theme':
      return { ...state, themeVersion: state.themeVersion + 1 };
    case 'resized':
      return { ...state };
    case 'hover':
      return { ...state, hover: action.hover };
    case 'cursor':
      return moveCursor(state, action.step);
    case 'pin':
      return inView(moveCursor(state, action.step), { pins: togglePin(state.view.pins, action.step) });
    case 'unpin':
      return { ...inView(state, { pins: [], unit: null }), formula: null };
    case 'unit':
      return { ...chooseUnit(state, action.unit), formula: null };
    case 'zoom':
      return inView(state, { zoom: action.zoom });
    case 'rows':
      return showRows(state, action.rows);
    case 'choose':
      return choose(state, action.choice);
    case 'play':
      return { ...state, isPlaying: action.isPlaying };
    case 'inputs':
      return { ...state, inputs: new Map([...state.inputs, ...action.inputs]) };
    case 'predictions':
      return { ...state, predictions: action.predictions };
    case 'unitOrder':
      return { ...state, unitOrder: action.unitOrder };
    case 'formula':
      return { ...state, formula: action.formula };
    case 'gradient':
      return { ...state, gradient: changeGradient(state.gradient, action.change) };
    case 'why':
      return { ...state, why: { ...state.why, ...action.change } };
    case 'edits':
    case 'undo':
    case 'redo':
    case 'untouched':
    case 'editing':
    case 'effect':
      return edit(state, action);
    case 'show':
      return show(state, action);
    case 'failure':
      return { ...state, failure: action.failure };
    default:
      return assertNever(action);
  }
}

/** The same on a report page, which cannot read again: nothing is edited there. */
export function reduceReport(state: InspectorState, action: Action): InspectorState {
  const reads = ['edits', 'undo', 'redo', 'untouched', 'editing'] as readonly Action['type'][];
  return reads.includes(action.type) ? state : reduce(state, action);
}

/** The layer in sight, or nothing before the model is known. */
export function shownLayer(state: InspectorState): LayerShape | undefined {
  return findLayer(state.model?.layers ?? [], state.view.layer, state.view.direction);
}

/** The step that the side pane tells of: under the mouse, else at the cursor, else the last pin. */
export function shownStep(state: InspectorState): number | null {
  return state.hover?.step ?? state.view.cursor ?? state.view.pins.at(-1) ?? null;
}

/** How many steps have been read so far, T when complete. */
export function stepsRead(state: InspectorState): number {
  const { status } = state;
  if (status.kind === 'reading' || status.kind === 'cancelled') return status.done;
  return status.kind === 'complete' ? state.tokens.length : 0;
}

function hydrate(state: InspectorState, message: Hydrate): InspectorState {
  const layers = message.model?.layers ?? [];
  const tokens = tokensReceived(message.tokens, message.text);
  const view = fitViewState(message.state ?? state.view, tokens.length, layers);
  const isSame = state.inspection === message.inspection;
  return {
    ...initialState,
    isHydrated: true,
    inspection: message.inspection,
    source: message.source,
    stored: message.stored,
    text: message.text,
    borders: message.borders
      .map((offset) => firstStartingAt(tokens, offset))
      .filter((step) => step > 0 && step < tokens.length),
    tokens,
    model: message.model,
    columns: message.columns ?? null,
    inputs: isSame ? state.inputs : new Map(),
    status: message.status,
    stale: message.stale,
    staleMarks: message.staleMarks,
    view,
    dataVersion: state.dataVersion + 1,
    themeVersion: state.themeVersion,
    predictions: isSame ? state.predictions : null,
    // Units keep their places while edits come and go.
    unitOrder: message.isEdited === true || state.isEdited ? state.unitOrder : null,
    isEdited: message.isEdited === true,
    editProblem: message.editProblem ?? null,
    history: state.history,
    isDragging: state.isDragging,
    editing: state.editing,
    editingAt: state.editingAt,
    effect: isSame ? state.effect : null,
    gradient: isSame ? state.gradient : initialGradientState,
    why: isSame ? state.why : { ...initialWhyState, isWanted: state.why.isWanted },
  };
}

type EditAction = Action & { type: 'edits' | 'undo' | 'redo' | 'untouched' | 'editing' | 'effect' };

function edit(state: InspectorState, action: EditAction): InspectorState {
  switch (action.type) {
    case 'edits':
      return changeEdits(state, action.edits, action.isLive === true);
    case 'untouched':
      return showUntouched(state, !state.view.showsUntouched);
    case 'editing':
      return { ...state, editing: action.target, editingAt: action.at ?? state.editingAt };
    case 'effect':
      return { ...state, effect: action.effect };
    case 'undo':
    case 'redo':
      return goBack(state, action.type);
  }
}

/** Other edits, shown in force; a drag is one change, begun where the last list was not of the same drag. */
function changeEdits(state: InspectorState, edits: readonly ViewEdit[], isLive: boolean): InspectorState {
  const before = state.view.edits ?? [];
  const history = isLive && state.isDragging ? state.history : remember(state.history, before);
  return showUntouched(inView({ ...state, history, isDragging: isLive, editProblem: null }, { edits }), false);
}

function goBack(state: InspectorState, way: 'undo' | 'redo'): InspectorState {
  const { past, future } = state.history;
  const edits = way === 'undo' ? past.at(-1) : future.at(-1);
  if (edits === undefined) return state;
  const now = state.view.edits ?? [];
  const history =
    way === 'undo'
      ? { past: past.slice(0, -1), future: [...future, now] }
      : { past: [...past, now], future: future.slice(0, -1) };
  return showUntouched(inView({ ...state, history, isDragging: false, editProblem: null }, { edits }), false);
}

function showUntouched(state: InspectorState, shows: boolean): InspectorState {
  const { showsUntouched: _before, ...view } = state.view;
  return { ...state, view: shows ? { ...view, showsUntouched: true } : view };
}

/** What can be changed at a step: of the chosen unit, or all. */
export function editTarget(
  state: InspectorState,
  { step, unit, field }: { readonly step: number; readonly unit: number | null; readonly field: string | null },
): EditTarget | null {
  const shape = shownLayer(state);
  if (shape === undefined || state.tokens.length === 0) return null;
  const fields = fieldsOf(shape.cell);
  const memoryGate = cellDescriptions[shape.cell].memory?.gate;
  const pins = [...state.view.pins].sort((one, other) => one - other);
  const [from, to] = [pins[0], pins.at(-1)];
  return {
    layer: shape.layer,
    direction: shape.direction,
    isOnly: state.model?.layers.length === 1,
    field: fields.find((each) => each === field) ?? fields.find((each) => each === memoryGate) ?? 'h',
    unit,
    step: Math.max(0, Math.min(state.tokens.length - 1, step)),
    pins: from !== undefined && to !== undefined && from < to ? { from, to } : null,
  };
}

/** The first token that begins at an offset or after it, its step; T where there is none. */
function firstStartingAt(tokens: Tokens, offset: number): number {
  const step = firstEndingAfter(tokens, offset);
  return (tokens.at(step)?.start ?? offset) < offset ? step + 1 : step;
}

function show(state: InspectorState, { layer, direction, unit, step, range, ribbon }: ShownPlace): InspectorState {
  const chosen = choose(state, { layer, direction, ...(ribbon !== undefined && { ribbon }) });
  const { zoom } = chosen.view;
  const isSeen = zoom !== null && (step === null || (step >= zoom.from && step < zoom.to));
  const around = range === undefined ? null : { from: range.from - 5, to: Math.max(range.to + 5, range.from + 40) };
  const placed = inView(chooseUnit(chosen, unit), {
    ...(around !== null
      ? { zoom: around }
      : isSeen || step === null
        ? {}
        : { zoom: { from: step - 20, to: step + 60 } }),
  });
  return { ...(step === null ? placed : moveCursor(placed, step)), formula: null };
}

function inView(state: InspectorState, change: Partial<ViewState>): InspectorState {
  return { ...state, view: { ...state.view, ...change } };
}

function chooseUnit(state: InspectorState, unit: number | null): InspectorState {
  const units = shownLayer(state)?.units ?? 1;
  const row = unit === null ? -1 : (state.unitOrder?.order.indexOf(unit) ?? unit);
  const chosen = inView(state, { unit });
  return row < 0 ? chosen : showRows(chosen, showRow(state.view.rows, row, units));
}

function showRows(state: InspectorState, rows: ViewState['rows'] | undefined): InspectorState {
  const { rows: _before, ...view } = state.view;
  return { ...state, view: rows === undefined ? view : { ...view, rows } };
}

function moveCursor(state: InspectorState, step: number | null): InspectorState {
  const last = state.tokens.length - 1;
  const cursor = step === null || last < 0 ? null : Math.max(0, Math.min(last, step));
  if (cursor === state.view.cursor) return state;
  return inView(state, { cursor });
}

function choose(state: InspectorState, choice: Partial<ViewState>): InspectorState {
  const next = inView(state, choice);
  const layers = state.model?.layers ?? [];
  const hasLayer = choice.layer !== undefined || choice.direction !== undefined;
  if (!hasLayer) return next;
  const shape =
    findLayer(layers, next.view.layer, next.view.direction) ?? layers.find(({ layer }) => layer === next.view.layer);
  const direction = shape?.direction ?? next.view.direction;
  const isUnit = next.view.unit !== null && next.view.unit < (shape?.units ?? 0);
  return { ...inView(next, { direction, unit: isUnit ? next.view.unit : null }), unitOrder: null, formula: null };
}
