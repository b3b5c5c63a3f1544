/** Holds one state; listeners hear of a change once a frame, however many actions made it. */
export interface Store<S, A> {
  get(): S;
  dispatch(action: A): void;
  subscribe(listener: (state: S, previous: S) => void): void;
}

/** A store around a pure reducer. `schedule` puts a call off to the next frame. */
export function createStore<S, A>(
  initial: S,
  reduce: (state: S, action: A) => S,
  schedule: (call: () => void) => void,
): Store<S, A> {
  const listeners: ((state: S, previous: S) => void)[] = [];
  let state = initial;
  let told = initial;
  let isScheduled = false;
  const tell = (): void => {
    isScheduled = false;
    const previous = told;
    told = state;
    for (const listener of listeners) listener(state, previous);
  };
  return {
    get: () => state,
    dispatch: (action) => {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      if (isScheduled) return;
      isScheduled = true;
      schedule(tell);
    },
    subscribe: (listener) => {
      listeners.push(listener);
    },
  };
}
