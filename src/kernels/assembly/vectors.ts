// What all kernels share: the width of rows and panels, multiply-add, and the constants kept in memory.
//
// Rows inside the kernels are padded with zeros to a multiple of 8 floats, so that no loop has a tail; only the copies
// at the border (layout.ts) know the true width.

/** Whether V8 joins neighbouring vectors into ones of 256 bits (src/kernels/wideKernels.ts); build.mjs says so. */
// @ts-ignore: decorator
@inline export const IS_WIDE: bool = WIDE_VECTORS;

/**
 * Columns of a packed panel. 16 registers hold 8 accumulators of 32 columns; without fused multiply-add V8 spills
 * beyond 24.
 */
// @ts-ignore: decorator
@inline export const PANEL: usize = IS_WIDE ? 64 : ASC_FEATURE_RELAXED_SIMD ? 32 : 24;

/** a * b + c, rounded once in the relaxed build and twice in the other. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c - a * b. */
// @ts-ignore: decorator
@inline
export function multiplySubtract(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/**
 * Stores two vectors side by side. In the wide build V8 joins what leads to such a pair, so each half must be computed
 * alike.
 */
// @ts-ignore: decorator
@inline
export function storePair(to: usize, low: v128, high: v128): void {
  v128.store(to, low);
  v128.store(to, high, 16);
}
