// What one core can do inside WebAssembly at best, for the machine rows of the benchmark (rows/machine.ts).

/** `times` rounds of 12 independent multiply-adds of 4 floats: 96 operations. V8 would make constants anew every time: x, y are read. */
export function multiplyAdds(times: i32): f32 {
  const x = v128.load(0), y = v128.load(16);
  let a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
  for (; times > 0; times--) {
    a = multiplyAdd(x, y, a);
    b = multiplyAdd(x, y, b);
    c = multiplyAdd(x, y, c);
    d = multiplyAdd(x, y, d);
    e = multiplyAdd(x, y, e);
    f = multiplyAdd(x, y, f);
    g = multiplyAdd(x, y, g);
    h = multiplyAdd(x, y, h);
    i = multiplyAdd(x, y, i);
    j = multiplyAdd(x, y, j);
    k = multiplyAdd(x, y, k);
    l = multiplyAdd(x, y, l);
  }
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(f32x4.add(sum, f32x4.add(f32x4.add(i, j), f32x4.add(k, l))), 0);
}

// @ts-ignore: decorator
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Reads `bytes` bytes (a multiple of 128) from address 0 on, `times` times over. */
export function readBlock(bytes: usize, times: i32): i32 {
  let a = i32x4.splat(0), b = a, c = a, d = a;
  for (; times > 0; times--) {
    for (let at: usize = 0; at < bytes; at += 128) {
      a = v128.xor(a, v128.load(at, 0));
      b = v128.xor(b, v128.load(at, 16));
      c = v128.xor(c, v128.load(at, 32));
      d = v128.xor(d, v128.load(at, 48));
      a = v128.xor(a, v128.load(at, 64));
      b = v128.xor(b, v128.load(at, 80));
      c = v128.xor(c, v128.load(at, 96));
      d = v128.xor(d, v128.load(at, 112));
    }
  }
  return i32x4.extract_lane(v128.xor(v128.xor(a, b), v128.xor(c, d)), 0);
}
