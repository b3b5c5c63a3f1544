import { fieldsOf, type StateName } from '../../trace/reading/cellKind';
import { type AllocateFloats, type CellRunner, type RunFields, type RunInput, type SequenceState } from './cellRunner';

/** Steps to run, the state before them, and which of them count (1) or are skipped (0). */
export interface MaskedRun {
  readonly steps: number;
  readonly state: SequenceState;
  readonly isRead?: Uint8Array | undefined;
  readonly allocate?: AllocateFloats;
}

/**
 * Runs only the steps that count, so that no cell needs to know of masks. A skipped step keeps the state before it, as
 * in Keras; its gates were never computed and are NaN.
 */
export function runMasked(
  runner: CellRunner,
  input: RunInput,
  { steps, state, isRead, allocate }: MaskedRun,
): RunFields {
  if (!isRead || isRead.every((flag) => flag === 1)) return runner.run(input, steps, state, allocate);
  const read: number[] = [];
  isRead.forEach((flag, step) => flag === 1 && read.push(step));
  const packed = read.length > 0 ? runner.run(pickSteps(input, read, steps), read.length, state) : nothingRun(runner);
  const spread = Object.entries(packed).map(([field, values]) => {
    const width = field === 'h' ? state.h.length : runner.weights.units;
    const before = state[field as StateName];
    return [field, spreadRows(values, { isRead, width, before })];
  });
  return Object.fromEntries(spread) as unknown as RunFields;
}

function nothingRun({ weights }: CellRunner): RunFields {
  return Object.fromEntries(
    fieldsOf(weights.cell).map((field) => [field, new Float32Array(0)]),
  ) as unknown as RunFields;
}

function pickSteps(input: RunInput, read: readonly number[], steps: number): RunInput {
  if (input.kind === 'ids') return { kind: 'ids', ids: Int32Array.from(read, (step) => input.ids[step] as number) };
  const width = input.rows.length / steps;
  const rows = new Float32Array(read.length * width);
  read.forEach((step, k) => rows.set(input.rows.subarray(step * width, (step + 1) * width), k * width));
  return { kind: 'rows', rows };
}

interface Spread {
  readonly isRead: Uint8Array;
  readonly width: number;
  /** What a skipped step shows before the first one that counts; without it skipped steps are NaN. */
  readonly before: Float32Array | undefined;
}

function spreadRows(values: Float32Array, { isRead, width, before }: Spread): Float32Array {
  const out = new Float32Array(isRead.length * width).fill(NaN);
  let latest = before;
  let next = 0;
  isRead.forEach((flag, step) => {
    if (flag === 1) {
      const row = values.subarray(next * width, (next + 1) * width);
      next++;
      out.set(row, step * width);
      if (before) latest = row;
    } else if (latest) out.set(latest, step * width);
  });
  return out;
}
