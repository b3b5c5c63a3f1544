import { type Activation, type CellWeights } from '../../cells/cellWeights';
import { InspectorError } from '../../base/errors';
import { type CellKind, gatesOf, hasRecurrentKernel } from '../../trace/reading/cellKind';
import { getFlag, getNumber, getOwn, getString, isJsonObject, type JsonObject } from '../untrustedJson';
import { isSameShape, readShaped, transpose, type WeightArray } from '../weightArray';
import { parseActivation } from './kerasActivation';

/** The classes of Keras whose cell we compute, as layers and as cells. */
const cellOfClass: Readonly<Record<string, CellKind>> = {
  LSTM: 'lstm',
  LSTMV1: 'lstm',
  LSTMV2: 'lstm',
  CuDNNLSTM: 'lstm',
  LSTMCell: 'lstm',
  GRU: 'gru',
  GRUV1: 'gru',
  GRUV2: 'gru',
  CuDNNGRU: 'gru',
  GRUCell: 'gru',
  MinGRU: 'mingru',
  SimpleRNN: 'rnn',
  SimpleRNNCell: 'rnn',
};

/** The cell of a layer's class; undefined for what we do not know. */
export function cellOf(className: string): CellKind | undefined {
  return Object.hasOwn(cellOfClass, className) ? cellOfClass[className] : undefined;
}

const sigmoidGates = { recurrent_activation: 'sigmoid', implementation: 1 };

/** How a layer of ours is written for Keras and tfjs: its class, and the settings that only its kind has. */
export const kerasLayers: Readonly<
  Record<CellKind, { readonly className: string; readonly config: (resetAfter: boolean) => JsonObject }>
> = {
  rnn: { className: 'SimpleRNN', config: () => ({}) },
  mingru: { className: 'MinGRU', config: () => sigmoidGates },
  gru: { className: 'GRU', config: (resetAfter) => ({ ...sigmoidGates, reset_after: resetAfter }) },
  lstm: { className: 'LSTM', config: () => ({ ...sigmoidGates, unit_forget_bias: true }) },
};

/** A cell's settings in the words of Keras 2 and 3, and those of Keras 1 that differ. */
export interface CellSource {
  readonly className: string;
  readonly config: JsonObject;
  readonly kerasMajor: number;
  /** The arrays of this cell only, in the order of the file. */
  readonly arrays: readonly WeightArray[];
  readonly layerName: string;
}

/** Keras orders gates i f c o and z r h, which is our order already; CuDNN's and Keras 1's forms are turned to it. */
export function readKerasCell(source: CellSource): CellWeights {
  const cell = cellOf(source.className);
  if (cell === undefined)
    throw new InspectorError('model-unsupported', `"${source.layerName}" has the unknown cell ${source.className}.`);
  const { kernel, recurrent, bias } = findMatrices(source, cell);
  const blocks = gatesOf(cell).length;
  const units = recurrent === undefined ? (kernel.shape[1] ?? 0) / blocks : (recurrent.shape[0] ?? 0);
  const inputWidth = kernel.shape[0] ?? 0;
  checkUnits(source, units);
  const raw = {
    kernel: readShaped(kernel, [inputWidth, blocks * units]),
    recurrentKernel: recurrent === undefined ? new Float32Array(0) : readShaped(recurrent, [units, blocks * units]),
  };
  const isCudnn = bias !== undefined && cell !== 'rnn' && isSameShape(bias.shape, [2 * blocks * units]);
  const matrices = isCudnn ? fromCudnn(raw, { inputWidth, units, blocks }) : raw;
  return {
    cell,
    inputWidth,
    units,
    ...matrices,
    ...readBiases({ source, cell, units, bias }),
    ...readActivations(source, cell),
  };
}

function checkUnits(source: CellSource, units: number): void {
  const stated = getNumber(source.config, 'units') ?? getNumber(source.config, 'output_dim');
  if (units > 0 && (stated === undefined || stated === units)) return;
  throw new InspectorError(
    'model-damaged',
    `"${source.layerName}" says it has ${stated ?? 'unknown'} units, but its weights are for ${units}.`,
  );
}

interface Matrices {
  readonly kernel: WeightArray;
  /** Absent where the gates do not read the state. */
  readonly recurrent?: WeightArray;
  readonly bias?: WeightArray;
}

/** `kernel:0`, `lstm_1_W`, `vars/0`: the part that says which matrix it is. */
function roleOf(name: string): string {
  const leaf = name.slice(name.lastIndexOf('/') + 1).replace(/:\d+$/, '');
  const old = /_([WUb])$/.exec(leaf)?.[1];
  if (old !== undefined) return { W: 'kernel', U: 'recurrent_kernel', b: 'bias' }[old] ?? leaf;
  return leaf.replace(/_\d+$/, '');
}

function findMatrices(source: CellSource, cell: CellKind): Matrices {
  const byGate = joinGates(source.arrays, cell);
  const arrays = byGate ?? source.arrays;
  const named = new Map(arrays.map((array) => [roleOf(array.name), array]));
  const roles = hasRecurrentKernel(cell) ? ['kernel', 'recurrent_kernel', 'bias'] : ['kernel', 'bias'];
  const isNamed = roles.every((role) => role === 'bias' || named.has(role));
  const find = (role: string): WeightArray | undefined => (isNamed ? named.get(role) : arrays[roles.indexOf(role)]);
  const [kernel, recurrent, bias] = ['kernel', 'recurrent_kernel', 'bias'].map(find);
  if (kernel === undefined || (recurrent === undefined && hasRecurrentKernel(cell))) {
    throw new InspectorError('model-damaged', `the weights of "${source.layerName}" are missing from the file.`);
  }
  return { kernel, ...(recurrent && { recurrent }), ...(bias && { bias }) };
}

/** The gates of Keras 1, which keeps an array for each. */
const gateNames: Readonly<Partial<Record<CellKind, readonly string[]>>> = {
  lstm: ['i', 'f', 'c', 'o'],
  gru: ['z', 'r', 'h'],
};

/** Keras 1 keeps an array a gate (`lstm_1_W_i`, `lstm_1_U_i`, `lstm_1_b_i`...); null where the file does not. */
function joinGates(arrays: readonly WeightArray[], cell: CellKind): readonly WeightArray[] | null {
  const byKey = new Map(arrays.map((array) => [/([WUb]_[a-z])(?::\d+)?$/.exec(array.name)?.[1] ?? '', array]));
  const join = (letter: string): WeightArray | null => {
    const parts = (gateNames[cell] ?? []).map((gate) => byKey.get(`${letter}_${gate}`));
    return parts.length > 0 && parts.every((part) => part !== undefined)
      ? concatColumns(`layer_${letter}`, parts as WeightArray[])
      : null;
  };
  const joined = [join('W'), join('U'), join('b')];
  return joined.every((array) => array !== null) ? joined : null;
}

function concatColumns(name: string, parts: readonly WeightArray[]): WeightArray {
  const shape = parts[0]?.shape ?? [];
  const rows = shape.length === 1 ? 1 : (shape[0] ?? 0);
  const width = shape[shape.length - 1] ?? 0;
  const columns = width * parts.length;
  return {
    name,
    shape: [...shape.slice(0, -1), columns],
    read: () => {
      const result = new Float32Array(rows * columns);
      parts.forEach((part, index) => {
        const data = readShaped(part, shape);
        for (let row = 0; row < rows; row++)
          result.set(data.subarray(row * width, (row + 1) * width), row * columns + index * width);
      });
      return result;
    },
  };
}

interface CellSize {
  readonly inputWidth: number;
  readonly units: number;
  readonly blocks: number;
}

/**
 * CuDNN keeps each gate's matrix transposed: of a block [D, H] as stored, the flat data is the [H, D] matrix
 * (Keras, `_convert_rnn_weights` in hdf5_format).
 */
function fromCudnn(raw: { readonly kernel: Float32Array; readonly recurrentKernel: Float32Array }, size: CellSize) {
  return {
    kernel: turnCudnnBlocks(raw.kernel, size.inputWidth, size),
    recurrentKernel: turnCudnnBlocks(raw.recurrentKernel, size.units, size),
  };
}

function turnCudnnBlocks(matrix: Float32Array, rows: number, { units, blocks }: CellSize): Float32Array {
  const result = new Float32Array(matrix.length);
  const columns = units * blocks;
  for (let block = 0; block < blocks; block++) {
    const flat = new Float32Array(rows * units);
    for (let row = 0; row < rows; row++) {
      flat.set(matrix.subarray(row * columns + block * units, row * columns + (block + 1) * units), row * units);
    }
    const turned = transpose(flat, units, rows); // [rows, units]
    for (let row = 0; row < rows; row++) {
      result.set(turned.subarray(row * units, (row + 1) * units), row * columns + block * units);
    }
  }
  return result;
}

interface BiasSource {
  readonly source: CellSource;
  readonly cell: CellKind;
  readonly units: number;
  readonly bias: WeightArray | undefined;
}

function readBiases({
  source,
  cell,
  units,
  bias,
}: BiasSource): Pick<CellWeights, 'bias' | 'recurrentBias' | 'resetAfter'> {
  const width = gatesOf(cell).length * units;
  const saysResetAfter = cell === 'gru' && (getFlag(source.config, 'reset_after') || source.className === 'CuDNNGRU');
  if (bias === undefined) {
    const zeros = { bias: new Float32Array(width) };
    return saysResetAfter ? { ...zeros, recurrentBias: new Float32Array(width), resetAfter: true } : zeros;
  }
  if (isSameShape(bias.shape, [width]))
    return {
      bias: bias.read(),
      ...(saysResetAfter ? { recurrentBias: new Float32Array(width), resetAfter: true } : {}),
    };
  const isDouble = isSameShape(bias.shape, [2 * width]) || isSameShape(bias.shape, [2, width]);
  if (!isDouble || cell === 'rnn') readShaped(bias, [width]);
  const both = bias.read();
  const [first, second] = [both.slice(0, width), both.slice(width)];
  if (cell === 'gru') return { bias: first, recurrentBias: second, resetAfter: true };
  return { bias: first.map((value, index) => value + (second[index] as number)) };
}

function readActivations(source: CellSource, cell: CellKind): Pick<CellWeights, 'activation' | 'recurrentActivation'> {
  const { config, className } = source;
  if (className.startsWith('CuDNN')) return { activation: 'tanh', recurrentActivation: 'sigmoid' };
  const activation = readActivation(source, 'activation');
  if (cell === 'rnn') return { activation, recurrentActivation: 'sigmoid' };
  const key = getOwn(config, 'recurrent_activation') === undefined ? 'inner_activation' : 'recurrent_activation';
  return { activation, recurrentActivation: readActivation(source, key) };
}

/** The name of a registered function (`{"class_name": "function", "config": "mine>swishy"}`), or what stands there. */
function nameOf(stated: unknown): unknown {
  return isJsonObject(stated)
    ? (getString(stated, 'config') ?? getString(stated, 'class_name') ?? 'without a name')
    : stated;
}

function readActivation(source: CellSource, key: string): Activation {
  const stated = getOwn(source.config, key);
  if (stated === undefined)
    throw new InspectorError(
      'model-damaged',
      `"${source.layerName}" does not say its ${key.replace('inner', 'recurrent')}.`,
    );
  const activation = parseActivation(stated, source.kerasMajor);
  if (activation !== null) return activation;
  throw new InspectorError(
    'model-unsupported',
    `"${source.layerName}" uses the ${key} ${JSON.stringify(nameOf(stated))}, which we do not know.`,
  );
}
