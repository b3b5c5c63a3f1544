import { InspectorError } from '../../base/errors';
import { type RangeReader } from '../fileAccess';
import { openZip } from '../zipFile';
import { ByteStream } from './byteStream';
import { type PickleValue } from './pickleValue';
import { createTorchHooks } from './torchGlobals';
import { unpickle } from './unpickle';

/** The number that stands at the start of every file that torch.save wrote before 1.6. */
export const legacyMagic = 0x1950a86a20f9469cfc6cn;

const zipSignature = [0x50, 0x4b, 3, 4];

/**
 * Whether a file is a pickle, or the zip around one that torch.save writes. A pickle of protocol 2 to 5 says so; one of
 * protocol 0 or 1 begins as no list of tokens does: a dict, list or object behind a mark, or an empty one of protocol 1
 * that goes to the memo.
 */
export function isPickled(file: RangeReader): boolean {
  const start = file.read(0, Math.min(file.size, 256));
  if (zipSignature.every((byte, at) => start[at] === byte)) return true;
  if (start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5) return true;
  const text = String.fromCharCode(...start);
  return (
    /^(\([dlt]p\d+\n|c[\w.]+\n[\w.]+\n|\(i[\w.]+\n[\w.]+\n|[}\]]q[^](\(|\.|[UXc]))/.test(text) && endsWithStop(file)
  );
}

function endsWithStop(file: RangeReader): boolean {
  return file.read(file.size - 1, file.size)[0] === 0x2e;
}

/**
 * The data of a pickle, or of a checkpoint of either format of torch.save, without the numbers of its tensors. Nothing
 * is executed.
 */
export function readPickled(file: RangeReader): PickleValue {
  const hooks = createTorchHooks(() => {
    throw new InspectorError('model-unsupported', 'it holds tensors where plain data were looked for.');
  });
  const stream = new ByteStream(pickleIn(file));
  const first = unpickle(stream, hooks);
  if (first !== legacyMagic) return first;
  unpickle(stream, hooks); // protocol version
  unpickle(stream, hooks); // sizes and byte order of the machine
  return unpickle(stream, hooks);
}

function pickleIn(file: RangeReader): RangeReader {
  if (file.read(0, 1)[0] !== zipSignature[0]) return file;
  const zip = openZip(file);
  const pickle = zip.open(zip.names.find((name) => /(^|\/)data\.pkl$/.test(name)) ?? '');
  if (pickle === null) throw new InspectorError('model-unsupported', 'it is a zip without a data.pkl in it.');
  return pickle;
}
