// c = a b in float64, for gradients that must stay exact over thousands of steps. b is packed in panels of 16 columns.

/** Columns of a float64 panel. */
// @ts-ignore: decorator
@inline const PANEL: usize = 16;

// @ts-ignore: decorator
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/**
 * c [rows, columns] = a [rows, depth] b [depth, columns], all float64, strides in bytes; columns is a multiple of 16
 * and b is packed [columns / 16, depth, 16].
 */
export function multiplyDouble(
  a: usize,
  aStride: usize,
  rows: usize,
  depth: usize,
  b: usize,
  columns: usize,
  c: usize,
  cStride: usize,
): void {
  const tiled = rows & ~3;
  for (let column: usize = 0; column < columns; column += PANEL) {
    for (let j: usize = 0; j < PANEL * 8 && tiled > 0; j += 32) {
      for (let i: usize = 0; i < tiled; i += 4) {
        tile4(a + i * aStride, aStride, depth, b + j, c + i * cStride + column * 8 + j, cStride);
      }
    }
    for (let i = tiled; i < rows; i++) rowOfPanel(a + i * aStride, depth, b, c + i * cStride + column * 8);
    b += depth * PANEL * 8;
  }
}

function tile4(a: usize, aStride: usize, depth: usize, b: usize, c: usize, cStride: usize): void {
  let a1 = a + aStride,
    a2 = a1 + aStride,
    a3 = a2 + aStride;
  let c00 = f64x2.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  for (const end = a + depth * 8; a < end; a += 8) {
    const b0 = v128.load(b, 0),
      b1 = v128.load(b, 16);
    let x = v128.load64_splat(a);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    x = v128.load64_splat(a1);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    x = v128.load64_splat(a2);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    x = v128.load64_splat(a3);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    a1 += 8;
    a2 += 8;
    a3 += 8;
    b += PANEL * 8;
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

function rowOfPanel(a: usize, depth: usize, b: usize, c: usize): void {
  let c0 = f64x2.splat(0),
    c1 = c0,
    c2 = c0,
    c3 = c0,
    c4 = c0,
    c5 = c0,
    c6 = c0,
    c7 = c0;
  for (const end = a + depth * 8; a < end; a += 8) {
    const x = v128.load64_splat(a);
    c0 = multiplyAdd(x, v128.load(b, 0), c0);
    c1 = multiplyAdd(x, v128.load(b, 16), c1);
    c2 = multiplyAdd(x, v128.load(b, 32), c2);
    c3 = multiplyAdd(x, v128.load(b, 48), c3);
    c4 = multiplyAdd(x, v128.load(b, 64), c4);
    c5 = multiplyAdd(x, v128.load(b, 80), c5);
    c6 = multiplyAdd(x, v128.load(b, 96), c6);
    c7 = multiplyAdd(x, v128.load(b, 112), c7);
    b += PANEL * 8;
  }
  v128.store(c, c0, 0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  v128.store(c, c6, 96);
  v128.store(c, c7, 112);
}
