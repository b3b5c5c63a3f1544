// What one core can do inside WebAssembly at best, for the machine rows of the benchmark (rows/machine.ts).

/**
 * `times` rounds of 12 independent multiply-adds of 4 floats: 96 operations. V8 would make constants anew every time:
 * x, y are read.
 */
export function multiplyAdds(times: i32): f32 {
  const x = v128.load(0),
    y = v128.load(16);
  let a = y,
    b = y,
    c = y,
    d = y,
    e = y,
    f = y,
    g = y,
    h = y,
    i = y,
    j = y,
    k = y,
    l = y;
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
  let a = i32x4.splat(0),
    b = a,
    c = a,
    d = a;
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

/**
 * Like `multiplyAdds`, 16 of 4 floats, 128 operations, stored as V8 joins them to 8 of 8 floats where it may
 * (src/kernels/wideKernels.ts).
 */
export function multiplyAddPairs(times: i32): f32 {
  const x = v128.load32_splat(0),
    y = v128.load32_splat(4);
  // Sums that begin with one and the same vector would not be joined.
  let c0 = v128.load(1024, 0),
    c1 = v128.load(1024, 16),
    c2 = v128.load(1024, 32),
    c3 = v128.load(1024, 48);
  let c4 = v128.load(1024, 64),
    c5 = v128.load(1024, 80),
    c6 = v128.load(1024, 96),
    c7 = v128.load(1024, 112);
  let c8 = v128.load(1024, 128),
    c9 = v128.load(1024, 144),
    c10 = v128.load(1024, 160),
    c11 = v128.load(1024, 176);
  let c12 = v128.load(1024, 192),
    c13 = v128.load(1024, 208),
    c14 = v128.load(1024, 224),
    c15 = v128.load(1024, 240);
  for (; times > 0; times--) {
    c0 = multiplyAdd(x, y, c0);
    c1 = multiplyAdd(x, y, c1);
    c2 = multiplyAdd(x, y, c2);
    c3 = multiplyAdd(x, y, c3);
    c4 = multiplyAdd(x, y, c4);
    c5 = multiplyAdd(x, y, c5);
    c6 = multiplyAdd(x, y, c6);
    c7 = multiplyAdd(x, y, c7);
    c8 = multiplyAdd(x, y, c8);
    c9 = multiplyAdd(x, y, c9);
    c10 = multiplyAdd(x, y, c10);
    c11 = multiplyAdd(x, y, c11);
    c12 = multiplyAdd(x, y, c12);
    c13 = multiplyAdd(x, y, c13);
    c14 = multiplyAdd(x, y, c14);
    c15 = multiplyAdd(x, y, c15);
  }
  v128.store(1024, c0, 0);
  v128.store(1024, c1, 16);
  v128.store(1024, c2, 32);
  v128.store(1024, c3, 48);
  v128.store(1024, c4, 64);
  v128.store(1024, c5, 80);
  v128.store(1024, c6, 96);
  v128.store(1024, c7, 112);
  v128.store(1024, c8, 128);
  v128.store(1024, c9, 144);
  v128.store(1024, c10, 160);
  v128.store(1024, c11, 176);
  v128.store(1024, c12, 192);
  v128.store(1024, c13, 208);
  v128.store(1024, c14, 224);
  v128.store(1024, c15, 240);
  let sum: f32 = 0;
  for (let at: usize = 1024; at < 1280; at += 4) sum += load<f32>(at);
  return sum;
}

/** Like `readBlock`, in pairs that V8 joins. The sums are stored behind the block. */
export function readBlockPairs(bytes: usize, times: i32): i32 {
  memory.fill(bytes, 0, 128);
  let a = v128.load(bytes, 0),
    b = v128.load(bytes, 16),
    c = v128.load(bytes, 32),
    d = v128.load(bytes, 48);
  let e = v128.load(bytes, 64),
    f = v128.load(bytes, 80),
    g = v128.load(bytes, 96),
    h = v128.load(bytes, 112);
  for (; times > 0; times--) {
    for (let at: usize = 0; at < bytes; at += 128) {
      a = v128.xor(a, v128.load(at, 0));
      b = v128.xor(b, v128.load(at, 16));
      c = v128.xor(c, v128.load(at, 32));
      d = v128.xor(d, v128.load(at, 48));
      e = v128.xor(e, v128.load(at, 64));
      f = v128.xor(f, v128.load(at, 80));
      g = v128.xor(g, v128.load(at, 96));
      h = v128.xor(h, v128.load(at, 112));
    }
  }
  v128.store(bytes, a, 0);
  v128.store(bytes, b, 16);
  v128.store(bytes, c, 32);
  v128.store(bytes, d, 48);
  v128.store(bytes, e, 64);
  v128.store(bytes, f, 80);
  v128.store(bytes, g, 96);
  v128.store(bytes, h, 112);
  let sum: i32 = 0;
  for (let at: usize = 0; at < 128; at += 16) sum ^= load<i32>(bytes + at);
  return sum;
}
