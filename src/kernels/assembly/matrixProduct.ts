// c = init + a b, in tiles that live in registers (Goto and van de Geijn 2008, without packing a: its rows are read as
// they lie).
//
// b is packed in panels (layout.ts). A tile is 6 x 8 with fused multiply-add and 4 x 8 without: 12 and 8 accumulators
// of the 16 registers; single rows take a whole panel at once, which is also the batch-1 matrix-vector product.

import { IS_WIDE, PANEL, multiplyAdd } from './vectors';

/** Steps of k after which a panel's part is taken up again: 256 rows of a panel stay in the first-level cache. */
// @ts-ignore: decorator
@inline const DEPTH_BLOCK: usize = 256;

/**
 * c [rows, columns] = init + a [rows, depth] b [depth, columns]; columns is a multiple of 8, strides are in bytes.
 * Row i of init lies at init + i * initStride: c itself to add to it, one row with stride 0 for a bias.
 */
export function multiply(
  a: usize,
  aStride: usize,
  rows: usize,
  depth: usize,
  b: usize,
  columns: usize,
  c: usize,
  cStride: usize,
  init: usize,
  initStride: usize,
): void {
  for (let from: usize = 0; from < depth; from += DEPTH_BLOCK) {
    const steps = min(DEPTH_BLOCK, depth - from);
    for (let column: usize = 0; column < columns; column += PANEL) {
      const panel = b + (column * depth + from * PANEL) * 4;
      const width = min(PANEL, columns - column);
      multiplyPanel(
        a + from * 4,
        aStride,
        rows,
        steps,
        panel,
        width,
        c + column * 4,
        cStride,
        init + column * 4,
        initStride,
      );
    }
    init = c;
    initStride = cStride;
  }
}

function multiplyPanel(
  a: usize,
  aStride: usize,
  rows: usize,
  depth: usize,
  panel: usize,
  width: usize,
  c: usize,
  cStride: usize,
  init: usize,
  initStride: usize,
): void {
  const low = lowTiles(rows);
  const high: usize = ASC_FEATURE_RELAXED_SIMD ? (rows - low * 4) / 6 : 0;
  const tiled = low * 4 + high * 6;
  let j: usize = tiled > 0 ? 0 : width;
  for (; IS_WIDE && j + 16 <= width; j += 16) {
    tiles(4, high, low, a, aStride, depth, panel + j * 4, c + j * 4, cStride, init + j * 4, initStride);
  }
  for (; j < width; j += 8) {
    tiles(2, high, low, a, aStride, depth, panel + j * 4, c + j * 4, cStride, init + j * 4, initStride);
  }
  for (let i = tiled; i < rows; i++) {
    multiplyRow(a + i * aStride, depth, panel, width, c + i * cStride, init + i * initStride);
  }
}

/** `high` tiles of 6 rows and `low` of 4 one below the other, of 2 or 4 vectors, which the compiler knows. */
// @ts-ignore: decorator
@inline
function tiles(
  vectors: usize,
  high: usize,
  low: usize,
  a: usize,
  aStride: usize,
  depth: usize,
  b: usize,
  c: usize,
  cStride: usize,
  init: usize,
  initStride: usize,
): void {
  for (let n: usize = 0; n < high; n++) {
    tile(6, vectors, a, aStride, depth, b, c, cStride, init, initStride);
    a += aStride * 6;
    c += cStride * 6;
    init += initStride * 6;
  }
  for (let n: usize = 0; n < low; n++) {
    tile(4, vectors, a, aStride, depth, b, c, cStride, init, initStride);
    a += aStride * 4;
    c += cStride * 4;
    init += initStride * 4;
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
export function multiplySingle(
  a: usize,
  depth: usize,
  b: usize,
  columns: usize,
  c: usize,
  init: usize,
  isBackward: bool,
): void {
  const panels = (columns + PANEL - 1) / PANEL;
  for (let n: usize = 0; n < panels; n++) {
    const column = (isBackward ? panels - 1 - n : n) * PANEL;
    multiplyRow(a, depth, b + column * depth * 4, min(PANEL, columns - column), c + column * 4, init + column * 4);
  }
}

/** One row against a panel. */
function multiplyRow(a: usize, depth: usize, panel: usize, width: usize, c: usize, init: usize): void {
  if (width === PANEL) {
    rowOf(PANEL / 4, a, depth, panel, c, init);
    return;
  }
  let j: usize = 0;
  // What the columns of an LSTM leave over in wide panels is half a one.
  if (IS_WIDE && width >= 32) {
    rowOf(8, a, depth, panel, c, init);
    j = 128;
  }
  for (; j < width * 4; j += 32) rowOf(2, a, depth, panel + j, c + j, init + j);
}

/** One row of 2, 6, 8 or 16 vectors, which the compiler knows. */
// @ts-ignore: decorator
@inline
function rowOf(vectors: usize, a: usize, depth: usize, b: usize, c: usize, init: usize): void {
  let c0 = v128.load(init, 0),
    c1 = v128.load(init, 16);
  let c2 = vectors > 2 ? v128.load(init, 32) : c0;
  let c3 = vectors > 2 ? v128.load(init, 48) : c0;
  let c4 = vectors > 2 ? v128.load(init, 64) : c0;
  let c5 = vectors > 2 ? v128.load(init, 80) : c0;
  let c6 = vectors > 6 ? v128.load(init, 96) : c0;
  let c7 = vectors > 6 ? v128.load(init, 112) : c0;
  let c8 = vectors > 8 ? v128.load(init, 128) : c0;
  let c9 = vectors > 8 ? v128.load(init, 144) : c0;
  let c10 = vectors > 8 ? v128.load(init, 160) : c0;
  let c11 = vectors > 8 ? v128.load(init, 176) : c0;
  let c12 = vectors > 8 ? v128.load(init, 192) : c0;
  let c13 = vectors > 8 ? v128.load(init, 208) : c0;
  let c14 = vectors > 8 ? v128.load(init, 224) : c0;
  let c15 = vectors > 8 ? v128.load(init, 240) : c0;
  for (const end = a + depth * 4; a < end; a += 4) {
    const x = v128.load32_splat(a);
    c0 = multiplyAdd(x, v128.load(b, 0), c0);
    c1 = multiplyAdd(x, v128.load(b, 16), c1);
    if (vectors > 2) {
      c2 = multiplyAdd(x, v128.load(b, 32), c2);
      c3 = multiplyAdd(x, v128.load(b, 48), c3);
      c4 = multiplyAdd(x, v128.load(b, 64), c4);
      c5 = multiplyAdd(x, v128.load(b, 80), c5);
    }
    if (vectors > 6) {
      c6 = multiplyAdd(x, v128.load(b, 96), c6);
      c7 = multiplyAdd(x, v128.load(b, 112), c7);
    }
    if (vectors > 8) {
      c8 = multiplyAdd(x, v128.load(b, 128), c8);
      c9 = multiplyAdd(x, v128.load(b, 144), c9);
      c10 = multiplyAdd(x, v128.load(b, 160), c10);
      c11 = multiplyAdd(x, v128.load(b, 176), c11);
      c12 = multiplyAdd(x, v128.load(b, 192), c12);
      c13 = multiplyAdd(x, v128.load(b, 208), c13);
      c14 = multiplyAdd(x, v128.load(b, 224), c14);
      c15 = multiplyAdd(x, v128.load(b, 240), c15);
    }
    b += PANEL * 4;
  }
  v128.store(c, c0, 0);
  v128.store(c, c1, 16);
  if (vectors > 2) {
    v128.store(c, c2, 32);
    v128.store(c, c3, 48);
    v128.store(c, c4, 64);
    v128.store(c, c5, 80);
  }
  if (vectors > 6) {
    v128.store(c, c6, 96);
    v128.store(c, c7, 112);
  }
  if (vectors > 8) {
    v128.store(c, c8, 128);
    v128.store(c, c9, 144);
    v128.store(c, c10, 160);
    v128.store(c, c11, 176);
    v128.store(c, c12, 192);
    v128.store(c, c13, 208);
    v128.store(c, c14, 224);
    v128.store(c, c15, 240);
  }
}

/** 4 or 6 rows of 2 or 4 vectors: the compiler knows both numbers. */
// @ts-ignore: decorator
@inline
function tile(
  rows: usize,
  vectors: usize,
  a: usize,
  aStride: usize,
  depth: usize,
  b: usize,
  c: usize,
  cStride: usize,
  init: usize,
  initStride: usize,
): void {
  let a1 = a + aStride,
    a2 = a1 + aStride,
    a3 = a2 + aStride,
    a4 = a3 + aStride,
    a5 = a4 + aStride;
  let c00 = v128.load(init, 0),
    c01 = v128.load(init, 16);
  let c02 = vectors > 2 ? v128.load(init, 32) : c00,
    c03 = vectors > 2 ? v128.load(init, 48) : c00;
  init += initStride;
  let c10 = v128.load(init, 0),
    c11 = v128.load(init, 16);
  let c12 = vectors > 2 ? v128.load(init, 32) : c00,
    c13 = vectors > 2 ? v128.load(init, 48) : c00;
  init += initStride;
  let c20 = v128.load(init, 0),
    c21 = v128.load(init, 16);
  let c22 = vectors > 2 ? v128.load(init, 32) : c00,
    c23 = vectors > 2 ? v128.load(init, 48) : c00;
  init += initStride;
  let c30 = v128.load(init, 0),
    c31 = v128.load(init, 16);
  let c32 = vectors > 2 ? v128.load(init, 32) : c00,
    c33 = vectors > 2 ? v128.load(init, 48) : c00;
  init += initStride;
  let c40 = rows > 4 ? v128.load(init, 0) : c00,
    c41 = rows > 4 ? v128.load(init, 16) : c00;
  let c42 = rows > 4 && vectors > 2 ? v128.load(init, 32) : c00,
    c43 = rows > 4 && vectors > 2 ? v128.load(init, 48) : c00;
  init += initStride;
  let c50 = rows > 4 ? v128.load(init, 0) : c00,
    c51 = rows > 4 ? v128.load(init, 16) : c00;
  let c52 = rows > 4 && vectors > 2 ? v128.load(init, 32) : c00,
    c53 = rows > 4 && vectors > 2 ? v128.load(init, 48) : c00;
  for (const end = a + depth * 4; a < end; a += 4) {
    const b0 = v128.load(b, 0),
      b1 = v128.load(b, 16);
    const b2 = vectors > 2 ? v128.load(b, 32) : b0,
      b3 = vectors > 2 ? v128.load(b, 48) : b1;
    let x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    if (vectors > 2) {
      c02 = multiplyAdd(x, b2, c02);
      c03 = multiplyAdd(x, b3, c03);
    }
    x = v128.load32_splat(a1);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    if (vectors > 2) {
      c12 = multiplyAdd(x, b2, c12);
      c13 = multiplyAdd(x, b3, c13);
    }
    x = v128.load32_splat(a2);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    if (vectors > 2) {
      c22 = multiplyAdd(x, b2, c22);
      c23 = multiplyAdd(x, b3, c23);
    }
    x = v128.load32_splat(a3);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    if (vectors > 2) {
      c32 = multiplyAdd(x, b2, c32);
      c33 = multiplyAdd(x, b3, c33);
    }
    if (rows > 4) {
      x = v128.load32_splat(a4);
      c40 = multiplyAdd(x, b0, c40);
      c41 = multiplyAdd(x, b1, c41);
      if (vectors > 2) {
        c42 = multiplyAdd(x, b2, c42);
        c43 = multiplyAdd(x, b3, c43);
      }
      x = v128.load32_splat(a5);
      c50 = multiplyAdd(x, b0, c50);
      c51 = multiplyAdd(x, b1, c51);
      if (vectors > 2) {
        c52 = multiplyAdd(x, b2, c52);
        c53 = multiplyAdd(x, b3, c53);
      }
      a4 += 4;
      a5 += 4;
    }
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += PANEL * 4;
  }
  storeRow(vectors, c, c00, c01, c02, c03);
  c += cStride;
  storeRow(vectors, c, c10, c11, c12, c13);
  c += cStride;
  storeRow(vectors, c, c20, c21, c22, c23);
  c += cStride;
  storeRow(vectors, c, c30, c31, c32, c33);
  if (rows === 4) return;
  c += cStride;
  storeRow(vectors, c, c40, c41, c42, c43);
  c += cStride;
  storeRow(vectors, c, c50, c51, c52, c53);
}

// @ts-ignore: decorator
@inline
function storeRow(vectors: usize, c: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  v128.store(c, c0, 0);
  v128.store(c, c1, 16);
  if (vectors === 2) return;
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
}
