import { type InspectorState } from '../store/inspectorState';

/** One picture or control: made once in a container, then told of every change of state at most once a frame. */
export interface View<S = InspectorState> {
  update(state: S, previous: S): void;
  resize?(): void;
  dispose?(): void;
}
