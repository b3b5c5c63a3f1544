import { pushAll } from '../../../base/extremes';
import { createRandom, type Random } from '../../../base/random';
import { initialBias } from '../../../cells/initialBias';
import { type CellKind, type Direction, gatesOf, hasRecurrentKernel } from '../../../trace/reading/cellKind';
import { initializeBlocks, initializeMatrix } from './initialize';
import { type ActivationName, type LabSettings } from '../labSettings';

/** What a network is made of: ids -> (one-hot | embedding) -> recurrent layers -> dense softmax. */
export interface NetworkShape {
  readonly cell: CellKind;
  /** V */
  readonly vocabularySize: number;
  /** Null: one-hot. */
  readonly embeddingWidth: number | null;
  /** H */
  readonly units: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly outputs: number;
  readonly activation: ActivationName;
  /** GRU of a transferred model: the reset gate multiplies after the recurrent product, and each bias is [2, 3 H]. */
  readonly resetAfter?: boolean;
  /** Every step answers (next-token), or the last one only (classify). */
  readonly answersEveryStep: boolean;
}

/** One weight array by name; row-major. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The directions of each layer. */
export function directionsOf(shape: Pick<NetworkShape, 'bidirectional'>): readonly Direction[] {
  return shape.bidirectional ? ['forward', 'backward'] : ['forward'];
}

/** D of a layer. */
export function inputWidthOf(shape: NetworkShape, layer: number): number {
  if (layer > 0) return shape.units * directionsOf(shape).length;
  return shape.embeddingWidth ?? shape.vocabularySize;
}

/** The network that a lab file asks for, given V and the number of outputs. */
export function shapeOf(settings: LabSettings, vocabularySize: number, outputs: number): NetworkShape {
  const { model, hyperparameters } = settings;
  return {
    cell: model.cell,
    vocabularySize,
    embeddingWidth: model.input === 'one-hot' ? null : hyperparameters.embedding_dim,
    units: hyperparameters.units,
    layers: model.layers,
    bidirectional: model.bidirectional,
    outputs,
    activation: hyperparameters.activation,
    answersEveryStep: settings.task === 'next-token',
  };
}

/**
 * Freshly initialised weights, in order: `embedding`, then for each layer and direction `LAYER.DIRECTION.kernel` [D, G
 * H], `.recurrentKernel` [H, G H] (a block a gate), `.bias` [G H] (zeros; the LSTM's forget gate as set), then
 * `dense.kernel` and `dense.bias`. The embedding is uniform in +-0.05 as in Keras.
 */
export function initializeNetwork(shape: NetworkShape, settings: LabSettings): readonly NamedArray[] {
  const random = createRandom(settings.seed);
  const { init_mode: mode } = settings.hyperparameters;
  const { units } = shape;
  const blocks = gatesOf(shape.cell).length;
  const arrays: NamedArray[] = [];
  if (shape.embeddingWidth !== null) {
    const size = { rows: shape.vocabularySize, columns: shape.embeddingWidth };
    arrays.push({
      name: 'embedding',
      shape: [size.rows, size.columns],
      data: initializeMatrix('uniform', size, random),
    });
  }
  for (let layer = 0; layer < shape.layers; layer++) {
    for (const direction of directionsOf(shape)) {
      const bias = { shape: [blocks * units], data: initialBias(shape.cell, units, settings.model.forgetBias) };
      const rows = inputWidthOf(shape, layer);
      pushAll(arrays, initializeCell(`${layer}.${direction}`, shape, { rows, bias, settings, random }));
    }
  }
  const size = { rows: units * directionsOf(shape).length, columns: shape.outputs };
  arrays.push({ name: 'dense.kernel', shape: [size.rows, size.columns], data: initializeMatrix(mode, size, random) });
  arrays.push({ name: 'dense.bias', shape: [size.columns], data: new Float32Array(size.columns) });
  return arrays;
}

/** What a cell is drawn from: D, its biases as they begin, how, and where the numbers come from. */
export interface CellDraw {
  readonly rows: number;
  readonly bias: Omit<NamedArray, 'name'>;
  readonly settings: LabSettings;
  readonly random: Random;
}

/** The arrays of one layer and direction, freshly drawn: kernel, recurrent kernel where the cell has one, bias. */
export function initializeCell(name: string, { cell, units }: NetworkShape, draw: CellDraw): readonly NamedArray[] {
  const { rows, bias, settings, random } = draw;
  const blocks = gatesOf(cell).length;
  const columns = blocks * units;
  const size = { rows: units, columns: units };
  // Drawn first: the numbers of a seed come in this order.
  const recurrent = hasRecurrentKernel(cell)
    ? [initializeBlocks(settings.model.recurrentInit, size, blocks, random)]
    : [];
  const data = initializeMatrix(settings.hyperparameters.init_mode, { rows, columns }, random);
  return [
    { name: `${name}.kernel`, shape: [rows, columns], data },
    ...recurrent.map((own) => ({ name: `${name}.recurrentKernel`, shape: [units, columns], data: own })),
    { name: `${name}.bias`, ...bias },
  ];
}
