import type * as H5WasmNamespace from 'h5wasm';

type H5Wasm = typeof H5WasmNamespace;

/** The bytes of an HDF5 file that `fill` makes. */
export async function writeH5(fill: (file: H5WasmNamespace.File, h5wasm: H5Wasm) => void): Promise<Uint8Array> {
  const h5wasm: H5Wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const file = new h5wasm.File('limits.h5', 'w', { libver: ['earliest', 'latest'] });
  fill(file, h5wasm);
  file.flush();
  file.close();
  const files = FS as unknown as { readFile(name: string): Uint8Array };
  return Uint8Array.from(files.readFile('limits.h5'));
}
