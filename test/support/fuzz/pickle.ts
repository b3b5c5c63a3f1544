import { zipSync } from 'fflate';
import { type Random } from '../../../src/base/random';
import { pickleOf, torchZipOf } from '../files/pickleFile';
import { type FuzzVariant, lie, pick, whole } from './variant';

const ascii = (text: string): readonly number[] => [...Buffer.from(text)];
const int32 = (value: bigint): readonly number[] => [...new Uint8Array(BigUint64Array.of(value).buffer, 0, 4)];
const int64 = (value: bigint): readonly number[] => [...new Uint8Array(BigUint64Array.of(value).buffer)];
const text = (value: string): readonly number[] => [0x58, ...int32(BigInt(value.length)), ...ascii(value)];
const get = (index: number): readonly number[] => [0x6a, ...int32(BigInt(index))];
const put = (index: number): readonly number[] => [0x72, ...int32(BigInt(index))];

/** Operations that take something from the stack or name something, with what must follow them. */
const operations: readonly ((random: Random) => readonly number[])[] = [
  ...[0x28, 0x30, 0x31, 0x32, 0x4e, 0x5d, 0x7d, 0x29, 0x65, 0x61, 0x64, 0x6c, 0x73, 0x74, 0x75, 0x85, 0x86, 0x87].map(
    (code) => () => [code],
  ),
  ...[0x52, 0x62, 0x81, 0x92, 0x93, 0x94, 0x6f, 0x51, 0x8f, 0x90, 0x91].map((code) => () => [code]),
  (random) => [0x4b, whole(random, 256)],
  (random) => [0x8a, 8, ...int64(lie(random))],
  (random) => [0x8b, ...int32(lie(random))],
  (random) => [0x58, ...int32(lie(random))],
  (random) => [pick(random, [0x8d, 0x8e, 0x96]), ...int64(lie(random))],
  (random) => [0x95, ...int64(lie(random))],
  (random) => [pick(random, [0x68, 0x71]), whole(random, 256)],
  (random) => [pick(random, [0x6a, 0x72]), ...int32(lie(random))],
  (random) =>
    ascii(
      `${pick(random, ['I', 'L', 'F', 'g', 'p'])}${pick(random, ['1', '-1', '9'.repeat(30_000), 'nan', '1e999'])}\n`,
    ),
  (random) => ascii(`c${pick(random, callees)}\n`),
  (random) => text(pick(random, ['state_dict', '_modules', '_parameters', 'weight_hh_l0', '__proto__'])),
];

const callees = [
  ...[
    'os\nsystem',
    'builtins\neval',
    'builtins\ngetattr',
    'subprocess\nPopen',
    'copyreg\n_reconstructor',
    'operator\nattrgetter',
  ],
  ...[
    'torch._utils\n_rebuild_tensor_v2',
    'torch._utils\n_rebuild_parameter',
    'collections\nOrderedDict',
    'torch\nFloatStorage',
  ],
  ...[
    'torch.storage\n_load_from_bytes',
    'torch.nn.modules.rnn\nLSTM',
    'project\nNet',
    '__torch__.a\nB',
    'numpy.core.multiarray\n_reconstruct',
  ],
  ...['numpy\ndtype', '_codecs\nencode', 'torch\nSize', 'builtins\nbytearray', 'builtins\nrange', 'functools\npartial'],
];

function anything(random: Random): readonly number[] {
  return Array.from({ length: 1 + whole(random, 300) }, () => pick(random, operations)(random)).flat();
}

type Pair = (inner: readonly number[]) => readonly number[];
const holders: readonly Pair[] = [
  (inner) => [0x28, ...inner, ...inner, 0x74],
  (inner) => [0x5d, 0x28, ...inner, ...inner, 0x65],
  (inner) => [0x7d, 0x28, ...text('a'), ...inner, ...text('b'), ...inner, 0x75],
  (inner) => [
    ...ascii('cproject\nNet\n'),
    0x29,
    0x81,
    0x7d,
    0x28,
    ...text('_parameters'),
    0x7d,
    ...text('_modules'),
    0x7d,
    0x28,
    ...text('a'),
    ...inner,
    ...text('b'),
    ...inner,
    0x75,
    0x75,
    0x62,
  ],
  (inner) => [
    ...ascii('c__torch__.a\nB\n'),
    0x29,
    0x81,
    0x7d,
    0x28,
    ...text('a'),
    ...inner,
    ...text('b'),
    ...inner,
    0x75,
    0x62,
  ],
  (inner) => [
    ...ascii('ccollections\nOrderedDict\n'),
    0x5d,
    0x28,
    0x28,
    ...text('a'),
    ...inner,
    0x74,
    0x28,
    ...text('b'),
    ...inner,
    0x74,
    0x65,
    0x85,
    0x52,
  ],
];

/** Each value holds the one before twice: few bytes, and 2 to the power of `depth` ways through them. */
function doubled(random: Random): readonly number[] {
  const holder = pick(random, holders);
  const depth = pick(random, [5, 20, 40, 90, 1000]);
  const core = random() < 0.5 ? tensorOf([8n, 2n], 16n) : holder([0x7d]);
  const bytes = [...core, ...put(0), 0x30];
  for (let level = 1; level <= depth; level++) bytes.push(...holder(get(level - 1)), ...put(level), 0x30);
  return [...bytes, ...get(depth)];
}

function tensorOf(shape: readonly bigint[], count: bigint, strides = shape, offset = 0n): readonly number[] {
  const long = (value: bigint): readonly number[] => [0x8a, 8, ...int64(value)];
  const tuple = (...parts: readonly (readonly number[])[]): readonly number[] => [0x28, ...parts.flat(), 0x74];
  const storage = [
    ...tuple(text('storage'), ascii('ctorch\nFloatStorage\n'), text('0'), text('cpu'), long(count)),
    0x51,
  ];
  const layout = [long(offset), tuple(...shape.map(long)), tuple(...strides.map(long)), [0x89], [0x4e]];
  return [...ascii('ctorch._utils\n_rebuild_tensor_v2\n'), ...tuple(storage, ...layout), 0x52];
}

/** A state dict of tensors whose sizes, steps and places are lies. */
function tensors(random: Random): readonly number[] {
  const small = (): bigint => (random() < 0.6 ? BigInt(whole(random, 9)) : lie(random));
  const one = (name: string): readonly number[] => {
    const shape = Array.from({ length: whole(random, 4) }, small);
    return [
      ...text(name),
      ...tensorOf(
        shape,
        small(),
        shape.map(() => (random() < 0.5 ? 0n : lie(random))),
        random() < 0.7 ? 0n : lie(random),
      ),
    ];
  };
  const count = pick(random, [1, 2, 1001]);
  const named = Array.from({ length: count }, (_, at) =>
    ['weight_ih_l0', 'weight_hh_l0'].flatMap((name) => one(`r${at}.${name}`)),
  );
  return [0x7d, 0x28, ...named.flat(), 0x75];
}

/** An entry that many layers share, one after the other as large as it can be. */
function shared(random: Random): readonly number[] {
  const [units, layers] = [BigInt(pick(random, [64, 512, 2048])), pick(random, [10, 300, 999])];
  const entry = (at: number): readonly number[] => [
    ...text(`r${at}.weight_ih_l0`),
    ...tensorOf([4n * units, units], 16n, [0n, 0n]),
    ...text(`r${at}.weight_hh_l0`),
    ...tensorOf([4n * units, units], 16n, [0n, 0n]),
  ];
  return [0x7d, 0x28, ...Array.from({ length: layers }, (_, at) => entry(at)).flat(), 0x75];
}

/** Nested calls and lists, as deep as a recursion may go. */
function deep(random: Random): readonly number[] {
  const depth = pick(random, [100, 1000, 20_000, 200_000]);
  const around = pick(random, [[0x85], [0x5d, 0x32, 0x61], [0x28, 0x30]] as const);
  return [0x4e, ...Array.from({ length: depth }, () => around).flat()];
}

function healthyWithOne(random: Random): Uint8Array {
  const layer = { dict: { weight_ih_l0: { tensor: [8, 3] }, weight_hh_l0: { tensor: [8, 2] } } } as const;
  const bytes = torchZipOf(
    pick(random, [
      layer,
      { dict: { state_dict: layer, epoch: 3 } },
      { of: 'project.Net', state: { _parameters: layer, _modules: { dict: {} } } },
    ]),
  );
  const copy = Uint8Array.from(bytes);
  const changes = 1 + whole(random, 4);
  for (let at = 0; at < changes; at++) copy[40 + whole(random, copy.length - 40)] = whole(random, 256);
  return copy;
}

const legacyMagic = pickleOf('x').slice(0, 2);

/** Lies in the pickle of a PyTorch file, in a zip or one behind the other as before PyTorch 1.6. */
export function pickleVariant(random: Random): FuzzVariant {
  const name = pick(random, ['a.pt', 'a.pth', 'a.ckpt']);
  if (random() < 0.1) return { what: 'a few bytes changed', main: name, files: { [name]: healthyWithOne(random) } };
  const make = pick(random, [anything, anything, doubled, doubled, tensors, shared, deep]);
  const pickle = Uint8Array.from([...legacyMagic, ...make(random), 0x2e]);
  const isZip = random() < 0.7;
  const bytes = isZip
    ? zipSync({ 'm/data.pkl': pickle, 'm/data/0': new Uint8Array(64) }, { level: 0 })
    : legacyOf(pickle);
  return {
    what: `${make.name}${isZip ? '' : ' (legacy)'}, ${pickle.length} bytes`,
    main: name,
    files: { [name]: bytes },
  };
}

/** Magic number, protocol, the machine that wrote it, and then the pickle. */
function legacyOf(pickle: Uint8Array): Uint8Array {
  const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  return Uint8Array.from([
    ...magic,
    0x80,
    2,
    0x4d,
    0xe9,
    3,
    0x2e,
    0x80,
    2,
    0x7d,
    0x2e,
    ...pickle,
    ...new Uint8Array(64),
  ]);
}
