import { takeNumbers } from '../readBudget';
import { countElements } from '../weightArray';
import { type Constant } from './onnxTensor';

/** Axis counted from the end where it is negative. */
export function normalAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

type Data = Constant['data'];

function emptyLike(data: Data, count: number): Data {
  takeNumbers(count * data.BYTES_PER_ELEMENT);
  return data instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
}

/** Fills an array of `shape` from places of another that grow along each axis by `strides`, from `start`. */
function collect(data: Data, shape: readonly number[], strides: readonly number[], start = 0): Constant {
  const result = emptyLike(data, countElements(shape));
  const index = shape.map(() => 0);
  let at = start;
  for (let out = 0; out < result.length; out++) {
    result[out] = data[at] ?? NaN;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      at += strides[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (strides[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return { shape, data: result };
}

function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

/** ONNX Unsqueeze: axes of the result that have size 1. */
export function unsqueeze(value: Constant, axes: readonly number[]): Constant {
  const rank = value.shape.length + axes.length;
  const added = axes.map((axis) => normalAxis(axis, rank));
  const rest = [...value.shape];
  return {
    shape: Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (rest.shift() ?? 1))),
    data: value.data,
  };
}

/** ONNX Squeeze: takes the named axes of size 1 away, or all of them. */
export function squeeze(value: Constant, axes: readonly number[] | null): Constant {
  const named = axes?.map((axis) => normalAxis(axis, value.shape.length));
  return {
    shape: value.shape.filter((size, axis) => size !== 1 || (named !== undefined && !named.includes(axis))),
    data: value.data,
  };
}

/** ONNX Transpose; without an order the axes are reversed. */
export function transposeConstant({ shape, data }: Constant, order: readonly number[] | undefined): Constant | null {
  const axes = order ?? shape.map((_, axis) => shape.length - 1 - axis);
  const strides = stridesOf(shape);
  if (axes.length !== shape.length || axes.some((axis) => shape[axis] === undefined)) return null;
  return collect(
    data,
    axes.map((axis) => shape[axis] as number),
    axes.map((axis) => strides[axis] as number),
  );
}

/** ONNX Reshape: 0 keeps a size, -1 takes what is left. */
export function reshape({ shape, data }: Constant, wanted: readonly number[]): Constant | null {
  const sizes = wanted.map((size, axis) => (size === 0 ? (shape[axis] ?? 0) : size));
  const known = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const full = sizes.map((size) => (size === -1 ? data.length / known : size));
  return full.every((size) => Number.isSafeInteger(size) && size >= 0) && countElements(full) === data.length
    ? { shape: full, data }
    : null;
}

/** ONNX Concat along an axis. */
export function concat(values: readonly Constant[], axis: number): Constant | null {
  const [first] = values;
  if (first === undefined) return null;
  const at = normalAxis(axis, first.shape.length);
  const outer = first.shape.slice(0, at).reduce((product, size) => product * size, 1);
  const sizes = values.map(({ shape }) => shape[at] ?? 0);
  const blocks = values.map(({ data }) => data.length / outer);
  const shape = first.shape.map((size, each) => (each === at ? sizes.reduce((sum, part) => sum + part, 0) : size));
  const total = blocks.reduce((sum, block) => sum + block, 0) * outer;
  if (countElements(shape) !== total) return null;
  const data = emptyLike(first.data, total);
  let to = 0;
  for (let row = 0; row < outer; row++) {
    values.forEach((value, index) => {
      const block = blocks[index] as number;
      data.set(value.data.subarray(row * block, (row + 1) * block), to);
      to += block;
    });
  }
  return { shape, data };
}

/** What ONNX Slice takes of each named axis. */
export interface SliceRange {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[];
  readonly steps: readonly number[];
}

/** ONNX Slice: starts and ends are counted from the end where negative, and clamped. */
export function slice({ shape, data }: Constant, { starts, ends, axes, steps }: SliceRange): Constant {
  const sizes = [...shape];
  const strides = [...stridesOf(shape)];
  let origin = 0;
  axes.forEach((named, index) => {
    const axis = normalAxis(named, shape.length);
    const size = shape[axis] ?? 0;
    const step = steps[index] ?? 1;
    const clamp = (value: number, low: number, high: number): number =>
      Math.min(Math.max(value < 0 ? value + size : value, low), high);
    const start = step > 0 ? clamp(starts[index] ?? 0, 0, size) : clamp(starts[index] ?? 0, 0, size - 1);
    const end = step > 0 ? clamp(ends[index] ?? size, 0, size) : clamp(ends[index] ?? 0, -1, size - 1);
    sizes[axis] = Math.max(0, Math.ceil((end - start) / step));
    origin += start * (strides[axis] ?? 0);
    strides[axis] = (strides[axis] ?? 0) * step;
  });
  return collect(data, sizes, strides, origin);
}

/** ONNX Gather along an axis. */
export function gather(value: Constant, indices: Constant, axis: number): Constant | null {
  const at = normalAxis(axis, value.shape.length);
  const size = value.shape[at];
  if (size === undefined) return null;
  const inner = value.shape.slice(at + 1).reduce((product, each) => product * each, 1);
  const outer = value.shape.slice(0, at).reduce((product, each) => product * each, 1);
  const data = emptyLike(value.data, outer * indices.data.length * inner);
  let to = 0;
  for (let row = 0; row < outer; row++) {
    for (const named of indices.data) {
      const from = (row * size + normalAxis(named, size)) * inner;
      data.set(value.data.subarray(from, from + inner), to);
      to += inner;
    }
  }
  return { shape: [...value.shape.slice(0, at), ...indices.shape, ...value.shape.slice(at + 1)], data };
}

/** ONNX Expand: repeats along axes of size 1. */
export function expand({ shape, data }: Constant, wanted: readonly number[]): Constant | null {
  const rank = Math.max(shape.length, wanted.length);
  const own = [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
  const asked = [...Array.from({ length: rank - wanted.length }, () => 1), ...wanted];
  const sizes = own.map((size, axis) => Math.max(size, asked[axis] ?? 1));
  if (countElements(sizes) > 1 << 24) return null;
  const strides = stridesOf(own).map((stride, axis) => (own[axis] === 1 ? 0 : stride));
  return collect(data, sizes, strides);
}
