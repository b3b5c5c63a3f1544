import {
  type Field,
  fieldsOf,
  gatesOf,
  roleOf,
  type StateName,
  type States,
  statesOf,
} from '../trace/reading/cellKind';
import { type ReferenceState, type StepHook } from './cell';
import { cells } from './cells';
import { type CellWeights } from './cellWeights';
import { initialStates, stateWidth } from './initialStates';

/**
 * Called with the sums before the gates (`a`) and with each field of step t as it comes about; may change them. What is
 * added to a GRU's `a` reaches the candidate whole, also where its sum is not complete yet.
 */
export type ForwardHook = (what: Parameters<StepHook>[0], t: number, values: Float64Array) => void;

export interface ReferenceOptions {
  readonly steps: number;
  /** Writes x(t), D numbers. */
  readonly input: (t: number, into: Float64Array) => void;
  readonly reversed?: boolean;
  /** 0 where a step is padding: the state passes through. */
  readonly mask?: Uint8Array;
  readonly hook?: ForwardHook;
}

/** Every field of a layer and direction in float64, in text order, each [T, H] (`h` [T, P]). */
export type ReferenceFields = Partial<Record<Field, Float64Array>>;

/**
 * The forward pass of one cell in float64, a plain loop: the reference against which gradients are checked, and the
 * source of the decay curves of untrained cells, whose float32 gates would round away small derivatives.
 */
export function* referenceForward(weights: CellWeights, options: ReferenceOptions): Generator<number, ReferenceFields> {
  const { steps: T, reversed, hook } = options;
  const { cell } = weights;
  const { reference } = cells[cell];
  const fields: ReferenceFields = {};
  for (const field of fieldsOf(cell)) fields[field] = new Float64Array(T * widthOf(weights, field));
  const state = createReferenceState(weights);
  for (let done = 0; done < T; done++) {
    const t = reversed === true ? T - 1 - done : done;
    if (options.mask?.[t] !== 0) {
      options.input(t, state.x);
      reference(weights, state, (what, values) => hook?.(what, t, values));
    }
    for (const field of fieldsOf(cell))
      fields[field]?.set(fieldAfter(weights, state, field), t * widthOf(weights, field));
    yield done + 1;
  }
  return fields;
}

function widthOf(weights: CellWeights, field: Field): number {
  return roleOf(field) === 'state' ? stateWidth(weights, field as StateName) : weights.units;
}

/** The values of a field after a reference step, a view. */
export function fieldAfter({ cell, units }: CellWeights, { states, a }: ReferenceState, field: Field): Float64Array {
  const gates = gatesOf(cell);
  const block = gates.indexOf(field as (typeof gates)[number]);
  return states[field as StateName] ?? a.subarray(block * units, (block + 1) * units);
}

/** What a reference step works on, at the beginning of a sequence. */
export function createReferenceState(weights: CellWeights): ReferenceState {
  const initial = initialStates(weights);
  const states = statesOf(weights.cell).map((state) => [state, Float64Array.from(initial[state] ?? [])]);
  return {
    x: new Float64Array(weights.inputWidth),
    states: Object.fromEntries(states) as States<Float64Array>,
    a: new Float64Array(weights.bias.length),
    scratch: new Float64Array(weights.units),
  };
}
