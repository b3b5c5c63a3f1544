import { type CellWeights } from '../../../src/cells/cellWeights';
import {
  type DenseStage,
  type RecurrentModel,
  type RecurrentStage,
  type Stage,
} from '../../../src/network/recurrentModel';
import { normals, randomCell } from '../cells/randomCell';

/** A dense stage with normal weights. */
export function dense(size: readonly [number, number], activation: DenseStage['activation'], seed: number): DenseStage {
  const [inputWidth, outputWidth] = size;
  return {
    kind: 'dense',
    name: `dense${seed}`,
    inputWidth,
    outputWidth,
    kernel: normals(inputWidth * outputWidth, seed, 0.7),
    bias: normals(outputWidth, seed + 1, 0.3),
    activation,
  };
}

/** A recurrent stage that reads forward, or both ways with the merge mode given. */
export function recurrent(
  cell: CellWeights['cell'],
  size: { D: number; H: number; seed: number },
  how: Partial<RecurrentStage> & { readonly extra?: Partial<CellWeights> } = {},
): RecurrentStage {
  const { extra, ...rest } = how;
  const forward = randomCell(cell, size, extra);
  const both =
    rest.merge === undefined || rest.merge === null
      ? {}
      : { backward: randomCell(cell, { ...size, seed: size.seed + 50 }, extra) };
  return {
    kind: 'recurrent',
    name: `${cell}${size.seed}`,
    forward,
    ...both,
    merge: null,
    returnSequences: true,
    ...rest,
  };
}

/** A model over values of the width of its first stage, or over ids where `vocabularySize` is given. */
export function model(
  stages: readonly Stage[],
  how: { readonly task: RecurrentModel['task']; readonly width?: number; readonly vocabularySize?: number },
): RecurrentModel {
  const { task, width, vocabularySize } = how;
  return {
    name: 'small',
    format: 'bundled',
    input: vocabularySize === undefined ? { kind: 'values', width: width ?? 3 } : { kind: 'tokens', vocabularySize },
    stages,
    task,
    notes: [],
  };
}
