import { largestOf } from '../../base/extremes';
import type * as H5WasmNamespace from 'h5wasm';
import { type Hdf5Layout } from './kerasH5Layout';

/** The bytes of an HDF5 file, made in the memory of the library (WebAssembly), which the first call loads. */
export async function writeHdf5({ groups, datasets }: Hdf5Layout): Promise<Uint8Array> {
  const h5wasm: typeof H5WasmNamespace = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const name = 'written.h5';
  const file = new h5wasm.File(name, 'w');
  const groupAt = (path: string): H5WasmNamespace.Group =>
    path
      .split('/')
      .filter((part) => part !== '')
      .reduce<H5WasmNamespace.Group>(
        (group, part) =>
          group.keys().includes(part) ? (group.get(part) as H5WasmNamespace.Group) : group.create_group(part),
        file,
      );
  for (const [path, attributes] of Object.entries(groups)) {
    const group = groupAt(path);
    for (const [key, value] of Object.entries(attributes))
      group.create_attribute(key, typeof value === 'string' ? value : [...value], null, bytesOf(value));
  }
  for (const { path, shape, data } of datasets) {
    const cut = path.lastIndexOf('/');
    groupAt(path.slice(0, cut)).create_dataset({ name: path.slice(cut + 1), data, shape: [...shape], dtype: '<f4' });
  }
  file.flush();
  file.close();
  const files = FS as unknown as { readFile(name: string): Uint8Array; unlink(name: string): void };
  const bytes = Uint8Array.from(files.readFile(name));
  files.unlink(name);
  return bytes;
}

/**
 * The HDF5 type of text attributes: ASCII bytes of a fixed length with their closing zero. Keras up to 2.3 decodes what
 * it reads, and h5py gives it bytes only for this type; later ones read either.
 */
function bytesOf(value: string | readonly string[]): string {
  const longest = Math.max(largestOf([value].flat().map((text) => text.length)), 0);
  return `A${longest + 1}`;
}
