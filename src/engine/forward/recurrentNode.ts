import { smallestOf } from '../../base/extremes';
import { type RecurrentStage } from '../../network/recurrentModel';
import { isSideBySide, mergeRows } from '../../network/stages/merge';
import { type DirectionReading, reverseRows } from './directionReading';
import { nothingUnchanged, type SequenceNode, type Unchanged } from '../../network/sequenceNode';

/** Every h of a recurrent stage in text order, its directions merged as Keras does (`null` puts them side by side). */
export function createRecurrentNode(stage: RecurrentStage, directions: readonly DirectionReading[]): SequenceNode {
  const [first] = directions;
  if (!first) throw new Error(`Layer ${stage.name} has neither a forward nor a backward cell.`);
  const { input } = first;
  const width = directions.length === 1 || !isSideBySide(stage.merge) ? first.shape.outputWidth : sumWidths(directions);
  const isReversed = stage.outputReversed === true;
  const { steps } = input;
  const rows = (from: number, to: number): Float32Array => {
    const merged = mergeRows(
      stage.merge,
      inOrder(stage, directions).map((direction) => direction.field('h', from, to)),
      to - from,
    );
    return stage.zeroWhereMasked === true && input.mask
      ? zeroMasked(merged, input.mask.subarray(from, to), width)
      : merged;
  };
  return {
    steps,
    width,
    isCausal: input.isCausal && directions.every(({ direction }) => direction === 'forward'),
    unchanged: isReversed ? nothingUnchanged : unchangedBehind(directions),
    ...(input.mask && { mask: input.mask }),
    rows: isReversed ? (from, to) => reverseRows(rows(steps - to, steps - from), width) : rows,
  };
}

/** A fresh array in which the rows of steps that are skipped are zero. */
function zeroMasked(rows: Float32Array, mask: Uint8Array, width: number): Float32Array {
  const out = rows.slice();
  mask.forEach((flag, k) => flag === 0 && out.fill(0, k * width, (k + 1) * width));
  return out;
}

/** The one vector that a stage without returnSequences hands on: the last h of each direction's own reading, merged. */
export function createLastStateNode(stage: RecurrentStage, directions: readonly DirectionReading[]): SequenceNode {
  const { width } = createRecurrentNode(stage, directions);
  return {
    steps: 1,
    width,
    isCausal: false,
    unchanged: nothingUnchanged,
    rows: (from, to) =>
      to > from ? mergeRows(stage.merge, inOrder(stage, directions).map(lastState), 1) : new Float32Array(0),
  };
}

/** The directions as they stand side by side. */
function inOrder(
  { backwardFirst }: RecurrentStage,
  directions: readonly DirectionReading[],
): readonly DirectionReading[] {
  return backwardFirst === true ? [...directions].reverse() : directions;
}

function lastState(direction: DirectionReading): Float32Array {
  const t = direction.direction === 'forward' ? direction.steps - 1 : 0;
  return direction.field('h', t, t + 1);
}

function unchangedBehind(directions: readonly DirectionReading[]): Unchanged {
  const each = directions.map(({ direction, unchangedSteps }) =>
    direction === 'forward' ? { prefix: unchangedSteps, suffix: 0 } : { prefix: 0, suffix: unchangedSteps },
  );
  return {
    prefix: smallestOf(each.map(({ prefix }) => prefix)),
    suffix: smallestOf(each.map(({ suffix }) => suffix)),
  };
}

function sumWidths(directions: readonly DirectionReading[]): number {
  return directions.reduce((sum, { shape }) => sum + shape.outputWidth, 0);
}
