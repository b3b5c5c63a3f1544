import { type RecurrentStage } from '../../network/recurrentModel';
import { addToSequence, createGradientSequence, type GradientSequence } from '../../cells/gradientSequence';
import { backUnchanged, forEachRow, type ReferenceNode, remember } from '../../network/referenceNode';
import { backMerge, isSideBySide, mergeVectors } from '../../network/stages/merge';
import { createRowReader, type SourceLayer } from './gradientsSource';
import { outputWidthOf } from '../../cells/initialStates';

/** A place in a stage's output: a step, or the one vector of a stage that hands on only its last state. */
export type Place = number | 'last';

/** A part of a gradient for one direction of a stage, at a step of the text. */
export interface DirectionPart {
  /** Index among the stage's directions. */
  readonly index: number;
  readonly t: number;
  readonly vector: Float64Array;
}

/** What a recurrent stage hands on, in float64, and the way back from it to its directions. */
export interface MergedOutput {
  readonly steps: number;
  readonly width: number;
  /** Whether every step is handed on, and not the last state alone. */
  readonly isSequence: boolean;
  /** P of each direction. */
  readonly widths: readonly number[];
  row(place: Place): Float64Array;
  split(place: Place, gradient: Float64Array): readonly DirectionPart[];
}

/** Puts the directions of a stage together as Keras's merge modes do; null counts as concat. */
export function createMergedOutput(stage: RecurrentStage, directions: readonly SourceLayer[]): MergedOutput {
  const [first] = directions;
  if (first === undefined) throw new Error(`Layer ${stage.name} has neither a forward nor a backward cell.`);
  const readers = directions.map((layer) => createRowReader((from, to) => layer.field('h', from, to), layer.steps));
  const widths = directions.map((layer) => outputWidthOf(layer.weights));
  const isJoined = directions.length === 2 && isSideBySide(stage.merge);
  const width = isJoined ? (widths[0] as number) + (widths[1] as number) : (widths[0] as number);
  const front = stage.backwardFirst === true ? 1 : 0;
  const stepOf = (index: number, place: Place): number => {
    if (place === 'last') return directions[index]?.direction === 'forward' ? first.steps - 1 : 0;
    return stage.outputReversed === true ? first.steps - 1 - place : place;
  };
  const read = (index: number, place: Place): Float64Array => {
    const into = new Float64Array(widths[index] as number);
    readers[index]?.(stepOf(index, place), into);
    return into;
  };
  const isZero = (place: Place): boolean =>
    stage.zeroWhereMasked === true && place !== 'last' && first.mask?.[stepOf(0, place)] === 0;
  return {
    steps: first.steps,
    width,
    widths,
    isSequence: stage.returnSequences,
    row: (place) =>
      isZero(place)
        ? new Float64Array(width)
        : directions.length === 1
          ? read(0, place)
          : mergeVectors(stage.merge, read(front, place), read(1 - front, place)),
    split: (place, gradient) => {
      if (isZero(place)) return [];
      const part = (index: number, vector: Float64Array): DirectionPart => ({ index, t: stepOf(index, place), vector });
      if (directions.length === 1) return [part(0, gradient)];
      if (isJoined)
        return [part(front, gradient.slice(0, widths[front])), part(1 - front, gradient.slice(widths[front]))];
      return [
        part(
          0,
          backMerge(stage.merge, gradient, () => read(1, place)),
        ),
        part(
          1,
          backMerge(stage.merge, gradient, () => read(0, place)),
        ),
      ];
    },
  };
}

/** What a recurrent stage hands on as a sequence; the way back ends in {@link splitGradient}. */
export function createMergedNode(merged: MergedOutput, mask?: Uint8Array): ReferenceNode {
  const { steps, width, isSequence } = merged;
  if (!isSequence) return { steps: 1, width, row: () => merged.row('last'), back: backUnchanged };
  const row = remember((t) => merged.row(t));
  return { steps, width, row, back: backUnchanged, ...(mask !== undefined && { mask }) };
}

/** The gradient of what a recurrent stage hands on, as those of its directions, each [T, B, P]. */
export function* splitGradient(
  merged: MergedOutput,
  gradient: GradientSequence,
): Generator<void, readonly GradientSequence[]> {
  const parts = merged.widths.map((width) => createGradientSequence(merged.steps, gradient.rows, width));
  yield* forEachRow(gradient, (t, b, vector, exponent) => {
    for (const { index, t: at, vector: data } of merged.split(merged.isSequence ? t : 'last', vector))
      addToSequence(parts[index] as GradientSequence, at, b, { data, at: 0, exponent });
  });
  return parts;
}
