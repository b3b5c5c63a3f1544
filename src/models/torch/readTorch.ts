import { InspectorError } from '../../base/errors';
import { type ModelFiles, type RangeReader } from '../fileAccess';
import { bytesPerElement } from '../numberFormats';
import { type RecurrentModel } from '../../network/recurrentModel';
import { assembleTorch } from './assembleTorch';
import { type TorchOptions } from './torchOptions';
import { ByteStream } from './byteStream';
import { legacyMagic } from './pickledData';
import { PickleList, PickleStorage, type PickleValue } from './pickleValue';
import { findStateDict } from './stateDict';
import { createTorchHooks } from './torchGlobals';
import { type StorageReader } from './torchTensor';
import { type PickleHooks, unpickle } from './unpickle';
import { savedLists } from '../vocabulary/savedLists';
import { type ZipFile } from '../zipFile';

/** Whether a zip is what torch.save (1.6 and later) or torch.jit.save wrote. */
export function isTorchZip(zip: ZipFile): boolean {
  return zip.names.some((name) => /(^|\/)data\.pkl$/.test(name));
}

/** Reads a .pt / .pth zip: a pickle that names the tensors, and an entry a storage. Nothing in it is executed. */
export function readTorchZip(zip: ZipFile, name: string, options: TorchOptions): RecurrentModel {
  const pickleName = zip.names.find((entry) => /(^|\/)data\.pkl$/.test(entry)) ?? '';
  const root = pickleName.slice(0, -'data.pkl'.length);
  const order = zip.open(`${root}byteorder`);
  const isBigEndian =
    order !== null && new TextDecoder().decode(order.read(0, Math.min(order.size, 16))).startsWith('big');
  const pickle = zip.open(pickleName);
  if (pickle === null) throw new InspectorError('model-damaged', 'there is no data.pkl in it.');
  const hooks = createTorchHooks(({ key }) => {
    const entry = zip.open(`${root}data/${key}`);
    if (entry === null) throw new InspectorError('model-damaged', `the numbers "data/${key}" are missing from it.`);
    return { size: entry.size, isBigEndian, read: (from, to) => entry.read(from, to) };
  });
  return assemble(unpickle(new ByteStream(pickle), hooks), name, options);
}

/** Reads the format of torch.save before 1.6: five pickles after each other, then the storages. */
export function readTorchLegacy(files: ModelFiles, options: TorchOptions): RecurrentModel {
  const stream = new ByteStream(files.main);
  const storages = new Map<string, PickleStorage>();
  const places = new Map<string, StorageReader>();
  const opened = createTorchHooks((storage) => {
    const place = places.get(storage.key);
    if (place === undefined)
      throw new InspectorError('model-damaged', `the numbers of storage "${storage.key}" are missing from it.`);
    return place;
  });
  const hooks: PickleHooks = { ...opened, persistent: (id) => remember(opened.persistent(id), storages) };
  if (unpickle(stream, hooks) !== legacyMagic) {
    throw new InspectorError(
      'model-unsupported',
      'it is a Python pickle, but torch.save did not write it. Save the weights: torch.save(model.state_dict(), path).',
    );
  }
  unpickle(stream, hooks); // protocol version
  unpickle(stream, hooks); // sizes and byte order of the machine
  const root = unpickle(stream, hooks);
  const keys = unpickle(stream, hooks);
  locateStorages({ file: files.main, start: stream.position, keys, storages, places });
  return assemble(root, files.name, options);
}

function remember(value: PickleValue, storages: Map<string, PickleStorage>): PickleValue {
  if (value instanceof PickleStorage) storages.set(value.key, value);
  return value;
}

interface LegacyStorages {
  readonly file: RangeReader;
  readonly start: number;
  readonly keys: PickleValue;
  readonly storages: ReadonlyMap<string, PickleStorage>;
  readonly places: Map<string, StorageReader>;
}

/** Each storage: its number of elements in 8 bytes, then the elements. */
function locateStorages({ file, start, keys, storages, places }: LegacyStorages): void {
  let at = start;
  for (const key of keys instanceof PickleList ? keys.items : []) {
    const storage = storages.get(String(key));
    if (storage === undefined)
      throw new InspectorError('model-damaged', `storage "${String(key).slice(0, 40)}" has no known number format.`);
    const header = file.read(at, at + 8);
    const count = Number(new DataView(header.buffer, header.byteOffset, 8).getBigUint64(0, true));
    const [from, size] = [at + 8, count * (bytesPerElement(storage.format) ?? 1)];
    places.set(storage.key, { size, isBigEndian: false, read: (start, end) => file.read(from + start, from + end) });
    at = from + size;
  }
}

function assemble(root: PickleValue, name: string, options: TorchOptions): RecurrentModel {
  const { arrays, activations, notes } = findStateDict(root);
  const model = assembleTorch(
    { name, format: 'torch', arrays, notes },
    { ...options, activations: { ...activations, ...options.activations } },
  );
  const lists = savedLists(root);
  return lists.length === 0 ? model : { ...model, savedLists: lists };
}
