import { InspectorError } from '../../base/errors';
import { type CellWeights } from '../../cells/cellWeights';
import { type MergeMode, type RecurrentStage } from '../../network/recurrentModel';
import { getFlag, getList, getObject, getOwn, getString, isJsonObject, type JsonObject } from '../untrustedJson';
import { type WeightArray } from '../weightArray';
import { cellOf, readKerasCell } from './kerasCells';
import { toSnakeCase } from './kerasV3Weights';

/** A recurrent layer as its configuration and arrays describe it. */
export interface RecurrentSource {
  readonly className: string;
  readonly name: string;
  readonly config: JsonObject;
  readonly kerasMajor: number;
  readonly arrays: readonly WeightArray[];
}

/**
 * Whether we compute a layer of this class: LSTM, GRU, SimpleRNN, RNN with their cells, Bidirectional around one of
 * them.
 */
export function isRecurrentLayer(className: string, config: JsonObject): boolean {
  if (className === 'Bidirectional') {
    const inner = parseInner(config, 'layer');
    return inner !== null && inner.className !== 'Bidirectional' && isRecurrentLayer(inner.className, inner.config);
  }
  if (className === 'RNN')
    return cellsOf(config).length > 0 && cellsOf(config).every((cell) => cellOf(cell.className) !== undefined);
  return cellOf(className) !== undefined && !className.endsWith('Cell');
}

/** One stage a layer; stacked cells in one RNN layer give a stage each. */
export function readRecurrentLayer(source: RecurrentSource): readonly RecurrentStage[] {
  if (source.className === 'Bidirectional') return [readBidirectional(source)];
  const cells = readCells(source);
  const isBackward = getFlag(source.config, 'go_backwards');
  return cells.map((cell, index) => {
    const isLast = index === cells.length - 1;
    return {
      kind: 'recurrent',
      name: cells.length === 1 ? source.name : `${source.name}/cell_${index}`,
      ...(isBackward ? { backward: cell } : { forward: cell }),
      merge: 'concat',
      returnSequences: !isLast || getFlag(source.config, 'return_sequences'),
      ...(isBackward && isLast ? { outputReversed: true } : {}),
      ...(isLast ? zeroWhereMasked(source.config) : {}),
      ...(getFlag(source.config, 'stateful') ? { stateful: true } : {}),
    };
  });
}

interface InnerLayer {
  readonly className: string;
  readonly config: JsonObject;
}

function parseInner(config: JsonObject, key: string): InnerLayer | null {
  const inner = getObject(config, key);
  if (inner === undefined) return null;
  const className = getString(inner, 'class_name') ?? '';
  return { className: className.slice(className.lastIndexOf('>') + 1), config: getObject(inner, 'config') ?? {} };
}

/** The cells of an RNN layer: one, or the list of StackedRNNCells. */
function cellsOf(config: JsonObject): readonly InnerLayer[] {
  const cell = getOwn(config, 'cell');
  const wrapped = Array.isArray(cell) ? cell : isJsonObject(cell) ? [cell] : [];
  return wrapped.flatMap((item: unknown) => {
    if (!isJsonObject(item)) return [];
    const parsed = parseInner({ item }, 'item');
    if (parsed === null) return [];
    return parsed.className === 'StackedRNNCells'
      ? getList(parsed.config, 'cells').flatMap((each) => cellsOf({ cell: each }))
      : [parsed];
  });
}

function readCells(source: RecurrentSource): readonly CellWeights[] {
  const { name: layerName, kerasMajor, arrays } = source;
  if (source.className !== 'RNN') {
    return [readKerasCell({ className: source.className, config: source.config, kerasMajor, arrays, layerName })];
  }
  const cells = cellsOf(source.config);
  let start = 0;
  return cells.map(({ className, config }, index) => {
    const count = getOwn(config, 'use_bias') === false ? 2 : 3;
    const own = ofCell(arrays, cells, index) ?? arrays.slice(start, start + count);
    start += count;
    return readKerasCell({ className, config, kerasMajor, arrays: own, layerName });
  });
}

/**
 * The arrays of one of stacked cells in Keras 3's layout (`cell/cells/gru_cell_1/vars/0`), which counts cells of each
 * class, so that cells of several classes do not lie in their order; null in other layouts.
 */
function ofCell(
  arrays: readonly WeightArray[],
  cells: readonly InnerLayer[],
  index: number,
): readonly WeightArray[] | null {
  const className = cells[index]?.className ?? '';
  const ordinal = cells.slice(0, index).filter((cell) => cell.className === className).length;
  const folder = `cells/${toSnakeCase(className)}${ordinal === 0 ? '' : `_${ordinal}`}/`;
  const own = arrays.filter(({ name }) => name.includes(`/${folder}`) || name.startsWith(folder));
  return own.length === 0 ? null : own;
}

const mergeModes: readonly unknown[] = ['concat', 'sum', 'mul', 'ave', null];

function readBidirectional(source: RecurrentSource): RecurrentStage {
  const forward = parseInner(source.config, 'layer');
  const backward = parseInner(source.config, 'backward_layer') ?? forward;
  if (forward === null || backward === null)
    throw new InspectorError('model-damaged', `"${source.name}" does not say which layer it wraps.`);
  const merge = getOwn(source.config, 'merge_mode') === undefined ? 'concat' : getOwn(source.config, 'merge_mode');
  if (!mergeModes.includes(merge))
    throw new InspectorError(
      'model-unsupported',
      `"${source.name}" has the unknown merge mode ${JSON.stringify(merge)}.`,
    );
  const [forwardArrays, backwardArrays] = splitDirections(source);
  const read = (inner: InnerLayer, arrays: readonly WeightArray[]): CellWeights => {
    const cells = readCells({ ...source, className: inner.className, config: inner.config, arrays });
    if (cells.length === 1 && cells[0] !== undefined) return cells[0];
    throw new InspectorError(
      'model-unsupported',
      `"${source.name}" wraps stacked cells, which we do not read in two directions.`,
    );
  };
  const [first, second] = [read(forward, forwardArrays), read(backward, backwardArrays)];
  // Around a layer with go_backwards the roles are swapped, and Keras hands on both sequences from the end to the
  // beginning.
  const isSwapped = getFlag(forward.config, 'go_backwards');
  return {
    kind: 'recurrent',
    name: source.name,
    forward: isSwapped ? second : first,
    backward: isSwapped ? first : second,
    ...(isSwapped ? { outputReversed: true, backwardFirst: true } : {}),
    merge: merge as MergeMode,
    returnSequences: getFlag(forward.config, 'return_sequences'),
    ...zeroWhereMasked(forward.config),
    ...(getFlag(forward.config, 'stateful') ? { stateful: true } : {}),
  };
}

function zeroWhereMasked(config: JsonObject): Pick<RecurrentStage, 'zeroWhereMasked'> {
  return getFlag(config, 'zero_output_for_mask') && getFlag(config, 'return_sequences')
    ? { zeroWhereMasked: true }
    : {};
}

/** By name where the names say it (`forward_lstm`, `backward_layer`), else the first and the second half. */
function splitDirections({ arrays }: RecurrentSource): readonly [readonly WeightArray[], readonly WeightArray[]] {
  const isIn = (direction: string) => (array: WeightArray) =>
    array.name.split('/').some((part) => part.startsWith(`${direction}_`));
  const [forward, backward] = [arrays.filter(isIn('forward')), arrays.filter(isIn('backward'))];
  if (forward.length > 0 && forward.length === backward.length && forward.length * 2 === arrays.length)
    return [forward, backward];
  const half = arrays.length / 2;
  return [arrays.slice(0, half), arrays.slice(half)];
}
