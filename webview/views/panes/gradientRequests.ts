import { type LossChoice } from '../../../src/trace/reading/gradients';
import { type Host } from '../../host/host';
import { stepsUnasked } from '../../../src/trace/reading/gradientCost';
import { wholeColumnsInSight } from '../../scales/columns';
import { type ConnectivityRow, gradientFrom, type GradientState, lossInSight } from '../../store/gradientState';
import { type Store } from '../../store/createStore';
import { type Action, type InspectorState, shownStep } from '../../store/inspectorState';
import { type Scene } from '../tracks/scene';

const rowsAround = 12;
/** With more steps than this a row is asked for alone: its neighbours would make the mouse wait. */
const longestWithNeighbours = 1500;
const settleMs = 60;
const sightSettleMs = 150;

/**
 * Asks for gradients once a reading is complete, and for the matrix, connectivity and findings when they are wanted.
 */
export function createGradientAsker(host: Host, store: Store<InspectorState, Action>): (scene: Scene) => void {
  const set = (change: Partial<GradientState>): void => store.dispatch({ type: 'gradient', change });
  const asks = [askNorms(host, set), askMatrix(host, set), askFindings(host, set), askConnectivity(host, store, set)];
  const follow = createSightFollower(store);
  return (scene) => {
    const { state } = scene;
    if (state.status.kind !== 'complete' || state.tokens.length === 0) return;
    if (host.isLive) follow(scene);
    for (const ask of asks) ask(state);
  };
}

/**
 * Makes the last column in sight the loss step once the sight rests, for a text whose every step has a loss of its own.
 */
function createSightFollower(store: Store<InspectorState, Action>): (scene: Scene) => void {
  let timer: number | undefined;
  let wanted = '';
  const follow = (sightEnd: number): void => {
    const { gradient, tokens } = store.get();
    if (!gradient.followsSight) return;
    const loss = lossInSight(gradient.loss, sightEnd, tokens.length);
    store.dispatch({ type: 'gradient', change: { loss, followsSight: true } });
  };
  return ({ state, columns }) => {
    const { gradient, model, tokens, inspection } = state;
    if (!gradient.followsSight || model?.task !== 'next-token' || tokens.length > stepsUnasked) return;
    const sightEnd = wholeColumnsInSight(columns).to;
    const key = `${inspection} ${sightEnd}`;
    if (key === wanted) return;
    const isFirst = !wanted.startsWith(`${inspection} `);
    wanted = key;
    window.clearTimeout(timer);
    if (isFirst) follow(sightEnd);
    else timer = window.setTimeout(() => follow(sightEnd), sightSettleMs);
  };
}

type Set = (change: Partial<GradientState>) => void;

/** A question that is asked once for each key; a new key cancels the old question. */
function once(
  run: (state: InspectorState, signal: AbortSignal) => Promise<void>,
  keyOf: (state: InspectorState) => string | null,
): (state: InspectorState) => void {
  let asked = '';
  let asking = new AbortController();
  return (state) => {
    const key = keyOf(state);
    if (key === null || key === asked) return;
    asked = key;
    asking.abort();
    asking = new AbortController();
    void run(state, asking.signal);
  };
}

function askNorms(host: Host, set: Set): (state: InspectorState) => void {
  return once(
    async (state, signal) => {
      const from = gradientFrom(state.gradient, state.tokens.length) ?? 0;
      const answer = await host.request('gradients', { loss: state.gradient.loss, ...(from > 0 && { from }) }, signal);
      if (answer.ok) set({ norms: answer.value, failure: null });
      else if (answer.error.code !== 'cancelled') set({ failure: answer.error });
    },
    ({ inspection, gradient, tokens }) => {
      const from = gradientFrom(gradient, tokens.length);
      return from === null ? null : `${inspection} ${from} ${JSON.stringify(gradient.loss)}`;
    },
  );
}

function askMatrix(host: Host, set: Set): (state: InspectorState) => void {
  return once(
    async ({ view, gradient }, signal) => {
      set({ matrix: null, matrixFailure: null });
      const answer = await host.request(
        'lossMatrix',
        { layer: view.layer, direction: view.direction, state: 'h', ...targetOf(gradient.loss) },
        signal,
      );
      if (answer.ok) set({ matrix: answer.value });
      else if (answer.error.code !== 'cancelled') set({ matrixFailure: answer.error });
    },
    ({ inspection, view, gradient }) =>
      gradient.wantsMatrix
        ? `${inspection} ${view.layer} ${view.direction} ${JSON.stringify(targetOf(gradient.loss))}`
        : null,
  );
}

function askFindings(host: Host, set: Set): (state: InspectorState) => void {
  return once(
    async (_state, signal) => {
      const answer = await host.request('findings', {}, signal);
      if (answer.ok) set({ findings: answer.value, findingsFailure: null });
      else if (answer.error.code !== 'cancelled') set({ findingsFailure: answer.error });
    },
    ({ inspection, gradient }) => (gradient.wantsFindings ? String(inspection) : null),
  );
}

/** The row under the mouse with its neighbours, once the mouse rests a moment; what has arrived is kept. */
function askConnectivity(host: Host, store: Store<InspectorState, Action>, set: Set): (state: InspectorState) => void {
  let timer: number | undefined;
  let wanted = '';
  const ask = async (state: InspectorState, from: number, to: number): Promise<void> => {
    const { target } = state.gradient.loss;
    const answer = await host.request('connectivity', { from, to, ...(target !== undefined && { target }) });
    if (!answer.ok) {
      if (answer.error.code !== 'cancelled') store.dispatch({ type: 'failure', failure: answer.error });
      return;
    }
    const { log10, rowMaximum, targets, steps } = answer.value;
    const rows = new Map<number, ConnectivityRow>(store.get().gradient.connectivity);
    for (let row = 0; row < answer.value.to - answer.value.from; row++) {
      rows.set(answer.value.from + row, {
        log10: log10.subarray(row * steps, (row + 1) * steps),
        maximum: rowMaximum[row] ?? NaN,
        target: targets[row]?.name ?? '',
      });
    }
    set({ connectivity: rows });
  };
  return (state) => {
    const step = shownStep(state);
    if (state.view.ribbon !== 'connectivity' || step === null || state.gradient.connectivity.has(step)) return;
    const around = state.tokens.length > longestWithNeighbours ? 0 : rowsAround;
    const from = Math.max(0, step - around);
    const to = Math.min(state.tokens.length, step + around + 1);
    const key = `${state.inspection} ${from} ${state.gradient.loss.target ?? ''}`;
    if (wanted === key) return;
    wanted = key;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(state, from, to), settleMs);
  };
}

/** The class or output that a loss names, for requests that have no place for a step. */
export function targetOf(loss: LossChoice): { readonly target?: number; readonly label?: 0 | 1 } {
  return {
    ...(loss.target !== undefined && { target: loss.target }),
    ...(loss.label !== undefined && { label: loss.label }),
  };
}
