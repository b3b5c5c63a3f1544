import { type StateName, type States, statesOf } from '../trace/reading/cellKind';
import { type CellWeights } from './cellWeights';

/** P, the width of h: that of the projection where there is one, else H. */
export function outputWidthOf({ units, projection }: CellWeights): number {
  return projection === undefined ? units : projection.length / units;
}

/** The width of a state: P for h, H for what stays inside the cell. */
export function stateWidth(weights: CellWeights, state: StateName): number {
  return state === 'h' ? outputWidthOf(weights) : weights.units;
}

/** The states before the first step: those that the weights name, else zeros. */
export function initialStates(weights: CellWeights): States<Float32Array> {
  const given = { h: weights.initialH, c: weights.initialC };
  const states = statesOf(weights.cell).map((state) => [
    state,
    given[state] ?? new Float32Array(stateWidth(weights, state)),
  ]);
  return Object.fromEntries(states) as States<Float32Array>;
}
