import { type CellWeights } from '../cells/cellWeights';
import { outputWidthOf } from '../cells/initialStates';
import { type Direction } from '../trace/reading/cellKind';
import { type RecurrentStage, type RowStage, type Stage } from './recurrentModel';
import { isSideBySide } from './stages/merge';

/** The cells of a stage with their directions, forward first. */
export function cellsOf(stage: RecurrentStage): readonly (readonly [Direction, CellWeights])[] {
  return [
    ...(stage.forward ? [['forward', stage.forward] as const] : []),
    ...(stage.backward ? [['backward', stage.backward] as const] : []),
  ];
}

/** D of the vectors that enter a recurrent layer. */
export function inputWidthOf(stage: RecurrentStage): number {
  return (stage.forward ?? stage.backward)?.inputWidth ?? 0;
}

/** Width of a vector behind a stage, from that in front of it; undefined where nobody can say. */
export function widthBehind(stage: Stage, width: number | undefined): number | undefined {
  switch (stage.kind) {
    case 'embedding':
    case 'oneHot':
      return stage.width;
    case 'dense':
    case 'convolution':
      return stage.outputWidth;
    case 'recurrent':
      return widthBehindRecurrent(stage);
    case 'unsupported':
      return undefined;
    case 'activation':
    case 'identity':
    case 'layerNorm':
    case 'logSoftmax':
    case 'masking':
    case 'pool':
    case 'repeat':
    case 'scaleShift':
    case 'windowPool':
      return width;
  }
}

/** Width of a vector behind a stage that works on each step alone. */
export function widthBehindRow(stage: RowStage, width: number): number {
  return stage.kind === 'dense' ? stage.outputWidth : width;
}

function widthBehindRecurrent(stage: RecurrentStage): number {
  const widths = cellsOf(stage).map(([, weights]) => outputWidthOf(weights));
  const [first = 0, second = 0] = widths;
  return isSideBySide(stage.merge) ? first + second : first;
}

/** Weights and biases of a stage; every float32 array is one, an initial state is none. */
export function countParameters(stage: Stage): number {
  if (stage.kind === 'recurrent')
    return cellsOf(stage).reduce((sum, [, weights]) => sum + countCellParameters(weights), 0);
  return countArrays(stage);
}

/** Weights and biases of one cell. */
export function countCellParameters(weights: CellWeights): number {
  return countArrays(weights);
}

function countArrays(holder: object): number {
  const isState = (key: string): boolean => key === 'initialH' || key === 'initialC';
  return Object.entries(holder).reduce(
    (sum, [key, value]) => sum + (value instanceof Float32Array && !isState(key) ? value.length : 0),
    0,
  );
}
