import { type CellWeights } from '../../src/cells/cellWeights';

// A minimal writer of ONNX's protobuf (onnx.proto3, IR version 8): enough for one LSTM, after a Gather where ids come
// in.

type Bytes = readonly number[] | Uint8Array;

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) + 128);
  }
}

function join(parts: readonly Bytes[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const number = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, value: Bytes): Bytes => join([varint(field * 8 + 2), varint(value.length), value]);
const text = (field: number, value: string): Bytes => bytes(field, new TextEncoder().encode(value));

function tensor(name: string, dims: readonly number[], values: Float32Array): Bytes {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return join([...dims.map((size) => number(1, size)), number(2, 1), text(8, name), bytes(9, raw)]);
}

function valueInfo(name: string, elementType: number, dims: readonly number[]): Bytes {
  const shape = join(dims.map((size) => bytes(1, number(1, size))));
  return join([text(1, name), bytes(2, bytes(1, join([number(1, elementType), bytes(2, shape)])))]);
}

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly Bytes[];
}

function node({ op, inputs, outputs, attributes = [] }: Node): Bytes {
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...attributes.map((each) => bytes(5, each)),
  ]);
}

const integerAttribute = (name: string, value: number): Bytes => join([text(1, name), number(3, value), number(20, 2)]);

/** [rows, 4 H] in our order i f g o to ONNX's [4 H, rows] in the order i o f g. */
function toOnnx(matrix: Float32Array, rows: number, H: number): Float32Array {
  const out = new Float32Array(matrix.length);
  [0, 3, 1, 2].forEach((gate, block) => {
    for (let k = 0; k < rows; k++)
      for (let j = 0; j < H; j++) out[(block * H + j) * rows + k] = matrix[k * 4 * H + gate * H + j] as number;
  });
  return out;
}

/**
 * An LSTM as an ONNX model that keeps Y alone; input `x` [T, 1, D], or `ids` [T, 1] (int64) into the rows of a table
 * [V, D].
 */
export function lstmModel(weights: CellWeights, T: number, table?: Float32Array): Uint8Array {
  const { inputWidth: D, units: H } = weights;
  const bias = new Float32Array(8 * H);
  bias.set(toOnnx(weights.bias, 1, H));
  const lstm = node({
    op: 'LSTM',
    inputs: ['x', 'W', 'R', 'B'],
    outputs: ['Y'],
    attributes: [integerAttribute('hidden_size', H)],
  });
  const gather = node({ op: 'Gather', inputs: ['table', 'ids'], outputs: ['x'] });
  const graph = join([
    ...(table ? [bytes(1, gather)] : []),
    bytes(1, lstm),
    text(2, 'lstm'),
    bytes(5, tensor('W', [1, 4 * H, D], toOnnx(weights.kernel, D, H))),
    bytes(5, tensor('R', [1, 4 * H, H], toOnnx(weights.recurrentKernel, H, H))),
    bytes(5, tensor('B', [1, 8 * H], bias)),
    ...(table ? [bytes(5, tensor('table', [table.length / D, D], table))] : []),
    bytes(11, table ? valueInfo('ids', 7, [T, 1]) : valueInfo('x', 1, [T, 1, D])),
    bytes(12, valueInfo('Y', 1, [T, 1, 1, H])),
  ]);
  return join([number(1, 8), bytes(7, graph), bytes(8, number(2, 14))]);
}
