import { unzipSync } from 'fflate';
import { InspectorError } from '../base/errors';
import { type NumberArray, parseNpy } from './parseNpy';

/** Larger arrays are not unpacked: a small zip may claim any size. */
const mostBytes = 256e6;

/**
 * The array of an .npz file (a zip of .npy files, as np.savez writes it) that `key` names, or its only one that may be
 * a table. Where several may, the sentence lists them and says how to name one.
 */
export function chooseOfNpz(bytes: Uint8Array, fileName: string, key: string | undefined): NumberArray {
  const arrays = unpack(bytes, fileName);
  const names = [...arrays.keys()];
  if (key !== undefined) {
    const named = arrays.get(key);
    if (named !== undefined) return parseNpy(named, `${fileName}#${key}`);
    throw invalid(`${fileName} holds no array "${key}"; it holds ${names.join(', ')}.`);
  }
  const read = names.flatMap((name) => tryArray(arrays.get(name), `${fileName}#${name}`, name));
  const tables = read.filter(({ array }) => isTable(array.shape));
  const [only, ...more] = tables;
  if (only !== undefined && more.length === 0) return only.array;
  if (only === undefined)
    throw invalid(`${fileName} holds no table of numbers [T, D]; it holds ${names.join(', ') || 'nothing'}.`);
  const listed = tables.map(({ name, array }) => `${name} [${array.shape.join(', ')}]`).join(', ');
  throw invalid(`Which array of ${fileName} is to be read: ${listed}? Name it: ${fileName}#${only.name}`);
}

function isTable(shape: readonly number[]): boolean {
  return shape.length === 1 || shape.length === 2 || (shape.length === 3 && shape[0] === 1);
}

/** None where it does not hold plain numbers. */
function tryArray(
  bytes: Uint8Array | undefined,
  fileName: string,
  name: string,
): readonly { readonly name: string; readonly array: NumberArray }[] {
  try {
    return bytes === undefined ? [] : [{ name, array: parseNpy(bytes, fileName) }];
  } catch (thrown) {
    if (thrown instanceof InspectorError) return [];
    throw thrown;
  }
}

/** By the name of the array. */
function unpack(bytes: Uint8Array, fileName: string): ReadonlyMap<string, Uint8Array> {
  let total = 0;
  const filter = ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    if (!name.endsWith('.npy')) return false;
    total += originalSize;
    if (total > mostBytes)
      throw invalid(`${fileName} unpacks to more than ${mostBytes / 1e6} MB; save one array alone.`);
    return true;
  };
  try {
    const files = Object.entries(unzipSync(bytes, { filter }));
    return new Map(files.map(([name, content]) => [name.replace(/\.npy$/, ''), content]));
  } catch (cause) {
    if (cause instanceof InspectorError) throw cause;
    throw new InspectorError('data-invalid', `Cannot read ${fileName}: it is no .npz file, or it is damaged.`, {
      cause,
    });
  }
}

function invalid(message: string): InspectorError {
  return new InspectorError('data-invalid', message);
}
