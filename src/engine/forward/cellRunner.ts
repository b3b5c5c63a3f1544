import { type Disposable } from '../../base/disposable';
import { type CellWeights } from '../../cells/cellWeights';
import { type TokenTable } from '../../network/sequenceNode';
import { type Field, mapStates, type States, statesIn } from '../../trace/reading/cellKind';
import { type ComputePath } from '../../trace/reading/trace';

/** The state of one sequence between two steps: h [P] and, for an LSTM, c [H]. */
export type SequenceState = States<Float32Array>;

/** Every field of a run of steps in the order in which they were read, each [steps, H] (`h` [steps, P]). */
export type RunFields = Readonly<Partial<Record<Field, Float32Array>>> & { readonly h: Float32Array };

/** What enters a layer: vectors, or ids that pick rows of the layer's {@link TokenTable}. */
export type RunInput =
  | { readonly kind: 'rows'; /** [steps, D] */ readonly rows: Float32Array }
  | { readonly kind: 'ids'; /** [steps]; an id outside [0, V) stands for the zero vector. */ readonly ids: Int32Array };

/** Reads sequences with one cell. The same runner gives the same bits for the same input and state. */
export interface CellRunner extends Disposable {
  readonly path: ComputePath;
  readonly weights: CellWeights;
  /** Whether input of kind `ids` is taken. */
  readonly takesIds: boolean;
  /** Runs `steps` steps, at least one, from a state; the arrays given back are fresh, or those that `allocate` gave. */
  run(input: RunInput, steps: number, state: SequenceState, allocate?: AllocateFloats): RunFields;
}

/** Gives an array of a length; what is in it does not matter. */
export type AllocateFloats = (length: number) => Float32Array;

/** Makes a runner for a cell; `table` is there where the layer reads tokens. */
export type RunnerFactory = (weights: CellWeights, table?: TokenTable) => CellRunner;

/** The state after step `step` of a run of `steps` steps, copied. */
export function stateAt(fields: RunFields, step: number, steps: number): SequenceState {
  return mapStates(statesIn(fields), (values) => {
    const width = values.length / steps;
    return values.slice(step * width, (step + 1) * width);
  });
}
