import { createRandom, drawNormal, type Random } from '../../src/base/random';
import { type CellWeights } from '../../src/cells/cellWeights';
import { type MergeMode, type RecurrentModel, type RecurrentStage, type Stage } from '../../src/network/recurrentModel';
import { createPlainCharacterTokenizer } from './plainTokenizer';
import { type CellKind, gatesOf } from '../../src/trace/reading/cellKind';

/** Weights drawn from N(0, scale) with a seed; a cell as a test needs it. */
export function randomCell(
  cell: CellKind,
  inputWidth: number,
  units: number,
  more: Partial<CellWeights> & { readonly seed?: number } = {},
): CellWeights {
  const { seed = 1, ...rest } = more;
  const random = createRandom(seed);
  const columns = gatesOf(cell).length * units;
  const width = rest.projection ? rest.projection.length / units : units;
  return {
    cell,
    inputWidth,
    units,
    kernel: normals(random, inputWidth * columns, 0.3),
    recurrentKernel: normals(random, width * columns, 0.3),
    bias: normals(random, columns, 0.3),
    ...(rest.resetAfter === true && { recurrentBias: normals(random, columns, 0.3) }),
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    ...rest,
  };
}

export function normals(random: Random, length: number, scale = 1): Float32Array {
  return Float32Array.from({ length }, () => scale * drawNormal(random));
}

export function recurrentStage(
  name: string,
  cells: { readonly forward?: CellWeights; readonly backward?: CellWeights },
  more: { readonly merge?: MergeMode; readonly returnSequences?: boolean; readonly outputReversed?: boolean } = {},
): RecurrentStage {
  return { kind: 'recurrent', name, merge: 'concat', returnSequences: true, ...cells, ...more };
}

export function denseStage(
  inputWidth: number,
  outputWidth: number,
  activation: 'linear' | 'softmax' | 'sigmoid' = 'softmax',
  seed = 7,
): Stage {
  const random = createRandom(seed);
  return {
    kind: 'dense',
    name: 'dense',
    inputWidth,
    outputWidth,
    kernel: normals(random, inputWidth * outputWidth, 0.3),
    bias: normals(random, outputWidth, 0.3),
    activation,
  };
}

/** A character model over the plain characters: one-hot, a stack of cells, softmax over the next character. */
export function randomCharacterModel(cell: CellKind = 'lstm', units = 16, layers = 1): RecurrentModel {
  const tokenizer = createPlainCharacterTokenizer();
  const V = tokenizer.vocabularySize;
  const stack = Array.from({ length: layers }, (_, k) =>
    recurrentStage(`${cell}_${k}`, { forward: randomCell(cell, k === 0 ? V : units, units, { seed: 20 + k }) }),
  );
  return {
    name: 'random-characters',
    format: 'tfjs',
    input: { kind: 'tokens', vocabularySize: V, tokenizer },
    stages: [{ kind: 'oneHot', name: 'one_hot', width: V }, ...stack, denseStage(units, V)],
    task: 'next-token',
    notes: [],
  };
}

/** A model that reads rows of numbers. */
export function valuesModel(
  width: number,
  stages: readonly Stage[],
  more: Partial<RecurrentModel> = {},
): RecurrentModel {
  return {
    name: 'values',
    format: 'tfjs',
    input: { kind: 'values', width },
    stages,
    task: 'states',
    notes: [],
    ...more,
  };
}
