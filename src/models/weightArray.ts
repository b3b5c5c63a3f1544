import { InspectorError } from '../base/errors';
import { takeNumbers } from './readBudget';
import { signalWork } from './workSignal';

/** One array of weights in a file, read when it is asked for. */
export interface WeightArray {
  /** As the file names it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, a fresh copy as 32-bit floats. */
  read(): Float32Array;
}

/** The number of elements of a shape; an InspectorError for what is no shape. */
export function countElements(shape: readonly number[]): number {
  const count = shape.reduce((product, size) => product * size, 1);
  const isShape = shape.every((size) => Number.isSafeInteger(size) && size >= 0) && Number.isSafeInteger(count);
  if (!isShape) throw new InspectorError('model-damaged', `a weight has the impossible shape [${shape.join(', ')}].`);
  return count;
}

/** Whether two shapes are equal. */
export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Reads an array whose shape must be `expected`. */
export function readShaped(array: WeightArray, expected: readonly number[]): Float32Array {
  if (isSameShape(array.shape, expected)) return array.read();
  throw new InspectorError(
    'model-damaged',
    `weight "${array.name}" has shape [${array.shape.join(', ')}] where the configuration asks for [${expected.join(', ')}].`,
  );
}

/** Rows and columns that are turned together, so that both sides stay in the processor's cache. */
const tile = 64;

/** Swaps the axes of a [rows, columns] matrix. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  takeNumbers(matrix.byteLength);
  const result = new Float32Array(matrix.length);
  for (let top = 0; top < rows; top += tile) {
    const bottom = Math.min(rows, top + tile);
    for (let left = 0; left < columns; left += tile) {
      const right = Math.min(columns, left + tile);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++)
          result[column * rows + row] = matrix[row * columns + column] as number;
      }
    }
    signalWork();
  }
  return result;
}

/**
 * Puts the blocks of a [rows, G width] matrix into another order: block b of the result is block `order[b]` of the
 * given one.
 */
export function reorderBlocks(matrix: Float32Array, rows: number, order: readonly number[]): Float32Array {
  const columns = rows === 0 ? 0 : matrix.length / rows;
  const width = columns / order.length;
  takeNumbers(matrix.byteLength);
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    order.forEach((from, to) => {
      const start = row * columns + from * width;
      result.set(matrix.subarray(start, start + width), row * columns + to * width);
    });
    if (row % 64 === 0) signalWork();
  }
  return result;
}
