import { InspectorError } from '../../base/errors';
import {
  PickleDict,
  PickleGlobal,
  PickleList,
  PickleObject,
  PickleStorage,
  PickleTensor,
  PickleTuple,
  type PickleValue,
} from './pickleValue';
import { createStridedArray, type StorageReader } from './torchTensor';
import { type PickleHooks } from './unpickle';

/** Number formats of PyTorch's storage classes. */
const storageFormats: Readonly<Record<string, string>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  UntypedStorage: 'uint8',
};

const dtypeFormats: Readonly<Record<string, string>> = {
  float32: 'float32',
  float: 'float32',
  float64: 'float64',
  double: 'float64',
  float16: 'float16',
  half: 'float16',
  bfloat16: 'bfloat16',
  int64: 'int64',
  long: 'int64',
  int32: 'int32',
  int16: 'int16',
  int8: 'int8',
  uint8: 'uint8',
  bool: 'bool',
};

const tensorFunctions: readonly string[] = [
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_tensor_v3',
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  'torch._tensor._rebuild_from_type_v2',
  'torch.nn.parameter.Parameter',
  'torch.nn.parameter.Buffer',
];

/** Containers whose items, given at their making, are kept as entries. */
const containers: readonly string[] = [
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
  'builtins.dict',
  '__builtin__.dict',
  'builtins.set',
  '__builtin__.set',
  'builtins.list',
  '__builtin__.list',
  'builtins.frozenset',
];

/** What makes an object of the class that its first argument names. */
const objectMakers: readonly string[] = [
  'copyreg._reconstructor',
  'copy_reg._reconstructor',
  'copyreg.__newobj__',
  'copy_reg.__newobj__',
  'copyreg.__newobj_ex__',
];

/** Built-in names that are data; every other (eval, exec, open, __import__...) is refused. */
const plainBuiltins =
  /^(dict|set|frozenset|list|tuple|int|float|str|bool|object|slice|range|complex|bytes|bytearray|type|getattr|print|len|min|max|sum|sorted|abs|round|map|filter|zip|reversed|enumerate|[A-Z]\w*)$/;

/** Modules that a tensor file has no need of and that hostile ones use to act on the machine. */
const actingModules = new RegExp(
  `^(?:${[
    'os',
    'posix',
    'nt',
    'posixpath',
    'ntpath',
    'sys',
    'subprocess',
    '_posixsubprocess',
    '_winapi',
    'shutil',
    'socket',
    'ssl',
    'importlib',
    '_imp',
    'imp',
    'runpy',
    'code',
    'codeop',
    'pty',
    'commands',
    'popen2',
    'ctypes',
    '_ctypes',
    'cffi',
    'multiprocessing',
    'threading',
    '_thread',
    'asyncio',
    'concurrent',
    'signal',
    'urllib',
    'urllib2',
    'http',
    'httplib',
    'requests',
    'webbrowser',
    'smtplib',
    'ftplib',
    'telnetlib',
    'xmlrpc',
    'pip',
    'ensurepip',
    'venv',
    'setuptools',
    'distutils',
    'pdb',
    'bdb',
    'cProfile',
    'profile',
    'timeit',
    'trace',
    'doctest',
    'unittest',
    'marshal',
    'pickle',
    '_pickle',
    'shelve',
    'dill',
    'joblib',
    'io',
    '_io',
    'tempfile',
    'fileinput',
    'glob',
    'mmap',
    'gc',
    'inspect',
    'site',
    'zipimport',
    'pkgutil',
    'tkinter',
    'turtle',
    'antigravity',
    'torch\\.hub',
    'torch\\.utils\\.cpp_extension',
  ].join('|')})(?:\\.|$)`,
);

/** Single functions of harmless modules that run, load or look up code. */
const actingFunctions: readonly string[] = [
  'torch.load',
  'torch.storage._load_from_bytes',
  'torch.serialization.load',
  'operator.methodcaller',
  '_operator.methodcaller',
  'types.CodeType',
  'types.FunctionType',
  'numpy.load',
  'pandas.read_pickle',
];

/**
 * How a pickle that torch.save wrote is rebuilt: tensors and plain data. An object of any other class (hyperparameters,
 * callbacks, a whole module) stands for itself: a class's name with attributes, never run; names that act on the
 * machine are refused.
 */
export function createTorchHooks(openStorage: (storage: PickleStorage) => StorageReader): PickleHooks {
  return {
    checkGlobal: (global) => {
      if (isRefused(global)) throw refuse(global);
    },
    persistent: parseStorage,
    call: (callee, args) => callAllowed(callee, args, openStorage),
  };
}

function isRefused({ module, name, path }: PickleGlobal): boolean {
  if (/^(builtins|__builtin__|exceptions)$/.test(module)) return !plainBuiltins.test(name);
  return actingModules.test(module) || actingFunctions.includes(path);
}

/** What TorchScript writes around lists and dicts to keep their types. */
function isScriptTag(path: string): boolean {
  return /^torch\.jit\._pickle\.(restore_type_tag|build_\w+)$/.test(path);
}

function refuse({ path }: PickleGlobal): InspectorError {
  return new InspectorError(
    'model-unsupported',
    `its pickle asks for ${path.slice(0, 120)}, which we refuse: a file of tensors has no need of it. Nothing in the file was executed.`,
  );
}

/** ('storage', class, key, location, count) */
function parseStorage(id: PickleValue): PickleValue {
  const items = id instanceof PickleTuple ? id.items : [];
  const [kind, type, key, , count] = items;
  if (kind === 'module' && type !== undefined) return type; // a class with its source text, which is left alone
  const format =
    type instanceof PickleGlobal && Object.hasOwn(storageFormats, type.name) ? storageFormats[type.name] : undefined;
  if (type instanceof PickleGlobal && /^Q(U?)Int\w*Storage$/.test(type.name)) {
    throw new InspectorError(
      'model-unsupported',
      `its weights are quantised to whole numbers (${type.name}), which we do not read. Save the model as it was before: torch.save(model.state_dict(), path).`,
    );
  }
  if (kind !== 'storage' || format === undefined || typeof count !== 'number') {
    throw new InspectorError('model-damaged', 'its pickle names a storage in a form that we do not know.');
  }
  return new PickleStorage(format, String(key), count);
}

function callAllowed(
  callee: PickleGlobal,
  args: readonly PickleValue[],
  openStorage: (storage: PickleStorage) => StorageReader,
): PickleValue {
  if (isRefused(callee)) throw refuse(callee);
  const [first] = args;
  if (callee.name === '_rebuild_from_type_v2') return rebuildFromType(args, openStorage);
  if (callee.name === 'Parameter' || callee.name === 'Buffer' || callee.name.startsWith('_rebuild_parameter'))
    return first ?? null;
  if (tensorFunctions.includes(callee.path)) return rebuildTensor(args, openStorage);
  if (isScriptTag(callee.path)) return first ?? null;
  if (callee.path === 'torch.Size' || callee.path === 'builtins.tuple') return first ?? new PickleTuple([]);
  if (containers.includes(callee.path)) return createContainer(callee, args);
  return new PickleObject(objectMakers.includes(callee.path) && first instanceof PickleGlobal ? first : callee);
}

/** (function, type, its arguments, state) */
function rebuildFromType(
  args: readonly PickleValue[],
  openStorage: (storage: PickleStorage) => StorageReader,
): PickleValue {
  const [callee, , inner] = args;
  if (!(callee instanceof PickleGlobal) || !(inner instanceof PickleTuple))
    throw new InspectorError('model-damaged', 'its pickle rebuilds a tensor without arguments.');
  return callAllowed(callee, inner.items, openStorage);
}

/** A container of what it was made of: pairs become entries, so that an OrderedDict given its items keeps them. */
function createContainer(type: PickleGlobal, args: readonly PickleValue[]): PickleValue {
  const dict = new PickleObject(type);
  const [first] = args;
  if (first instanceof PickleDict) for (const [key, value] of first.entries) dict.entries.set(key, value);
  if (first instanceof PickleList) for (const item of first.items) addPair(dict, item);
  return dict;
}

function addPair(dict: PickleDict, item: PickleValue): void {
  const pair = item instanceof PickleTuple || item instanceof PickleList ? item.items : [];
  if (pair.length === 2) dict.entries.set(pair[0] as PickleValue, pair[1] as PickleValue);
}

/** (storage, offset, size, stride, ...); v3 names its number format in place 6. */
function rebuildTensor(
  args: readonly PickleValue[],
  openStorage: (storage: PickleStorage) => StorageReader,
): PickleValue {
  const [storage, offset, size, stride] = args;
  const dtype = args[6];
  if (!(storage instanceof PickleStorage) || typeof offset !== 'number')
    throw new InspectorError('model-damaged', 'its pickle rebuilds a tensor without its numbers.');
  const stated =
    dtype instanceof PickleGlobal && Object.hasOwn(dtypeFormats, dtype.name) ? dtypeFormats[dtype.name] : undefined;
  const layout = { offset, shape: numbersOf(size), strides: numbersOf(stride), format: stated ?? storage.format };
  return new PickleTensor(createStridedArray(() => openStorage(storage), layout));
}

function numbersOf(value: PickleValue | undefined): readonly number[] {
  const items = value instanceof PickleTuple || value instanceof PickleList ? value.items : [];
  return items.map((item) => (typeof item === 'number' ? item : NaN));
}
