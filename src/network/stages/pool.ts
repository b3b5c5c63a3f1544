import { type PoolStage } from '../recurrentModel';
import { backThrough, backUnchanged, type ReferenceNode, remember } from '../referenceNode';
import { nothingUnchanged, type SequenceNode } from '../sequenceNode';

type How = PoolStage['how'];

/** Steps between the running values that are kept. */
const checkpointSteps = 1024;

/** The last row of a sequence as a sequence of one. */
export function createLastRowNode(input: SequenceNode): SequenceNode {
  return {
    steps: 1,
    width: input.width,
    isCausal: false,
    unchanged: nothingUnchanged,
    rows: (from, to) => (to > from ? input.rows(input.steps - 1, input.steps) : new Float32Array(0)),
  };
}

/** The last `steps` rows of a sequence in one vector. */
export function createFlattenNode(input: SequenceNode, steps: number): SequenceNode {
  return {
    steps: 1,
    width: steps * input.width,
    isCausal: false,
    unchanged: nothingUnchanged,
    rows: (from, to) => (to > from ? input.rows(input.steps - steps, input.steps) : new Float32Array(0)),
  };
}

/**
 * Mean or largest value over the steps that count, once a sequence: [1, width]; NaN (mean) or -Infinity where there is
 * none.
 */
export function createPoolNode(input: SequenceNode, how: 'average' | 'max'): SequenceNode {
  return createLastRowNode(createRunningPoolNode(input, how));
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

/**
 * The steps that a pool over [0, end) looks at, ascending; Keras's mean leaves masked ones out, its maximum does not.
 */
export function pooledSteps(
  how: How,
  span: { readonly end: number; readonly mask?: Uint8Array; readonly flattened: number },
): readonly number[] {
  const { end, mask, flattened } = span;
  if (how === 'last') return [end - 1];
  if (how === 'flatten') return Array.from({ length: flattened }, (_, k) => end - flattened + k);
  return Array.from({ length: end }, (_, t) => t).filter((t) => how === 'max' || mask?.[t] !== 0);
}

/**
 * Many vectors to one, in float64; the mean of none is NaN and the largest of none -Infinity, as the forward path has
 * it.
 */
export function poolVectors(how: How, vectors: readonly Float64Array[], width: number): Float64Array {
  switch (how) {
    case 'last':
      return (vectors[0] as Float64Array).slice();
    case 'flatten':
      return Float64Array.from(vectors.flatMap((vector) => [...vector]));
    case 'average':
      return Float64Array.from(
        { length: width },
        (_, j) => vectors.reduce((sum, vector) => sum + (vector[j] as number), 0) / vectors.length,
      );
    case 'max':
      return Float64Array.from({ length: width }, (_, j) =>
        vectors.reduce((most, vector) => Math.max(most, vector[j] as number), -Infinity),
      );
  }
}

/**
 * The gradient of each pooled vector; null where it is exactly zero. A maximum that several steps share goes to the
 * first.
 */
export function backPool(
  how: How,
  vectors: readonly Float64Array[],
  gradient: Float64Array,
): readonly (Float64Array | null)[] {
  switch (how) {
    case 'last':
      return [gradient];
    case 'flatten': {
      const width = gradient.length / vectors.length;
      return vectors.map((_, k) => gradient.slice(k * width, (k + 1) * width));
    }
    case 'average':
      return vectors.map(() => gradient.map((value) => value / vectors.length));
    case 'max':
      return backMaximum(vectors, gradient);
  }
}

function backMaximum(vectors: readonly Float64Array[], gradient: Float64Array): readonly (Float64Array | null)[] {
  const parts: (Float64Array | null)[] = vectors.map(() => null);
  gradient.forEach((value, j) => {
    let best = 0;
    for (let k = 1; k < vectors.length; k++) if ((vectors[k]?.[j] as number) > (vectors[best]?.[j] as number)) best = k;
    const part = (parts[best] ??= new Float64Array(gradient.length));
    part[j] = value;
  });
  return parts;
}

/** A pool over a whole sequence in float64, and the way back; a sequence of one step stays as it is. */
export function createPoolReference(input: ReferenceNode, { how }: PoolStage): ReferenceNode {
  if (input.steps === 1) return { ...input, back: backUnchanged };
  const span = { end: input.steps, flattened: input.steps, ...(input.mask !== undefined && { mask: input.mask }) };
  const steps = pooledSteps(how, span);
  const vectors = (): readonly Float64Array[] => steps.map((t) => input.row(t));
  return {
    steps: 1,
    width: how === 'flatten' ? input.width * input.steps : input.width,
    row: remember(() => poolVectors(how, vectors(), input.width)),
    back: (gradient) =>
      backThrough(input, gradient, (_t, dy) =>
        backPool(how, vectors(), dy).flatMap((vector, k) =>
          vector === null ? [] : [{ t: steps[k] as number, vector }],
        ),
      ),
  };
}
