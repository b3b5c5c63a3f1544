import { addToSequence, createGradientSequence, type GradientSequence } from '../../cells/gradientSequence';
import { type PoolStage, type RecurrentStage, type Stage } from '../../network/recurrentModel';
import { type MergedOutput } from './gradientsMerge';
import { backPool, poolVectors, pooledSteps } from './gradientsPool';
import { applyRowStage, backRowStage, isRowStage, type RowStage } from './gradientsStages';

/** A sequence of vectors between two recurrent stages, and the way back to what came before it. */
interface BetweenNode {
  readonly steps: number;
  readonly width: number;
  row(t: number): Float64Array;
  /** From gradients of this node's rows to those of the node before; the first node gives its own back. */
  back(gradient: GradientSequence): Generator<void, GradientSequence>;
}

/** The stages between a recurrent stage's output and the next recurrent stage. */
export interface Between {
  /** From gradients of what enters the next recurrent stage to those of each direction of this one, each [T, B, P]. */
  back(gradient: GradientSequence): Generator<void, readonly GradientSequence[]>;
}

/** Strings together the stages between two recurrent ones; `widths` are those of h of each direction. */
export function createBetween(
  stage: RecurrentStage,
  stages: readonly Stage[],
  from: { readonly merged: MergedOutput; readonly widths: readonly number[]; readonly mask?: Uint8Array },
): Between {
  const { merged } = from;
  const start: BetweenNode = {
    steps: stage.returnSequences ? merged.steps : 1,
    width: merged.width,
    row: (t) => merged.row(stage.returnSequences ? t : 'last'),
    back: unchanged,
  };
  const nodes = stages.reduce<BetweenNode[]>(
    (chain, next) => [...chain, createNode(next, chain.at(-1) as BetweenNode, from.mask)],
    [start],
  );
  return {
    *back(gradient) {
      let own = gradient;
      for (const node of [...nodes].reverse()) own = yield* node.back(own);
      const parts = from.widths.map((width) => createGradientSequence(merged.steps, own.rows, width));
      yield* forEachRow(own, (t, b, vector, exponent) => {
        for (const { index, t: at, vector: data } of merged.split(stage.returnSequences ? t : 'last', vector)) {
          addToSequence(parts[index] as GradientSequence, at, b, { data, at: 0, exponent });
        }
      });
      return parts;
    },
  };
}

function createNode(stage: Stage, input: BetweenNode, mask: Uint8Array | undefined): BetweenNode {
  if (isRowStage(stage)) return createRowNode(stage, input);
  if (stage.kind === 'repeat') return createRepeatNode(stage.count, input);
  if (stage.kind === 'pool' && input.steps > 1) return createPoolNode(stage, input, mask);
  if (stage.kind === 'identity' || stage.kind === 'masking' || stage.kind === 'pool')
    return { ...input, back: unchanged };
  throw new Error(`Stage ${stage.name} between two recurrent layers has no gradient.`);
}

function createRowNode(stage: RowStage, input: BetweenNode): BetweenNode {
  const width = stage.kind === 'dense' ? stage.outputWidth : input.width;
  return {
    steps: input.steps,
    width,
    row: (t) => applyRowStage(stage, input.row(t)).y,
    *back(gradient) {
      const out = createGradientSequence(input.steps, gradient.rows, input.width);
      let known = -1;
      let x = new Float64Array(0);
      let result = { before: x, y: x };
      yield* forEachRow(gradient, (t, b, vector, exponent) => {
        if (t !== known) {
          x = input.row(t) as Float64Array<ArrayBuffer>;
          result = applyRowStage(stage, x) as typeof result;
          known = t;
        }
        addToSequence(out, t, b, { data: backRowStage(stage, x, result, vector), at: 0, exponent });
      });
      return out;
    },
  };
}

function createRepeatNode(count: number, input: BetweenNode): BetweenNode {
  return {
    steps: count,
    width: input.width,
    row: () => input.row(input.steps - 1),
    *back(gradient) {
      const out = createGradientSequence(input.steps, gradient.rows, input.width);
      yield* forEachRow(gradient, (_t, b, data, exponent) =>
        addToSequence(out, input.steps - 1, b, { data, at: 0, exponent }),
      );
      return out;
    },
  };
}

function createPoolNode(stage: PoolStage, input: BetweenNode, mask: Uint8Array | undefined): BetweenNode {
  const span = { end: input.steps, flattened: input.steps, ...(mask !== undefined && { mask }) };
  const steps = pooledSteps(stage.how, span);
  const vectors = (): readonly Float64Array[] => steps.map((t) => input.row(t));
  return {
    steps: 1,
    width: stage.how === 'flatten' ? input.width * input.steps : input.width,
    row: () => poolVectors(stage.how, vectors(), input.width),
    *back(gradient) {
      const out = createGradientSequence(input.steps, gradient.rows, input.width);
      yield* forEachRow(gradient, (_t, b, vector, exponent) => {
        backPool(stage.how, vectors(), vector).forEach((data, k) => {
          if (data !== null) addToSequence(out, steps[k] as number, b, { data, at: 0, exponent });
        });
      });
      return out;
    },
  };
}

function* unchanged(gradient: GradientSequence): Generator<void, GradientSequence> {
  return gradient;
}

/** Visits every row in use; the vector is a view. Yields after each step. */
function* forEachRow(
  gradient: GradientSequence,
  visit: (t: number, b: number, vector: Float64Array, exponent: number) => void,
): Generator<void, void> {
  const { steps, rows, width, active, data, exponent } = gradient;
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < (active[t] as number); b++) {
      const at = (t * rows + b) * width;
      visit(t, b, data.subarray(at, at + width), exponent[t * rows + b] as number);
    }
    yield;
  }
}
