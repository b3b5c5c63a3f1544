import { type ModelFiles } from '../fileAccess';
import { takeHeap, takeNumbers } from '../readBudget';
import { countElements } from '../weightArray';
import { type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnxProto';
import { type Constant, readOnnxTensor } from './onnxTensor';
import { concat, expand, gather, reshape, slice, squeeze, transposeConstant, unsqueeze } from './constantOperations';

/** What is known of a model's values: which node gives them, and which are numbers already. */
export interface OnnxScope {
  /** The node that gives a value; undefined for inputs and initialisers. */
  producer(name: string): OnnxNode | undefined;
  /** A value's numbers, where they do not depend on the model's input. */
  constant(name: string | undefined): Constant | null;
  /** The one number of which a value consists, whatever its shape: zeros of a size that only the input decides. */
  fill(name: string | undefined): number | null;
}

/** Folds the operations that exporters put around weights and shapes, in a graph and what lies around it. */
export function createScope(
  graphs: readonly OnnxGraph[],
  files: ModelFiles,
  given: ReadonlyMap<string, Constant>,
): OnnxScope {
  const producers = new Map<string, OnnxNode>();
  const tensors = new Map<string, OnnxTensor>();
  for (const graph of graphs) {
    for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') producers.set(output, node);
    for (const tensor of graph.initializers) tensors.set(tensor.name, tensor);
  }
  const known = new Map<string, Constant | null>(given);
  const constant = (name: string | undefined): Constant | null => {
    if (name === undefined || name === '') return null;
    const stored = known.get(name);
    if (stored !== undefined) return stored;
    known.set(name, null); // what is asked for again while it is computed stands in a circle
    const value = compute(name);
    known.set(name, value);
    return value;
  };
  const compute = (name: string): Constant | null => {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return readOnnxTensor(tensor, files);
    const node = producers.get(name);
    return node === undefined ? null : foldNode(node, name, { constant, files });
  };
  const scope: OnnxScope = {
    producer: (name) => producers.get(name),
    constant,
    fill: (name) => findFill(scope, name, 0),
  };
  return scope;
}

interface Folding {
  readonly constant: (name: string | undefined) => Constant | null;
  readonly files: ModelFiles;
}

const maximumFolded = 1 << 28;

function foldNode(node: OnnxNode, output: string, folding: Folding): Constant | null {
  if (node.operation === 'Constant') return foldConstantNode(node, folding.files);
  const fold = Object.hasOwn(folders, node.operation) ? folders[node.operation] : undefined;
  if (fold === undefined || (node.domain !== '' && node.domain !== 'ai.onnx')) return null;
  const inputs = node.inputs.map((name) => folding.constant(name));
  const [first] = inputs;
  if (first === undefined || first === null || first.data.length > maximumFolded) return null;
  return fold({ node, first, inputs, output: node.outputs.indexOf(output) });
}

function foldConstantNode(node: OnnxNode, files: ModelFiles): Constant | null {
  const { attributes } = node;
  const tensor = attributes.get('value')?.tensor;
  if (tensor !== undefined) return readOnnxTensor(tensor, files);
  const number = attributes.get('value_float')?.float ?? attributes.get('value_int')?.int;
  if (number !== undefined) return { shape: [], data: Float64Array.of(number) };
  const list = attributes.get('value_floats')?.floats ?? attributes.get('value_ints')?.ints;
  if (list === undefined) return null;
  takeNumbers(list.length * 8);
  return { shape: [list.length], data: Float64Array.from(list) };
}

interface FoldSource {
  readonly node: OnnxNode;
  readonly first: Constant;
  readonly inputs: readonly (Constant | null)[];
  readonly output: number;
}

/** A list that old opsets keep as an attribute and new ones as an input; null where it is not known. */
export function listOf(node: OnnxNode, name: string, input: Constant | null | undefined): readonly number[] | null {
  if (input !== null && input !== undefined) {
    takeHeap(input.data.length * 8);
    return Array.from(input.data);
  }
  const attribute = node.attributes.get(name);
  return attribute === undefined ? null : attribute.ints;
}

type Folder = (source: FoldSource) => Constant | null;

const folders: Readonly<Record<string, Folder>> = {
  Identity: ({ first }) => first,
  Cast: ({ first }) => first,
  Dropout: ({ first }) => first,
  Unsqueeze: ({ node, first, inputs }) => mapList(listOf(node, 'axes', inputs[1]), (axes) => unsqueeze(first, axes)),
  Squeeze: ({ node, first, inputs }) => squeeze(first, listOf(node, 'axes', inputs[1])),
  Transpose: ({ node, first }) => transposeConstant(first, node.attributes.get('perm')?.ints),
  Reshape: ({ node, first, inputs }) => mapList(listOf(node, 'shape', inputs[1]), (shape) => reshape(first, shape)),
  Concat: ({ node, inputs }) =>
    inputs.every((input) => input !== null)
      ? concat(inputs as readonly Constant[], node.attributes.get('axis')?.int ?? 0)
      : null,
  Slice: foldSlice,
  Gather: ({ node, first, inputs }) =>
    inputs[1] ? gather(first, inputs[1], node.attributes.get('axis')?.int ?? 0) : null,
  Split: foldSplit,
  Expand: ({ first, inputs }) => (inputs[1] ? expand(first, Array.from(inputs[1].data)) : null),
  ConstantOfShape: ({ node, first }) => fillShape(Array.from(first.data), fillValue(node)),
  Shape: ({ first }) => ({ shape: [first.shape.length], data: Float64Array.from(first.shape) }),
  Neg: ({ first }) => {
    takeNumbers(first.data.byteLength);
    return { shape: first.shape, data: first.data.map((value) => -value) };
  },
  Add: (source) => combine(source, (a, b) => a + b),
  Sub: (source) => combine(source, (a, b) => a - b),
  Mul: (source) => combine(source, (a, b) => a * b),
  Div: (source) => combine(source, (a, b) => a / b),
  DequantizeLinear: foldDequantize,
};

function mapList(list: readonly number[] | null, then: (list: readonly number[]) => Constant | null): Constant | null {
  return list === null ? null : then(list);
}

function foldSlice({ node, first, inputs }: FoldSource): Constant | null {
  const starts = listOf(node, 'starts', inputs[1]);
  const ends = listOf(node, 'ends', inputs[2]);
  if (starts === null || ends === null) return null;
  const axes = listOf(node, 'axes', inputs[3]) ?? starts.map((_, axis) => axis);
  const steps = inputs[4] ? Array.from(inputs[4].data) : starts.map(() => 1);
  return slice(first, { starts, ends, axes, steps });
}

function foldSplit({ node, first, inputs, output }: FoldSource): Constant | null {
  const axis = node.attributes.get('axis')?.int ?? 0;
  const size = first.shape[axis < 0 ? axis + first.shape.length : axis] ?? 0;
  const even = Math.ceil(size / Math.max(1, node.outputs.length));
  const sizes = listOf(node, 'split', inputs[1]) ?? node.outputs.map((_, index) => Math.min(even, size - even * index));
  const start = sizes.slice(0, output).reduce((sum, each) => sum + each, 0);
  return slice(first, { starts: [start], ends: [start + (sizes[output] ?? 0)], axes: [axis], steps: [1] });
}

function fillValue(node: OnnxNode): number {
  const tensor = node.attributes.get('value')?.tensor;
  if (tensor === undefined) return 0;
  const { raw, floats, ints, doubles } = tensor;
  if (raw === undefined || raw.length === 0) return floats[0] ?? ints[0] ?? doubles[0] ?? 0;
  return raw.every((byte) => byte === 0) ? 0 : NaN;
}

function fillShape(shape: readonly number[], value: number): Constant | null {
  const count = countElements(shape);
  if (count > 1 << 24) return null;
  takeNumbers(count * 4);
  return { shape, data: new Float32Array(count).fill(value) };
}

/** Element by element; one of the two may be a single number. */
function combine({ first, inputs }: FoldSource, apply: (a: number, b: number) => number): Constant | null {
  const second = inputs[1];
  if (second === null || second === undefined) return null;
  takeNumbers(Math.max(first.data.byteLength, second.data.byteLength));
  if (second.data.length === 1)
    return { shape: first.shape, data: first.data.map((value) => apply(value, second.data[0] as number)) };
  if (first.data.length === 1)
    return { shape: second.shape, data: second.data.map((value) => apply(first.data[0] as number, value)) };
  if (first.data.length !== second.data.length) return null;
  return { shape: first.shape, data: first.data.map((value, index) => apply(value, second.data[index] as number)) };
}

/** y = (x - zero) * scale, with one scale and zero for all, or one along `axis`. */
function foldDequantize({ node, first, inputs }: FoldSource): Constant | null {
  const [, scale, zero] = inputs;
  if (scale === null || scale === undefined || zero === null) return null;
  const axis = node.attributes.get('axis')?.int ?? 1;
  const after = first.shape
    .slice((axis < 0 ? axis + first.shape.length : axis) + 1)
    .reduce((product, size) => product * size, 1);
  const count = scale.data.length;
  const at = (index: number): number => (count === 1 ? 0 : Math.floor(index / after) % count);
  takeNumbers(first.data.length * 4);
  const data = Float32Array.from(
    first.data,
    (value, index) => (value - (zero?.data[at(index)] ?? 0)) * (scale.data[at(index)] ?? NaN),
  );
  return { shape: first.shape, data };
}

const fillKeeping: readonly string[] = [
  'Identity',
  'Cast',
  'Unsqueeze',
  'Squeeze',
  'Transpose',
  'Reshape',
  'Slice',
  'Expand',
  'Tile',
  'Gather',
  'Split',
];

function findFill(scope: OnnxScope, name: string | undefined, depth: number): number | null {
  if (name === undefined || name === '' || depth > 200) return null;
  const value = scope.constant(name);
  if (value !== null) return value.data.every((each) => each === value.data[0]) ? (value.data[0] ?? 0) : null;
  const node = scope.producer(name);
  if (node === undefined) return null;
  if (node.operation === 'ConstantOfShape') return fillValue(node);
  if (fillKeeping.includes(node.operation)) return findFill(scope, node.inputs[0], depth + 1);
  return node.operation === 'Concat' ? commonFill(node.inputs.map((input) => findFill(scope, input, depth + 1))) : null;
}

function commonFill(fills: readonly (number | null)[]): number | null {
  const [first = null] = fills;
  return fills.every((fill) => fill === first) ? first : null;
}
