import { type Direction } from '../../src/trace/reading/cellKind';
import { type ViewState } from '../../src/protocol/viewMessages';
import { type LayerShape } from '../../src/trace/reading/trace';

/** What a view starts with: the first layer, nothing pinned, the units by cluster. */
export const initialViewState: ViewState = {
  layer: 0,
  direction: 'forward',
  cursor: null,
  pins: [],
  unit: null,
  order: 'cluster',
  zoom: null,
  ribbon: 'auto',
};

/** At most this many tokens are compared side by side. */
export const mostPins = 4;

/**
 * A stored state made to fit what is shown now: steps outside [0, T), units outside [0, H) and layers that are not
 * there are dropped, since the text or the model may have changed since.
 */
export function fitViewState(state: ViewState, steps: number, layers: readonly LayerShape[]): ViewState {
  const shape = findLayer(layers, state.layer, state.direction) ?? layers[0];
  const isStep = (step: number): boolean => Number.isInteger(step) && step >= 0 && step < steps;
  const isUnit = state.unit !== null && shape !== undefined && state.unit >= 0 && state.unit < shape.units;
  return {
    ...state,
    layer: shape?.layer ?? 0,
    direction: shape?.direction ?? 'forward',
    cursor: state.cursor !== null && isStep(state.cursor) ? state.cursor : null,
    pins: state.pins.filter(isStep).slice(0, mostPins),
    unit: isUnit ? state.unit : null,
  };
}

/** The layer with this number and direction, if the model has it. */
export function findLayer(layers: readonly LayerShape[], layer: number, direction: Direction): LayerShape | undefined {
  return layers.find((shape) => shape.layer === layer && shape.direction === direction);
}

/** Pins a token, or takes the pin away where there is one; the oldest pin gives way to a fifth. */
export function togglePin(pins: readonly number[], step: number): readonly number[] {
  if (pins.includes(step)) return pins.filter((pin) => pin !== step);
  return [...pins, step].slice(-mostPins);
}

/** A place in the pictures worth going to. */
export interface ShownPlace {
  readonly layer: number;
  readonly direction: ViewState['direction'];
  readonly unit: number | null;
  readonly step: number | null;
  readonly range?: { readonly from: number; readonly to: number };
  readonly ribbon?: string;
}
