// c = init + a b, in tiles that live in registers (Goto and van de Geijn 2008, without packing a: its rows are read as they lie).
//
// b is packed in panels (layout.ts). A tile is 6 x 8 with fused multiply-add and 4 x 8 without: 12 and 8 accumulators of the 16
// registers; single rows take a whole panel at once, which is also the batch-1 matrix-vector product.

import { PANEL, multiplyAdd } from './vectors';

/** Steps of k after which a panel's part is taken up again: 256 rows of a panel stay in the first-level cache. */
// @ts-ignore: decorator
@inline const DEPTH_BLOCK: usize = 256;

/**
 * c [rows, columns] = init + a [rows, depth] b [depth, columns]; columns is a multiple of 8, strides are in bytes.
 * Row i of init lies at init + i * initStride: c itself to add to it, one row with stride 0 for a bias.
 */
export function multiply(
  a: usize, aStride: usize, rows: usize, depth: usize,
  b: usize, columns: usize,
  c: usize, cStride: usize,
  init: usize, initStride: usize,
): void {
  for (let from: usize = 0; from < depth; from += DEPTH_BLOCK) {
    const steps = min(DEPTH_BLOCK, depth - from);
    for (let column: usize = 0; column < columns; column += PANEL) {
      const panel = b + (column * depth + from * PANEL) * 4;
      const width = min(PANEL, columns - column);
      multiplyPanel(a + from * 4, aStride, rows, steps, panel, width, c + column * 4, cStride, init + column * 4, initStride);
    }
    init = c;
    initStride = cStride;
  }
}

function multiplyPanel(
  a: usize, aStride: usize, rows: usize, depth: usize,
  panel: usize, width: usize,
  c: usize, cStride: usize,
  init: usize, initStride: usize,
): void {
  const low = lowTiles(rows);
  const high: usize = ASC_FEATURE_RELAXED_SIMD ? (rows - low * 4) / 6 : 0;
  const tiled = low * 4 + high * 6;
  for (let j: usize = 0; j < width && tiled > 0; j += 8) {
    let ai = a;
    let ci = c + j * 4;
    let ii = init + j * 4;
    for (let n: usize = 0; n < high; n++) {
      tile6(ai, aStride, depth, panel + j * 4, ci, cStride, ii, initStride);
      ai += aStride * 6;
      ci += cStride * 6;
      ii += initStride * 6;
    }
    for (let n: usize = 0; n < low; n++) {
      tile4(ai, aStride, depth, panel + j * 4, ci, cStride, ii, initStride);
      ai += aStride * 4;
      ci += cStride * 4;
      ii += initStride * 4;
    }
  }
  for (let i = tiled; i < rows; i++) {
    multiplyRow(a + i * aStride, depth, panel, width, c + i * cStride, init + i * initStride);
  }
}

/** How many tiles of 4 rows go with tiles of 6, so that the fewest single rows are left. */
function lowTiles(rows: usize): usize {
  if (!ASC_FEATURE_RELAXED_SIMD) return rows / 4;
  const rest = rows % 6;
  const low: usize = rest < 2 ? 0 : rest < 4 ? 2 : 1;
  return low * 4 <= rows ? low : 0;
}

/** c [columns] = init + a [depth] b for a single row, the panels from the last to the first where `isBackward`. */
export function multiplySingle(a: usize, depth: usize, b: usize, columns: usize, c: usize, init: usize, isBackward: bool): void {
  const panels = (columns + PANEL - 1) / PANEL;
  for (let n: usize = 0; n < panels; n++) {
    const column = (isBackward ? panels - 1 - n : n) * PANEL;
    multiplyRow(a, depth, b + column * depth * 4, min(PANEL, columns - column), c + column * 4, init + column * 4);
  }
}

/** One row against a panel. */
function multiplyRow(a: usize, depth: usize, panel: usize, width: usize, c: usize, init: usize): void {
  if (width === PANEL) {
    rowOfPanel(a, depth, panel, c, init);
  } else {
    for (let j: usize = 0; j < width * 4; j += 32) rowOf8(a, depth, panel + j, c + j, init + j);
  }
}

function rowOfPanel(a: usize, depth: usize, b: usize, c: usize, init: usize): void {
  let c0 = v128.load(init, 0);
  let c1 = v128.load(init, 16);
  let c2 = v128.load(init, 32);
  let c3 = v128.load(init, 48);
  let c4 = v128.load(init, 64);
  let c5 = v128.load(init, 80);
  let c6 = PANEL > 24 ? v128.load(init, 96) : c0;
  let c7 = PANEL > 24 ? v128.load(init, 112) : c0;
  for (const end = a + depth * 4; a < end; a += 4) {
    const x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b, 0), c0);
    c1 = multiplyAdd(x, v128.load(b, 16), c1);
    c2 = multiplyAdd(x, v128.load(b, 32), c2);
    c3 = multiplyAdd(x, v128.load(b, 48), c3);
    c4 = multiplyAdd(x, v128.load(b, 64), c4);
    c5 = multiplyAdd(x, v128.load(b, 80), c5);
    if (PANEL > 24) {
      c6 = multiplyAdd(x, v128.load(b, 96), c6);
      c7 = multiplyAdd(x, v128.load(b, 112), c7);
    }
    b += PANEL * 4;
  }
  v128.store(c, c0, 0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  if (PANEL > 24) {
    v128.store(c, c6, 96);
    v128.store(c, c7, 112);
  }
}

function rowOf8(a: usize, depth: usize, b: usize, c: usize, init: usize): void {
  let c0 = v128.load(init, 0);
  let c1 = v128.load(init, 16);
  for (const end = a + depth * 4; a < end; a += 4) {
    const x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b, 0), c0);
    c1 = multiplyAdd(x, v128.load(b, 16), c1);
    b += PANEL * 4;
  }
  v128.store(c, c0, 0);
  v128.store(c, c1, 16);
}

function tile4(a: usize, aStride: usize, depth: usize, b: usize, c: usize, cStride: usize, init: usize, initStride: usize): void {
  let a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride;
  let c00 = v128.load(init, 0), c01 = v128.load(init, 16);
  init += initStride;
  let c10 = v128.load(init, 0), c11 = v128.load(init, 16);
  init += initStride;
  let c20 = v128.load(init, 0), c21 = v128.load(init, 16);
  init += initStride;
  let c30 = v128.load(init, 0), c31 = v128.load(init, 16);
  for (const end = a + depth * 4; a < end; a += 4) {
    const b0 = v128.load(b, 0), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a1);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a2);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a3);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += PANEL * 4;
  }
  v128.store(c, c00, 0);
  v128.store(c, c01, 16);
  c += cStride;
  v128.store(c, c10, 0);
  v128.store(c, c11, 16);
  c += cStride;
  v128.store(c, c20, 0);
  v128.store(c, c21, 16);
  c += cStride;
  v128.store(c, c30, 0);
  v128.store(c, c31, 16);
}

function tile6(a: usize, aStride: usize, depth: usize, b: usize, c: usize, cStride: usize, init: usize, initStride: usize): void {
  let a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride, a4 = a3 + aStride, a5 = a4 + aStride;
  let c00 = v128.load(init, 0), c01 = v128.load(init, 16);
  init += initStride;
  let c10 = v128.load(init, 0), c11 = v128.load(init, 16);
  init += initStride;
  let c20 = v128.load(init, 0), c21 = v128.load(init, 16);
  init += initStride;
  let c30 = v128.load(init, 0), c31 = v128.load(init, 16);
  init += initStride;
  let c40 = v128.load(init, 0), c41 = v128.load(init, 16);
  init += initStride;
  let c50 = v128.load(init, 0), c51 = v128.load(init, 16);
  for (const end = a + depth * 4; a < end; a += 4) {
    const b0 = v128.load(b, 0), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a1);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a2);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a3);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    x = v128.load32_splat(a4);
    c40 = multiplyAdd(x, b0, c40);
    c41 = multiplyAdd(x, b1, c41);
    x = v128.load32_splat(a5);
    c50 = multiplyAdd(x, b0, c50);
    c51 = multiplyAdd(x, b1, c51);
    a1 += 4;
    a2 += 4;
    a3 += 4;
    a4 += 4;
    a5 += 4;
    b += PANEL * 4;
  }
  v128.store(c, c00, 0);
  v128.store(c, c01, 16);
  c += cStride;
  v128.store(c, c10, 0);
  v128.store(c, c11, 16);
  c += cStride;
  v128.store(c, c20, 0);
  v128.store(c, c21, 16);
  c += cStride;
  v128.store(c, c30, 0);
  v128.store(c, c31, 16);
  c += cStride;
  v128.store(c, c40, 0);
  v128.store(c, c41, 16);
  c += cStride;
  v128.store(c, c50, 0);
  v128.store(c, c51, 16);
}
