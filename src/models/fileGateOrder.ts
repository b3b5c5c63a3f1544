import { type CellKind, type Gate, gatesOf } from '../trace/reading/cellKind';
import { type RecurrentModel } from '../network/recurrentModel';

type Format = RecurrentModel['format'];
type Orders = Readonly<Partial<Record<CellKind, readonly Gate[]>>>;

/** Where a format has an order of its own; Keras's is ours: its c is our g, its h our n. */
const torch: Orders = { gru: ['r', 'z', 'n'] };
const orders: Readonly<Partial<Record<Format, Orders>>> = {
  torch,
  safetensors: torch,
  onnx: { lstm: ['i', 'o', 'f', 'g'] },
};

/** The order in which a format keeps the blocks of a cell's weights, by our letters. */
export function fileGateOrder(format: Format, cell: CellKind): readonly Gate[] {
  return orders[format]?.[cell] ?? gatesOf(cell);
}
