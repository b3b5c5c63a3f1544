import { nothingUnchanged, type SequenceNode } from './sequenceNode';

/** Steps between the running values that are kept. */
const checkpointSteps = 1024;

/**
 * Mean or largest value over the steps that count, once a sequence: [1, width]; NaN (mean) or -Infinity where there is
 * none.
 */
export function createPoolNode(input: SequenceNode, how: 'average' | 'max'): SequenceNode {
  const running = createRunningPoolNode(input, how);
  return {
    steps: 1,
    width: input.width,
    isCausal: false,
    unchanged: nothingUnchanged,
    rows: (from, to) => (to > from ? running.rows(input.steps - 1, input.steps) : new Float32Array(0)),
  };
}

/** The pool of every beginning of the sequence: what the model would get if the text ended there, [T, width]. */
export function createRunningPoolNode(input: SequenceNode, how: 'average' | 'max'): SequenceNode {
  const { steps, width } = input;
  const checkpoints: PoolState[] = [emptyPool(width, how)];
  const stateBefore = (from: number): PoolState => {
    let index = Math.min(Math.floor(from / checkpointSteps), checkpoints.length - 1);
    while ((index + 1) * checkpointSteps <= from) {
      const state = copyPool(checkpoints[index] as PoolState);
      poolRows(state, input, { from: index * checkpointSteps, to: (index + 1) * checkpointSteps, how });
      checkpoints[++index] = state;
    }
    const state = copyPool(checkpoints[index] as PoolState);
    poolRows(state, input, { from: index * checkpointSteps, to: from, how });
    return state;
  };
  return {
    steps,
    width,
    isCausal: input.isCausal,
    unchanged: nothingUnchanged,
    rows: (from, to) => poolRows(stateBefore(from), input, { from, to, how }),
  };
}

/** Sums (float64, so that a long text loses nothing) or largest values, and how many steps counted. */
interface PoolState {
  readonly values: Float64Array;
  count: number;
}

interface PoolSpan {
  readonly from: number;
  readonly to: number;
  readonly how: 'average' | 'max';
}

function emptyPool(width: number, how: 'average' | 'max'): PoolState {
  return { values: new Float64Array(width).fill(how === 'max' ? -Infinity : 0), count: 0 };
}

function copyPool({ values, count }: PoolState): PoolState {
  return { values: values.slice(), count };
}

/**
 * Takes in rows [from, to) and gives the pool after each of them. Keras's maximum looks at masked steps too, its mean
 * does not.
 */
function poolRows(state: PoolState, input: SequenceNode, { from, to, how }: PoolSpan): Float32Array {
  const { width, mask } = input;
  const rows = input.rows(from, to);
  const out = new Float32Array(rows.length);
  for (let t = from; t < to; t++) {
    const isCounted = how === 'max' || (mask?.[t] ?? 1) === 1;
    if (isCounted) state.count++;
    for (let k = 0; k < width; k++) {
      const value = rows[(t - from) * width + k] as number;
      const before = state.values[k] as number;
      if (isCounted) state.values[k] = how === 'max' ? Math.max(before, value) : before + value;
      out[(t - from) * width + k] =
        how === 'max' ? (state.values[k] as number) : (state.values[k] as number) / state.count;
    }
  }
  return out;
}
