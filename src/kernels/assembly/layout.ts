// Copies between plain matrices and the kernels' own layouts: padded rows, packed panels, transposes. All strides are
// in bytes.

import { PANEL } from './vectors';

/** Copies rows of `width` floats and zeroes what is left of each target row up to `paddedWidth`. */
export function copyRows(
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
  rows: usize,
  width: usize,
  paddedWidth: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    memory.copy(to, from, width << 2);
    if (paddedWidth > width) memory.fill(to + (width << 2), 0, (paddedWidth - width) << 2);
    from += fromStride;
    to += toStride;
  }
}

/** Bytes of a matrix [depth, columns] packed in panels. */
export function panelBytes(depth: usize, columns: usize): usize {
  return ((columns + PANEL - 1) / PANEL) * PANEL * depth * 4;
}

/**
 * Packs b [depth, columns] in panels of PANEL columns, each [depth, PANEL], zeros beyond the last column.
 * Element (k, j) of b lies at b + k * rowStride + j * columnStride, so that a transposed matrix is packed by swapping
 * strides.
 */
export function packPanels(
  b: usize,
  rowStride: usize,
  columnStride: usize,
  depth: usize,
  columns: usize,
  to: usize,
): void {
  for (let from: usize = 0; from < columns; from += PANEL) {
    const width = min(PANEL, columns - from);
    const panel = b + from * columnStride;
    if (width === PANEL && columnStride === 4) packRows(panel, rowStride, depth, to);
    else if (rowStride === 4) packTransposed(panel, columnStride, depth, width, to);
    else packElements(panel, rowStride, columnStride, depth, width, to);
    to += depth * PANEL * 4;
  }
}

function packRows(panel: usize, rowStride: usize, depth: usize, to: usize): void {
  for (let k: usize = 0; k < depth; k++) {
    for (let j: usize = 0; j < PANEL * 4; j += 16) v128.store(to + j, v128.load(panel + j));
    panel += rowStride;
    to += PANEL * 4;
  }
}

function packTransposed(panel: usize, columnStride: usize, depth: usize, width: usize, to: usize): void {
  if (width < PANEL) memory.fill(to, 0, depth * PANEL * 4);
  transpose(panel, columnStride, width, depth, to, PANEL * 4);
}

function packElements(
  panel: usize,
  rowStride: usize,
  columnStride: usize,
  depth: usize,
  width: usize,
  to: usize,
): void {
  for (let k: usize = 0; k < depth; k++) {
    for (let j: usize = 0; j < PANEL; j++) {
      store<f32>(to + (j << 2), j < width ? load<f32>(panel + k * rowStride + j * columnStride) : 0);
    }
    to += PANEL * 4;
  }
}

/** to [columns, rows] = from [rows, columns] transposed; rows of either have the given strides. */
export function transpose(
  from: usize,
  fromStride: usize,
  rows: usize,
  columns: usize,
  to: usize,
  toStride: usize,
): void {
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let i: usize = 0; i < wholeRows; i += 4) {
    for (let j: usize = 0; j < wholeColumns; j += 4) {
      transposeBlock(from + i * fromStride + (j << 2), fromStride, to + j * toStride + (i << 2), toStride);
    }
  }
  for (let i: usize = 0; i < rows; i++) {
    for (let j: usize = i < wholeRows ? wholeColumns : 0; j < columns; j++) {
      store<f32>(to + j * toStride + (i << 2), load<f32>(from + i * fromStride + (j << 2)));
    }
  }
}

// @ts-ignore: decorator
@inline
function transposeBlock(from: usize, fromStride: usize, to: usize, toStride: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromStride);
  const c = v128.load(from + fromStride * 2);
  const d = v128.load(from + fromStride * 3);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + toStride, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(to + toStride * 2, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
  v128.store(to + toStride * 3, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
}

/** sums [width] += the sum over rows of from [rows, width]; width is a multiple of 8. */
export function addColumnSums(from: usize, stride: usize, rows: usize, width: usize, sums: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    for (let j: usize = 0; j < width << 2; j += 16) {
      v128.store(sums + j, f32x4.add(v128.load(sums + j), v128.load(from + j)));
    }
    from += stride;
  }
}

/** Zeroes a block. */
export function fillZeros(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}

/** The largest absolute value of a block; NaN where there is one. */
export function largest(from: usize, bytes: usize): f32 {
  let top = f32x4.splat(0);
  let j: usize = 0;
  for (; j + 16 <= bytes; j += 16) top = f32x4.max(top, f32x4.abs(v128.load(from + j)));
  let rest: f32 = 0;
  for (; j < bytes; j += 4) rest = max(rest, abs(load<f32>(from + j)));
  const low = max(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1));
  const high = max(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3));
  return max(rest, max(low, high));
}
