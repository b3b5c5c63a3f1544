import { type Random } from '../../../src/base/random';
import { field, lstmNode, message, node, number, onnxModel, recurrentKernel, tensor, varint } from '../files/protobuf';
import { fixture } from './fixture';
import { encode, type FuzzVariant, lie, outside, pick, whole } from './variant';

const kernel = tensor('W', [1, 8, 3], new Float32Array(24).fill(0.1));
const row = tensor('row', [1, 64], new Float32Array(64));

function only(what: string, bytes: Uint8Array): FuzzVariant {
  return { what, main: 'a.onnx', files: { 'a.onnx': bytes } };
}

function longVarint(value: bigint): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest % 128n) | 0x80);
  }
}

function integers(name: string, values: readonly bigint[]): Uint8Array {
  return tensor(
    name,
    [values.length],
    BigInt64Array.from(values, (value) => BigInt.asIntN(64, value)),
  );
}

/** Where the length of each field stands, of those that hold messages too, as far as the bytes can be read so. */
function lengthPlaces(bytes: Uint8Array): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  const walk = (from: number, to: number, depth: number): void => {
    let at = from;
    const readVarint = (): number => {
      let [value, scale] = [0, 1];
      for (; at < to; scale *= 128) {
        const byte = bytes[at++] ?? 0;
        value += (byte & 127) * scale;
        if (byte < 128) break;
      }
      return value;
    };
    while (at < to) {
      const wire = readVarint() & 7;
      const start = at;
      if (wire === 2) {
        const size = readVarint();
        if (at + size > to) return;
        found.push([start, at]);
        if (depth < 6) walk(at, at + size, depth + 1);
        at += size;
      } else if (wire === 0) readVarint();
      else if (wire === 5) at += 4;
      else if (wire === 1) at += 8;
      else return;
    }
  };
  walk(0, bytes.length, 0);
  return found;
}

/** A length of a real file that says more, or less, than there is. */
function lyingLengths(random: Random): FuzzVariant {
  const name = pick(random, ['rnn.onnx', 'onnx-keras.onnx', 'onnx-tf-sequence.onnx', 'onnx-torch-states.onnx']);
  const file = fixture(name);
  const [from, to] = pick(random, lengthPlaces(file));
  const value = lie(random, BigInt(file[from] ?? 0));
  return only(
    `${name}: the length at ${from} is ${value}`,
    Buffer.concat([file.subarray(0, from), Uint8Array.from(longVarint(value)), file.subarray(to)]),
  );
}

/** Tensors and nodes whose sizes are lies. */
function lyingSizes(random: Random): FuzzVariant {
  const dims = Array.from({ length: 1 + whole(random, 5) }, () => longVarint(lie(random))).flat();
  const type = whole(random, 20);
  const data = pick(random, [field(9, new Uint8Array(64)), field(4, new Uint8Array(64)), field(7, [1, 2, 3])]);
  const lying = message(field(1, dims), number(2, type), field(8, pick(random, ['W', 'R'])), data);
  const units = Number(BigInt.asUintN(52, lie(random)));
  const lstm = node('LSTM', [['X', 'W', 'R'], ['Y']], { hidden_size: units, direction: 1, layout: units });
  const tensors = random() < 0.5 ? [lying, recurrentKernel, kernel] : [kernel, recurrentKernel, lying];
  return only(`dims ${dims.join(' ')}, ${units} units`, onnxModel([lstm], tensors));
}

const copying = [
  'Concat',
  'Gather',
  'Expand',
  'Tile',
  'Range',
  'ConstantOfShape',
  'Add',
  'Mul',
  'Transpose',
  'Reshape',
];
const others = ['Slice', 'Split', 'Unsqueeze', 'Squeeze', 'Shape', 'Cast', 'Neg', 'Div', 'DequantizeLinear', 'Pad'];

/** A chain of operations on constants, each of which may make more of what there is. */
function bomb(random: Random): FuzzVariant {
  const sizes = integers(
    'sizes',
    Array.from({ length: 1 + whole(random, 4) }, () => lie(random)),
  );
  const many = integers(
    'many',
    [pick(random, [1n << 10n, 1n << 20n, 1n << 22n, 1n << 26n]), 64n].slice(whole(random, 2)),
  );
  const count = 1 + whole(random, 60);
  const favourite = pick(random, copying);
  const names = ['row', 'sizes', 'many'];
  const nodes = Array.from({ length: count }, (_, at) => {
    const operation = random() < 0.7 ? favourite : pick(random, random() < 0.6 ? copying : others);
    const last = names[names.length - 1] as string;
    const inputs = operation === 'Concat' ? Array.from({ length: 2 + whole(random, 60) }, () => last) : [last];
    if (operation !== 'Concat') inputs.push(...Array.from({ length: whole(random, 4) }, () => pick(random, names)));
    const output = at === count - 1 ? 'W' : `v${at}`;
    names.push(output);
    return node(operation, [inputs, [output]], { axis: whole(random, 3), num_outputs: whole(random, 3) });
  });
  return only(
    `${count} nodes, most of them ${favourite}`,
    onnxModel([...nodes, lstmNode('W')], [row, sizes, many, recurrentKernel]),
  );
}

/** Operations that every reader folds, each of which copies or multiplies what the one before gave. */
function growing(random: Random): FuzzVariant {
  const count = 2 + whole(random, 30);
  const times = pick(random, [2, 3, 60]);
  const size = integers('size', [pick(random, [2n, 1000n, 1n << 22n])]);
  const shape = integers('shape', [pick(random, [1000n, 200_000n, 1n << 22n]), 64n]);
  const nodes = [node('ConstantOfShape', [['size'], ['zeros']]), node('Expand', [['row', 'shape'], ['wide']])];
  let last = pick(random, ['row', 'wide']);
  const used = new Set<string>();
  for (let at = 0; at < count; at++) {
    const output = at === count - 1 ? 'W' : `v${at}`;
    const operation = pick(random, ['Concat', 'Concat', 'Gather', 'Add', 'Mul', 'Neg', 'Transpose']);
    const inputs = {
      Concat: Array.from({ length: times }, () => last),
      Gather: [last, 'zeros'],
      Add: [last, last],
      Mul: [last, 'row'],
      Neg: [last],
      Transpose: [last],
    }[operation] ?? [last];
    nodes.push(node(operation, [inputs, [output]], operation === 'Transpose' ? {} : { axis: 0 }));
    used.add(operation);
    last = output;
  }
  const what = `${count} nodes of ${[...used].join(', ')} that make more of what there is`;
  return only(what, onnxModel([...nodes, lstmNode('W')], [row, size, shape, recurrentKernel]));
}

/** Graphs inside graphs, inside attributes of their nodes. */
function nested(random: Random): FuzzVariant {
  const depth = pick(random, [10, 100, 1000, 5000]);
  const operation = pick(random, ['Loop', 'Scan', 'If', 'Constant']);
  let graph = field(1, lstmNode('W'));
  for (let level = 0; level < depth; level++)
    graph = field(1, message(node(operation, [['X'], ['Y']]), field(5, message(field(1, 'body'), field(6, graph)))));
  return only(
    `${operation} ${depth} times in itself`,
    message(number(1, 8), field(7, message(graph, field(11, field(1, 'X')), field(12, field(1, 'Y'))))),
  );
}

/** Nodes in a circle, in a long line, and of a number that nobody needs. */
function manyNodes(random: Random): FuzzVariant {
  const count = pick(random, [3, 100, 1000, 20_000, 50_000]);
  const operation = pick(random, ['LSTM', 'Identity', 'Add', 'Concat', 'Relu', 'Transpose', 'Unsqueeze']);
  const isCircle = random() < 0.4;
  const isFan = random() < 0.3;
  const nodes = Array.from({ length: count }, (_, at) => {
    const input = isCircle ? `v${(at + count - 1) % count}` : at === 0 || isFan ? 'X' : `v${at - 1}`;
    const output = at === count - 1 ? 'Y' : `v${at}`;
    if (operation === 'LSTM') return node('LSTM', [[input, 'W', 'R'], [output]], { hidden_size: 2 });
    return node(operation, [[input, input], [output]], { axis: 0 });
  });
  return only(
    `${count} nodes ${operation}${isCircle ? ' in a circle' : ''}`,
    onnxModel(nodes, [kernel, recurrentKernel]),
  );
}

/** Tensors whose numbers lie in another file. */
function external(random: Random): FuzzVariant {
  const location = pick(random, [
    'w.bin',
    `${outside}/w.bin`,
    '/dev/zero',
    '/etc/passwd',
    'link',
    'pipe',
    '.',
    '',
    'w.bin\0',
    './a/../w.bin',
  ]);
  const entry = (key: string, value: string): Uint8Array => field(13, message(field(1, key), field(2, value)));
  const lying = message(
    field(1, [1, 8, 3].flatMap(varint)),
    number(2, 1),
    field(8, 'W'),
    number(14, 1),
    entry('location', location),
    entry('offset', String(BigInt.asIntN(64, lie(random)))),
    entry('length', pick(random, ['96', '1e999', 'NaN', '-1', String(lie(random))])),
  );
  return {
    ...only(`numbers in ${location}`, onnxModel([lstmNode('W')], [lying, recurrentKernel])),
    files: { 'a.onnx': onnxModel([lstmNode('W')], [lying, recurrentKernel]), 'w.bin': new Uint8Array(256) },
    links: { link: pick(random, [`${outside}/w.bin`, '/dev/zero', 'link']) },
    pipes: ['pipe'],
  };
}

/** Long lists of small numbers, and names as long. */
function lists(random: Random): FuzzVariant {
  const bytes = new Uint8Array(pick(random, [1000, 100_000, 4 << 20])).fill(1);
  const tag = pick(random, [7, 8, 9]);
  const constant = message(
    node('Constant', [[], ['W']]),
    field(5, message(field(1, pick(random, ['value_ints', 'value_floats', 'value_strings'])), field(tag, bytes))),
  );
  const name = random() < 0.3 ? 'n'.repeat(bytes.length) : 'W';
  return only(`a list of ${bytes.length}`, onnxModel([constant, lstmNode(name)], [recurrentKernel]));
}

/** Lies in the protobuf of an ONNX file. */
export function onnxVariant(random: Random): FuzzVariant {
  if (random() < 0.02) return only('nothing but a field without an end', encode('\x0a\xff\xff\xff\xff\x0f'));
  return pick(random, [
    lyingLengths,
    lyingLengths,
    lyingSizes,
    bomb,
    growing,
    growing,
    nested,
    manyNodes,
    external,
    lists,
  ])(random);
}
