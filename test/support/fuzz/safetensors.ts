import { type Random } from '../../../src/base/random';
import { changeJson, encode, type FuzzVariant, lie, numberLie, pick, whole } from './variant';

const shapes = { weight_ih_l0: [8, 3], weight_hh_l0: [8, 2], bias_ih_l0: [8], bias_hh_l0: [8] };

/** The header of a small LSTM; 224 bytes of numbers follow it. */
export function lstmHeader(prefix = '', start = 0): Record<string, unknown> {
  let at = start;
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const from = at;
      at += 4 * shape.reduce((product, size) => product * size, 1);
      return [`${prefix}${name}`, { dtype: 'F32', shape, data_offsets: [from, at] }];
    }),
  );
}

/** A .safetensors file of a header and as many zeros. */
export function safetensorsOf(header: unknown, dataBytes = 224, claimed?: bigint): Uint8Array {
  const text = encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function overlapping(random: Random): unknown {
  const count = pick(random, [2, 50, 500, 20_000]);
  const shape = pick(random, [
    [512, 128],
    [8, 2],
    [4096, 1024],
    [2 ** 20, 64],
  ]);
  const step = pick(random, [0, 1, 4]);
  const entry = (at: number): unknown => ({
    dtype: 'F32',
    shape,
    data_offsets: [at * step, at * step + 4 * (shape[0] ?? 0) * (shape[1] ?? 0)],
  });
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`r${at}.weight_hh_l0`, entry(at)]));
}

function manyLayers(random: Random): unknown {
  const count = pick(random, [100, 999, 1001, 20_000]);
  return Object.assign({}, ...Array.from({ length: count }, (_, at) => lstmHeader(`r${at}.`, at * 224))) as unknown;
}

const strangeNames = [
  '__proto__',
  'constructor',
  '',
  '.',
  'a.'.repeat(5000),
  'weight_hh_l99999999',
  'weight_ih_l-1',
  '\0',
  '__metadata__',
];

/** Lies in the header of a .safetensors file. */
export function safetensorsVariant(random: Random): FuzzVariant {
  const one = (what: string, bytes: Uint8Array): FuzzVariant => ({
    what,
    main: 'a.safetensors',
    files: { 'a.safetensors': bytes },
  });
  const kind = whole(random, 6);
  if (kind === 0) {
    const claimed = lie(random, 300n);
    return one(`a header of ${claimed} bytes`, safetensorsOf(lstmHeader(), 224, claimed));
  }
  if (kind === 1) return one('tensors that overlap', safetensorsOf(overlapping(random), 1 << 18));
  if (kind === 2) return one('many layers', safetensorsOf(manyLayers(random), pick(random, [224, 224_000])));
  if (kind === 3) {
    const name = pick(random, strangeNames);
    const text = JSON.stringify(lstmHeader()).replace('weight_hh_l0', name.replaceAll('\0', '\\u0000'));
    return one(`a tensor ${name.slice(0, 30)}`, safetensorsOf(text));
  }
  if (kind === 4) {
    const text = pick(random, [
      '['.repeat(100_000),
      '{"a":'.repeat(100_000),
      `{"a":[${'{},'.repeat(200_000)}{}]}`,
      '"'.repeat(100_001),
    ]);
    return one('a header that is deep or long', safetensorsOf(text));
  }
  let header: unknown = lstmHeader();
  const changes = 1 + whole(random, 3);
  for (let at = 0; at < changes; at++) header = changeJson(random, header, () => numberLie(random));
  return one(`${changes} values changed`, safetensorsOf(header));
}
