import { InspectorError } from '../../base/errors';
import { PickleDict, PickleGlobal, PickleList, PickleStorage, PickleTensor, PickleTuple, type PickleValue } from './pickleValue';
import { createStridedArray, type StorageReader } from './torchTensor';
import { type PickleHooks } from './unpickle';

/** Number formats of PyTorch's storage classes. */
const storageFormats: Readonly<Record<string, string>> = {
  FloatStorage: 'float32', DoubleStorage: 'float64', HalfStorage: 'float16', BFloat16Storage: 'bfloat16', LongStorage: 'int64',
  IntStorage: 'int32', ShortStorage: 'int16', CharStorage: 'int8', ByteStorage: 'uint8', BoolStorage: 'bool', UntypedStorage: 'uint8',
};

const dtypeFormats: Readonly<Record<string, string>> = {
  float32: 'float32', float: 'float32', float64: 'float64', double: 'float64', float16: 'float16', half: 'float16', bfloat16: 'bfloat16',
  int64: 'int64', long: 'int64', int32: 'int32', int16: 'int16', int8: 'int8', uint8: 'uint8', bool: 'bool',
};

const tensorFunctions: readonly string[] = [
  'torch._utils._rebuild_tensor', 'torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_tensor_v3',
  'torch._utils._rebuild_parameter', 'torch._utils._rebuild_parameter_with_state', 'torch._tensor._rebuild_from_type_v2',
  'torch.nn.parameter.Parameter', 'torch.nn.parameter.Buffer',
];

/** Classes that are data and nothing else; they are kept as entries, never as what they are in Python. */
const inertClasses: readonly string[] = [
  'collections.OrderedDict', 'collections.defaultdict', 'collections.Counter', 'builtins.dict', '__builtin__.dict', 'builtins.set', '__builtin__.set',
  'builtins.list', '__builtin__.list', 'builtins.int', 'builtins.float', 'builtins.str', 'builtins.bool', 'builtins.object', '__builtin__.object',
  'builtins.slice', 'builtins.range', 'builtins.complex', 'builtins.tuple', 'builtins.frozenset', 'builtins.bytearray', '__builtin__.bytearray',
  'torch.Size', 'torch.device', 'torch.Tensor', 'torch.serialization._get_layout', 'torch.nn.parameter.Parameter', 'torch.nn.parameter.Buffer',
  'argparse.Namespace', 'types.SimpleNamespace', 'datetime.datetime', 'datetime.date', 'datetime.timedelta',
  'pathlib.Path', 'pathlib.PosixPath', 'pathlib.WindowsPath', 'pathlib.PurePosixPath',
  'numpy.dtype', 'numpy.ndarray', 'numpy.core.multiarray.scalar', 'numpy.core.multiarray._reconstruct', 'numpy._core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct', '_codecs.encode', 'copyreg._reconstructor', 'copy_reg._reconstructor',
];

/** How a pickle that torch.save wrote is rebuilt: tensors and plain data; every other name is refused. */
export function createTorchHooks(openStorage: (storage: PickleStorage) => StorageReader): PickleHooks {
  return {
    checkGlobal: (global) => {
      if (!isAllowed(global)) throw refuse(global);
    },
    persistent: parseStorage,
    call: (callee, args) => callAllowed(callee, args, openStorage),
  };
}

function isAllowed({ module, name, path }: PickleGlobal): boolean {
  if (tensorFunctions.includes(path) || inertClasses.includes(path)) return true;
  if (module.startsWith('__torch__') || isScriptTag(path)) return true;
  const isStorage = Object.hasOwn(storageFormats, name) && ['torch', 'torch.cuda', 'torch.storage'].includes(module);
  return isStorage || (module === 'torch' && Object.hasOwn(dtypeFormats, name)) || path === 'torch.storage.TypedStorage';
}

/** What TorchScript writes around lists and dicts to keep their types. */
function isScriptTag(path: string): boolean {
  return /^torch\.jit\._pickle\.(restore_type_tag|build_\w+)$/.test(path);
}

function refuse({ module, path }: PickleGlobal): InspectorError {
  const isModel = module === '__main__' || module.startsWith('torch.nn') || /model|net|module/i.test(path);
  const what = isModel
    ? 'the file pickles a whole Python object, which only Python can rebuild. Save its weights: torch.save(model.state_dict(), path).'
    : 'a file of tensors has no need of it. Nothing in the file was executed.';
  return new InspectorError('model-unsupported', `its pickle asks for ${path.slice(0, 120)}, which we refuse: ${what}`);
}

/** ('storage', class, key, location, count) */
function parseStorage(id: PickleValue): PickleValue {
  const items = id instanceof PickleTuple ? id.items : [];
  const [kind, type, key, , count] = items;
  const format = type instanceof PickleGlobal && Object.hasOwn(storageFormats, type.name) ? storageFormats[type.name] : undefined;
  if (kind !== 'storage' || format === undefined || typeof count !== 'number') {
    throw new InspectorError('model-damaged', 'its pickle names a storage in a form that we do not know.');
  }
  return new PickleStorage(format, String(key), count);
}

function callAllowed(callee: PickleGlobal, args: readonly PickleValue[], openStorage: (storage: PickleStorage) => StorageReader): PickleValue {
  if (!isAllowed(callee)) throw refuse(callee);
  if (callee.name === '_rebuild_from_type_v2') return rebuildFromType(args, openStorage);
  if (callee.name === 'Parameter' || callee.name.startsWith('_rebuild_parameter')) return args[0] ?? null;
  if (tensorFunctions.includes(callee.path)) return rebuildTensor(args, openStorage);
  if (isScriptTag(callee.path)) return args[0] ?? null;
  if (callee.path === 'torch.Size' || callee.path === 'builtins.tuple') return args[0] ?? new PickleTuple([]);
  return createInert(args);
}

/** (function, type, its arguments, state) */
function rebuildFromType(args: readonly PickleValue[], openStorage: (storage: PickleStorage) => StorageReader): PickleValue {
  const [callee, , inner] = args;
  if (!(callee instanceof PickleGlobal) || !(inner instanceof PickleTuple)) throw new InspectorError('model-damaged', 'its pickle rebuilds a tensor without arguments.');
  return callAllowed(callee, inner.items, openStorage);
}

/** A dict of what it was made of: pairs become entries, so that an OrderedDict given its items keeps them. */
function createInert(args: readonly PickleValue[]): PickleValue {
  const dict = new PickleDict();
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
function rebuildTensor(args: readonly PickleValue[], openStorage: (storage: PickleStorage) => StorageReader): PickleValue {
  const [storage, offset, size, stride] = args;
  const dtype = args[6];
  if (!(storage instanceof PickleStorage) || typeof offset !== 'number') throw new InspectorError('model-damaged', 'its pickle rebuilds a tensor without its numbers.');
  const stated = dtype instanceof PickleGlobal && Object.hasOwn(dtypeFormats, dtype.name) ? dtypeFormats[dtype.name] : undefined;
  const layout = { offset, shape: numbersOf(size), strides: numbersOf(stride), format: stated ?? storage.format };
  return new PickleTensor(createStridedArray(() => openStorage(storage), layout));
}

function numbersOf(value: PickleValue | undefined): readonly number[] {
  const items = value instanceof PickleTuple || value instanceof PickleList ? value.items : [];
  return items.map((item) => (typeof item === 'number' ? item : NaN));
}
