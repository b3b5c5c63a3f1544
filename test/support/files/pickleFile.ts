import { zipSync } from 'fflate';

/**
 * What a pickle of a test holds: plain data, tensors by shape (numbers of their own), and objects of a class by its
 * path.
 */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | readonly Pickled[]
  | { readonly dict: Readonly<Record<string, Pickled>> }
  | { readonly tensor: readonly number[] }
  | { readonly of: string; readonly state: Readonly<Record<string, Pickled>> };

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
const int32 = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)];

/**
 * A pickle of protocol 2, as Python's pickle module reads it; tensors are handed to `addTensor`, which gives their key.
 */
export function pickleOf(value: Pickled, addTensor: (shape: readonly number[]) => string = noTensor): Uint8Array {
  return Uint8Array.from([0x80, 2, ...opcodes(value, addTensor), 0x2e]);
}

function noTensor(): string {
  throw new Error('This pickle holds no tensors.');
}

function opcodes(value: Pickled, addTensor: (shape: readonly number[]) => string): number[] {
  const of = (inner: Pickled): number[] => opcodes(inner, addTensor);
  const items = (entries: Readonly<Record<string, Pickled>>): number[] => [
    0x7d,
    0x28,
    ...Object.entries(entries).flatMap(([key, item]) => [...of(key), ...of(item)]),
    0x75,
  ];
  if (value === null) return [0x4e];
  if (typeof value === 'boolean') return [value ? 0x88 : 0x89];
  if (typeof value === 'number')
    return Number.isInteger(value) ? [0x4a, ...int32(value)] : bytesOf(`F${String(value)}\n`);
  if (typeof value === 'string') return [0x58, ...int32(bytesOf(value).length), ...bytesOf(value)];
  if ('dict' in value) return items(value.dict);
  if ('tensor' in value) return tensor(value.tensor, addTensor(value.tensor), of);
  if ('of' in value) return [...named(value.of), 0x29, 0x81, ...items(value.state), 0x62];
  return [0x5d, 0x28, ...value.flatMap(of), 0x65];
}

/** GLOBAL of a class by its path. */
function named(path: string): number[] {
  const dot = path.lastIndexOf('.');
  return bytesOf(`c${path.slice(0, dot)}\n${path.slice(dot + 1)}\n`);
}

function tensor(shape: readonly number[], key: string, of: (value: Pickled) => number[]): number[] {
  const tuple = (...parts: number[][]): number[] => [0x28, ...parts.flat(), 0x74];
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const count = shape.reduce((product, size) => product * size, 1);
  const storage = [...tuple(of('storage'), named('torch.FloatStorage'), of(key), of('cpu'), of(count)), 0x51];
  const layout = [of(0), tuple(...shape.map(of)), tuple(...strides.map(of)), [0x89], named('collections.OrderedDict')];
  return [...named('torch._utils._rebuild_tensor_v2'), ...tuple(storage, ...layout), 0x52];
}

/**
 * The bytes of a file as torch.save writes it: the pickle, and an entry a tensor; each tensor has small numbers of its
 * own.
 */
export function torchZipOf(value: Pickled): Uint8Array {
  const entries: Record<string, Uint8Array> = {};
  let count = 0;
  const pickle = pickleOf(value, (shape) => {
    const size = shape.reduce((product, each) => product * each, 1);
    const numbers = Float32Array.from({ length: size }, (_, k) => Math.sin(1 + k + 7 * count));
    entries[`m/data/${count}`] = new Uint8Array(numbers.buffer);
    return String(count++);
  });
  return zipSync({ 'm/data.pkl': pickle, ...entries }, { level: 0 });
}
