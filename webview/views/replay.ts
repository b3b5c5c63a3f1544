import { type Store } from '../store/createStore';
import { type Action, type InspectorState } from '../store/inspectorState';

/** Replays a trace: moves the cursor at a pace; it has nothing to do with how fast the trace is computed. */
export interface Replay {
  readonly toggle: () => void;
  setPace(stepsPerSecond: number): void;
}

/** Tokens a second, until another pace is chosen. */
export const usualPace = 8;

/** A replay that runs on the store's cursor from where it is, and stops at the end; `moved` hears of every step. */
export function createReplay(store: Store<InspectorState, Action>, moved: () => void): Replay {
  let pace = usualPace;
  let timer: number | undefined;
  const stop = (): void => {
    window.clearInterval(timer);
    timer = undefined;
    store.dispatch({ type: 'play', isPlaying: false });
  };
  const advance = (): void => {
    const { view, tokens } = store.get();
    const next = (view.cursor ?? -1) + 1;
    if (next >= tokens.length) return stop();
    store.dispatch({ type: 'cursor', step: next });
    moved();
  };
  const start = (): void => {
    const { view, tokens } = store.get();
    if (tokens.length === 0) return;
    if ((view.cursor ?? -1) >= tokens.length - 1) store.dispatch({ type: 'cursor', step: 0 });
    moved();
    timer = window.setInterval(advance, 1000 / pace);
    store.dispatch({ type: 'play', isPlaying: true });
  };
  return {
    toggle: () => (timer === undefined ? start() : stop()),
    setPace: (stepsPerSecond) => {
      pace = stepsPerSecond;
      if (timer === undefined) return;
      window.clearInterval(timer);
      timer = window.setInterval(advance, 1000 / pace);
    },
  };
}
