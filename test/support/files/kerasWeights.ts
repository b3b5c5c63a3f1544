import { type Activation, type CellWeights } from '../../../src/cells/cellWeights';
import { type CellKind } from '../../../src/trace/reading/cellKind';

/** How Keras stores a cell: kernel [D, G H], recurrent kernel [H, G H], bias [G H] or, for reset_after, [2, 3 H]. */
export interface KerasCell {
  readonly cell: CellKind;
  readonly inputWidth: number;
  readonly units: number;
  readonly kernel: ArrayLike<number>;
  readonly recurrentKernel: ArrayLike<number>;
  readonly bias?: ArrayLike<number>;
  readonly activation?: Activation;
  readonly recurrentActivation?: Activation;
  readonly resetAfter?: boolean;
}

// Keras's LSTM blocks are i f c o and its GRU blocks z r h: both are our own order.
export function fromKeras(keras: KerasCell): CellWeights {
  const columns = keras.kernel.length / keras.inputWidth;
  const bias = Float32Array.from(keras.bias ?? new Float32Array(columns));
  return {
    cell: keras.cell,
    inputWidth: keras.inputWidth,
    units: keras.units,
    kernel: Float32Array.from(keras.kernel),
    recurrentKernel: Float32Array.from(keras.recurrentKernel),
    bias: bias.slice(0, columns),
    ...(keras.resetAfter && {
      resetAfter: true,
      recurrentBias: bias.length === 2 * columns ? bias.slice(columns) : new Float32Array(columns),
    }),
    activation: keras.activation ?? 'tanh',
    recurrentActivation: keras.recurrentActivation ?? 'sigmoid',
  };
}

/** PyTorch's weight_ih [G H, D], weight_hh [G H, H] and two biases; LSTM blocks i f g o, GRU blocks r z n. */
export function fromTorch(
  cell: CellKind,
  [ih, hh, bih, bhh]: readonly [
    readonly (readonly number[])[],
    readonly (readonly number[])[],
    readonly number[],
    readonly number[],
  ],
  activation: Activation = 'tanh',
): CellWeights {
  const units = (hh[0] as readonly number[]).length;
  const inputWidth = (ih[0] as readonly number[]).length;
  const order = cell === 'gru' ? [1, 0, 2] : cell === 'lstm' ? [0, 1, 2, 3] : [0];
  const rows = order.flatMap((block) => Array.from({ length: units }, (_, k) => block * units + k));
  const transposed = (matrix: readonly (readonly number[])[], width: number): Float32Array => {
    const out = new Float32Array(width * rows.length);
    rows.forEach((row, column) => {
      for (let d = 0; d < width; d++) out[d * rows.length + column] = matrix[row]?.[d] as number;
    });
    return out;
  };
  const first = Float32Array.from(rows.map((row) => bih[row] as number));
  const second = Float32Array.from(rows.map((row) => bhh[row] as number));
  const isGru = cell === 'gru';
  return {
    cell,
    inputWidth,
    units,
    kernel: transposed(ih, inputWidth),
    recurrentKernel: transposed(hh, units),
    bias: isGru ? first : first.map((value, k) => value + (second[k] as number)),
    ...(isGru && { recurrentBias: second, resetAfter: true }),
    activation,
    recurrentActivation: 'sigmoid',
  };
}
