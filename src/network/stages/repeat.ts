import { type RepeatStage } from '../recurrentModel';
import { backThrough, type ReferenceNode } from '../referenceNode';
import { nothingUnchanged, type SequenceNode } from '../sequenceNode';

/** The last vector at each of `count` steps. */
export function createRepeatNode(input: SequenceNode, { count }: RepeatStage): SequenceNode {
  return {
    steps: count,
    width: input.width,
    isCausal: false,
    unchanged: nothingUnchanged,
    rows: (from, to) => {
      const row = input.rows(input.steps - 1, input.steps);
      const out = new Float32Array((to - from) * row.length);
      for (let k = 0; k < to - from; k++) out.set(row, k * row.length);
      return out;
    },
  };
}

/** The same in float64, and the way back. */
export function createRepeatReference(input: ReferenceNode, { count }: RepeatStage): ReferenceNode {
  const last = input.steps - 1;
  return {
    steps: count,
    width: input.width,
    row: () => input.row(last),
    back: (gradient) => backThrough(input, gradient, (_t, vector) => [{ t: last, vector }]),
  };
}
