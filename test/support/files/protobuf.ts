/** A protobuf varint of a whole number below 2^53. */
export function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

/** A field that holds bytes: a text, a message, a packed list. */
export function field(tag: number, content: string | Uint8Array | readonly number[]): Uint8Array {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([Buffer.from([...varint(tag * 8 + 2), ...varint(bytes.length)]), bytes]);
}

/** A field that holds a whole number. */
export function number(tag: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(tag * 8), ...varint(value)]);
}

/** Fields of one message. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

const elementTypes = { float: 1, int64: 7 } as const;

/** A TensorProto with its numbers in raw bytes. */
export function tensor(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): Uint8Array {
  const type = data instanceof Float32Array ? elementTypes.float : elementTypes.int64;
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message(field(1, dims.flatMap(varint)), number(2, type), field(8, name), field(9, raw));
}

/** A NodeProto; its attributes are whole numbers. */
export function node(
  operation: string,
  [inputs, outputs]: readonly [readonly string[], readonly string[]],
  attributes: Readonly<Record<string, number>> = {},
): Uint8Array {
  return message(
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(4, operation),
    ...Object.entries(attributes).map(([name, value]) =>
      field(5, message(field(1, name), number(3, value), number(20, 2))),
    ),
  );
}

/** A ModelProto of nodes and initialisers that gives the value `Y`. */
export function onnxModel(nodes: readonly Uint8Array[], initializers: readonly Uint8Array[]): Uint8Array {
  const graph = message(
    ...nodes.map((each) => field(1, each)),
    ...initializers.map((each) => field(5, each)),
    field(11, field(1, 'X')),
    field(12, field(1, 'Y')),
  );
  return message(number(1, 8), field(7, graph));
}

/** An LSTM node of 2 units that reads X with the kernel named `W`. */
export function lstmNode(kernel: string, output = 'Y'): Uint8Array {
  return node('LSTM', [['X', kernel, 'R'], [output]], { hidden_size: 2 });
}

/** Its recurrent kernel. */
export const recurrentKernel = tensor('R', [1, 8, 2], new Float32Array(16));
