import { checkLayerCount } from '../modelLimits';
import { InspectorError } from '../../base/errors';
import { type Activation, type CellWeights } from '../../cells/cellWeights';
import { type CellKind, gatesOf } from '../../trace/reading/cellKind';
import { type RecurrentStage } from '../../network/recurrentModel';
import { readShaped, reorderBlocks, transpose, type WeightArray } from '../weightArray';
import { type TorchModule } from './torchModules';

/** A recurrent module: its layers, and the widths that it takes and gives. */
export interface TorchRecurrent {
  readonly name: string;
  readonly cell: CellKind;
  readonly inputWidth: number;
  readonly outputWidth: number;
  /** One stage a layer; reads the weights. */
  readStages(activation: Activation): readonly RecurrentStage[];
}

const cellOfBlocks: Readonly<Record<number, CellKind>> = { 1: 'rnn', 3: 'gru', 4: 'lstm' };

/**
 * What nn.LSTM, nn.GRU, nn.RNN and their cells keep: weight_ih [G H, D], weight_hh [G H, P], two biases, weight_hr [P,
 * H].
 */
export function describeRecurrent(module: TorchModule): TorchRecurrent {
  const suffixes = layerSuffixes(module);
  const first = sizesOf(module, suffixes[0] ?? '');
  const last = sizesOf(module, suffixes[suffixes.length - 1] ?? '');
  const isBidirectional = module.arrays.has(`weight_ih${suffixes[0] ?? ''}_reverse`);
  return {
    name: module.name === '' ? 'rnn' : module.name,
    cell: first.cell,
    inputWidth: first.inputWidth,
    outputWidth: last.outputWidth * (isBidirectional ? 2 : 1),
    readStages: (activation) =>
      suffixes.map((suffix, layer) => readStage({ module, suffix, layer, count: suffixes.length, activation })),
  };
}

/** `_l0`, `_l1`..., or the empty suffix of a cell. */
function layerSuffixes(module: TorchModule): readonly string[] {
  const layers = [...module.arrays.keys()].flatMap((key) => /^weight_ih_l(\d+)$/.exec(key)?.[1] ?? []);
  if (layers.length === 0) return [''];
  const count = layers.reduce((most, layer) => Math.max(most, Number(layer)), 0) + 1;
  if (count !== layers.length)
    throw new InspectorError('model-damaged', `"${module.name}" lacks the weights of some layer below ${count}.`);
  checkLayerCount(count);
  return Array.from({ length: count }, (_, layer) => `_l${layer}`);
}

interface Sizes {
  readonly cell: CellKind;
  readonly units: number;
  readonly inputWidth: number;
  /** P */
  readonly outputWidth: number;
}

function need(module: TorchModule, key: string): WeightArray {
  const array = module.arrays.get(key);
  if (array === undefined) throw new InspectorError('model-damaged', `"${module.name}" lacks ${key}.`);
  return array;
}

function sizesOf(module: TorchModule, suffix: string): Sizes {
  const input = need(module, `weight_ih${suffix}`);
  const recurrent = need(module, `weight_hh${suffix}`);
  const projection = module.arrays.get(`weight_hr${suffix}`);
  const [rows = 0, inputWidth = 0] = input.shape;
  const outputWidth = recurrent.shape[1] ?? 0;
  const units = projection?.shape[1] ?? outputWidth;
  const cell = cellOfBlocks[rows / units];
  if (cell === undefined || units < 1) {
    throw new InspectorError(
      'model-damaged',
      `the matrices of "${module.name}", [${input.shape.join(', ')}] and [${recurrent.shape.join(', ')}], are those of no LSTM, GRU or RNN.`,
    );
  }
  return { cell, units, inputWidth, outputWidth };
}

interface LayerSource {
  readonly module: TorchModule;
  readonly suffix: string;
  readonly layer: number;
  readonly count: number;
  readonly activation: Activation;
}

function readStage({ module, suffix, layer, count, activation }: LayerSource): RecurrentStage {
  const name = module.name === '' ? 'rnn' : module.name;
  const backward = module.arrays.has(`weight_ih${suffix}_reverse`)
    ? readCell(module, `${suffix}_reverse`, activation)
    : undefined;
  return {
    kind: 'recurrent',
    name: count === 1 ? name : `${name}.l${layer}`,
    forward: readCell(module, suffix, activation),
    ...(backward === undefined ? {} : { backward }),
    merge: 'concat',
    returnSequences: true,
  };
}

/** PyTorch orders the gates i f g o and r z n. */
function readCell(module: TorchModule, suffix: string, activation: Activation): CellWeights {
  const { cell, units, inputWidth, outputWidth } = sizesOf(module, suffix);
  const rows = gatesOf(cell).length * units;
  const turn = (array: WeightArray, columns: number): Float32Array => {
    const turned = transpose(readShaped(array, [rows, columns]), rows, columns); // [columns, G H]
    return cell === 'gru' ? reorderBlocks(turned, columns, [1, 0, 2]) : turned;
  };
  const projection = module.arrays.get(`weight_hr${suffix}`);
  return {
    cell,
    units,
    inputWidth,
    kernel: turn(need(module, `weight_ih${suffix}`), inputWidth),
    recurrentKernel: turn(need(module, `weight_hh${suffix}`), outputWidth),
    ...readBiases(module, suffix, cell, rows),
    ...(projection === undefined
      ? {}
      : { projection: transpose(readShaped(projection, [outputWidth, units]), outputWidth, units) }),
    activation,
    recurrentActivation: 'sigmoid',
  };
}

function readBiases(
  ...[module, suffix, cell, rows]: [TorchModule, string, CellKind, number]
): Pick<CellWeights, 'bias' | 'recurrentBias' | 'resetAfter'> {
  const read = (key: string): Float32Array => {
    const array = module.arrays.get(key + suffix);
    const bias = array === undefined ? new Float32Array(rows) : readShaped(array, [rows]);
    return cell === 'gru' ? reorderBlocks(bias, 1, [1, 0, 2]) : bias;
  };
  const [first, second] = [read('bias_ih'), read('bias_hh')];
  if (cell === 'gru') return { bias: first, recurrentBias: second, resetAfter: true };
  return { bias: first.map((value, index) => value + (second[index] as number)) };
}
