import { type CellKind, type Gate } from '../trace/reading/cellKind';
import { type RecurrentModel } from '../network/recurrentModel';

type Format = RecurrentModel['format'];
const keras = { lstm: ['i', 'f', 'g', 'o'], gru: ['z', 'r', 'n'], rnn: ['a'] } as const;
const torch = { lstm: ['i', 'f', 'g', 'o'], gru: ['r', 'z', 'n'], rnn: ['a'] } as const;
const onnx = { lstm: ['i', 'o', 'f', 'g'], gru: ['z', 'r', 'n'], rnn: ['a'] } as const;

const orders: Readonly<Record<Format, Readonly<Record<CellKind, readonly Gate[]>>>> = {
  bundled: keras,
  tfjs: keras,
  'keras-h5': keras,
  'keras-v3': keras,
  torch,
  safetensors: torch,
  onnx,
};

/**
 * The order in which a format keeps the blocks of a cell's weights, by our letters: Keras's c is our g, its h our n.
 */
export function fileGateOrder(format: Format, cell: CellKind): readonly Gate[] {
  return orders[format][cell];
}
