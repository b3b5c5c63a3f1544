import { type ReferenceState } from '../../cells/cell';
import { cells } from '../../cells/cells';
import { createReferenceState, fieldAfter } from '../../cells/referenceForward';
import { type Field, fieldsOf, type StateName, statesOf } from '../../trace/reading/cellKind';
import { type TokenTable } from '../../network/sequenceNode';
import { type CellRunner, type RunFields, type RunInput, type SequenceState, stateAt } from '../forward/cellRunner';
import { joinRuns } from '../forward/joinRuns';
import { forEachValue, type Hold } from './directionPlan';

/** A runner whose recorded gates are the held numbers themselves, where its weights give them but for rounding. */
export function recordExactly(inner: CellRunner, holds: readonly Hold[]): CellRunner {
  return {
    ...inner,
    run: (input, steps, state, allocate) => {
      const fields = inner.run(input, steps, state, allocate);
      for (let step = 0; step < steps; step++) write(fields, holds, { step, steps });
      return fields;
    },
  };
}

/** Runs step by step and replaces h after each: nothing else of a step is computed from its h. */
export function holdHidden(inner: CellRunner, holds: readonly Hold[]): CellRunner {
  return {
    ...inner,
    run: (input, steps, state) => {
      const parts: { fields: RunFields; steps: number }[] = [];
      let current = state;
      for (let step = 0; step < steps; step++) {
        const fields = inner.run(inputAt(input, step, steps), 1, current);
        write(fields, holds, { step: 0, steps: 1 });
        current = stateAt(fields, 0, 1);
        parts.push({ fields, steps: 1 });
      }
      return joinRuns(parts);
    },
  };
}

/**
 * Holds h by weights in which what it hands on is part of the bias (`folded`); the first step of a run goes by the
 * untouched weights where the state before it is not at the held numbers yet.
 */
export function holdHiddenByWeights(inner: CellRunner, folded: CellRunner, holds: readonly Hold[]): CellRunner {
  const isHeld = ({ h }: SequenceState): boolean => {
    let held = true;
    for (const hold of holds)
      forEachValue(hold, h.length, (unit, value) => (held &&= Object.is(h[unit], Math.fround(value))));
    return held;
  };
  const runHeld = (
    runner: CellRunner,
    ...[input, steps, state, allocate]: Parameters<CellRunner['run']>
  ): RunFields => {
    const fields = runner.run(input, steps, state, allocate);
    for (let step = 0; step < steps; step++) write(fields, holds, { step, steps });
    return fields;
  };
  return {
    ...inner,
    dispose: () => folded.dispose(),
    run: (input, steps, state, allocate) => {
      if (isHeld(state)) return runHeld(folded, input, steps, state, allocate);
      const first = runHeld(inner, inputAt(input, 0, steps), 1, state);
      if (steps === 1) return first;
      const rest = runHeld(folded, inputFrom(input, steps), steps - 1, stateAt(first, 0, 1));
      return joinRuns([
        { fields: first, steps: 1 },
        { fields: rest, steps: steps - 1 },
      ]);
    },
  };
}

/**
 * Holds whatever may be held, step by step: the untouched step of `inner`, and over it, in float64, every number of the
 * step that holding changes. What holding does not reach within a step keeps its bits.
 */
export function holdByReference(inner: CellRunner, table: TokenTable | undefined, holds: readonly Hold[]): CellRunner {
  const { weights } = inner;
  const [plain, held] = [createReferenceState(weights), createReferenceState(weights)];
  const step = cells[weights.cell].reference;
  const force = (what: Field | 'a', values: Float64Array): void => {
    for (const hold of holds)
      if (hold.field === what) forEachValue(hold, values.length, (unit, value) => (values[unit] = value));
  };
  const stepOnce = (input: RunInput, state: SequenceState): RunFields => {
    const fields = inner.run(input, 1, state);
    for (const reference of [plain, held]) enter(reference, { input, table, state });
    step(weights, plain, () => undefined);
    step(weights, held, force);
    for (const field of fieldsOf(weights.cell))
      mergeChanged(fields[field] as Float32Array, fieldAfter(weights, plain, field), fieldAfter(weights, held, field));
    return fields;
  };
  return {
    ...inner,
    path: 'plain',
    run: (input, steps, state) => {
      const parts: { fields: RunFields; steps: number }[] = [];
      let current = state;
      for (let k = 0; k < steps; k++) {
        const fields = stepOnce(inputAt(input, k, steps), current);
        current = stateAt(fields, 0, 1);
        parts.push({ fields, steps: 1 });
      }
      return joinRuns(parts);
    },
  };
}

function mergeChanged(into: Float32Array, plain: Float64Array, held: Float64Array): void {
  for (let j = 0; j < into.length; j++) if (!Object.is(plain[j], held[j])) into[j] = held[j] as number;
}

interface StepInput {
  readonly input: RunInput;
  readonly table: TokenTable | undefined;
  readonly state: SequenceState;
}

/** Gives a reference step its x and the states before it. */
function enter({ x, states }: ReferenceState, { input, table, state }: StepInput): void {
  for (const name of Object.keys(states) as StateName[]) states[name]?.set(state[name] as Float32Array);
  if (input.kind === 'rows') {
    x.set(input.rows);
    return;
  }
  x.fill(0);
  const id = input.ids[0] as number;
  if (table === undefined || id < 0 || id >= table.vocabularySize) return;
  if (table.rows) x.set(table.rows.subarray(id * x.length, (id + 1) * x.length));
  else x[id] = 1;
}

function inputAt(input: RunInput, step: number, steps: number): RunInput {
  if (input.kind === 'ids') return { kind: 'ids', ids: input.ids.slice(step, step + 1) };
  const width = input.rows.length / steps;
  return { kind: 'rows', rows: input.rows.slice(step * width, (step + 1) * width) };
}

/** The input of every step but the first. */
function inputFrom(input: RunInput, steps: number): RunInput {
  if (input.kind === 'ids') return { kind: 'ids', ids: input.ids.slice(1) };
  return { kind: 'rows', rows: input.rows.slice(input.rows.length / steps) };
}

function write(fields: RunFields, holds: readonly Hold[], at: { readonly step: number; readonly steps: number }): void {
  for (const hold of holds) {
    const values = fields[hold.field] as Float32Array;
    const width = values.length / at.steps;
    forEachValue(hold, width, (unit, value) => (values[at.step * width + unit] = value));
  }
}

/** Whether a field is a state: only gates can be held by weights. */
export function isState(field: Field, cell: CellRunner['weights']['cell']): field is StateName {
  return statesOf(cell).includes(field as StateName);
}
