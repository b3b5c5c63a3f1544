import { InspectorError } from '../../base/errors';
import { bytesPerElement, readFloats } from '../numberFormats';
import { takeNumbers } from '../readBudget';
import { countElements, type WeightArray } from '../weightArray';
import { signalWork } from '../workSignal';

/** The bytes of one storage; read by range. */
export interface StorageReader {
  /** In bytes. */
  readonly size: number;
  readonly isBigEndian: boolean;
  read(from: number, to: number): Uint8Array;
}

/** A tensor's place in its storage, counted in elements. */
export interface StridedLayout {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly format: string;
}

/** A tensor over a storage; transposed and other views are gathered into row-major order. */
export function createStridedArray(open: () => StorageReader, layout: StridedLayout): WeightArray {
  return { name: '', shape: layout.shape, read: () => readStrided(open(), layout) };
}

function readStrided(storage: StorageReader, { offset, shape, strides, format }: StridedLayout): Float32Array {
  const count = countElements(shape);
  const bytes = bytesPerElement(format);
  if (bytes === undefined)
    throw new InspectorError('model-unsupported', `a tensor has the number format "${format}", which we do not read.`);
  if (
    strides.length !== shape.length ||
    ![offset, ...strides].every((step) => Number.isSafeInteger(step) && step >= 0)
  ) {
    throw new InspectorError('model-damaged', 'a tensor has impossible strides.');
  }
  if (count === 0) return new Float32Array(0);
  const span = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 1);
  if ((offset + span) * bytes > storage.size || count > 4 * span + 1024)
    throw new InspectorError('model-damaged', 'a tensor reaches beyond its numbers.');
  const raw = storage.read(offset * bytes, (offset + span) * bytes);
  const flat = readFloats(storage.isBigEndian ? swapBytes(raw, bytes) : raw, format);
  return isRowMajor(shape, strides) ? flat : gather(flat, shape, strides);
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis] as number;
  }
  return true;
}

function gather(flat: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  takeNumbers(countElements(shape) * 4);
  const result = new Float32Array(countElements(shape));
  const index = shape.map(() => 0);
  for (let at = 0; at < result.length; at++) {
    if (at % 1_000_000 === 0) signalWork();
    result[at] = flat[index.reduce((sum, value, axis) => sum + value * (strides[axis] as number), 0)] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
  return result;
}

function swapBytes(bytes: Uint8Array, width: number): Uint8Array {
  return bytes.map((_, at) => bytes[at - (at % width) + (width - 1 - (at % width))] ?? 0);
}
