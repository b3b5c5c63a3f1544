import type * as H5WasmNamespace from 'h5wasm';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openHdf5 } from '../../../src/models/keras/hdf5File';
import { withBudget } from '../../../src/models/readBudget';

type H5Wasm = typeof H5WasmNamespace;

async function writeH5(fill: (file: H5WasmNamespace.File, h5wasm: H5Wasm) => void): Promise<Uint8Array> {
  const h5wasm: H5Wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const file = new h5wasm.File('limits.h5', 'w', { libver: ['earliest', 'latest'] });
  fill(file, h5wasm);
  file.flush();
  file.close();
  const files = FS as unknown as { readFile(name: string): Uint8Array };
  return Uint8Array.from(files.readFile('limits.h5'));
}

/** Makes every reference to a text of variable length, of a list of `count`, one to the first: 4 bytes of length, 8 of place, 4 of index. */
function shareFirst(file: Uint8Array, length: number, count: number): void {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const known = Buffer.alloc(4);
  known.writeUInt32LE(length);
  let found = 0;
  // The heap knows the length too; behind the first reference stands the second, to a text of one character. The list may be there twice.
  for (let at = bytes.indexOf(known); at >= 0; at = bytes.indexOf(known, at + 1)) {
    if (bytes.readUInt32LE(at + 16) !== 1) continue;
    found++;
    const first = Uint8Array.from(bytes.subarray(at, at + 16));
    for (let index = 1; index < count; index++) bytes.set(first, at + 16 * index);
  }
  assert.ok(found > 0, 'the references are found');
}

describe('an HDF5 file', () => {
  it('of groups that hard links lead round in is listed once', async () => {
    const bytes = await writeH5((file) => {
      for (let at = 0; at < 100; at++) file.create_group(`g${at}`);
      for (let at = 0; at < 100; at++) {
        for (let other = 0; other < 100; other += 10)
          (file.get(`g${at}`) as H5WasmNamespace.Group).create_hard_link(`/g${other}`, `to${other}`);
      }
      file.create_dataset({ name: 'g7/numbers', data: Float32Array.of(1, 2), shape: [2], dtype: '<f4' });
    });
    const files = createModelFiles('a.h5', { 'a.h5': bytes });
    const file = await openHdf5(files.main);
    assert.equal(file.datasets.length, 1);
    file.close();
  });

  it('whose texts of variable length are all one is not read beyond the memory that it may take', async () => {
    const [length, count] = [700_001, 2000];
    const long = 'x'.repeat(length);
    const bytes = await writeH5((file) => {
      const texts = [long, ...Array.from({ length: count - 1 }, () => 'y')];
      file.create_attribute('layer_names', texts, [count], 'S');
    });
    shareFirst(bytes, length, count);
    const files = createModelFiles('a.h5', { 'a.h5': bytes });
    const read = withBudget(files, async () => (await openHdf5(files.main)).texts('', 'layer_names'));
    // The library says that it has no memory by an error, or by fewer texts.
    await read.catch(() => undefined);
    const { HEAPU8: memory } = (await import('h5wasm')).Module as unknown as { readonly HEAPU8: Uint8Array };
    assert.ok(memory.byteLength < 160 * 2 ** 20, `the library has ${memory.byteLength} bytes`);
  });

  it('of texts where numbers should be is refused before they are read', async () => {
    const bytes = await writeH5((file) =>
      file.create_dataset({ name: 'kernel', data: ['a', 'b'], shape: [2], dtype: 'S' }),
    );
    const file = await openHdf5(createModelFiles('a.h5', { 'a.h5': bytes }).main);
    assert.throws(() => file.datasets[0]?.read(), /does not hold 2 numbers/);
    file.close();
  });

  for (const [name, why] of [
    ['external', /"kernel" cannot be read: its numbers lie in another file/],
    ['virtual', /"kernel" cannot be read: its numbers lie in another file/],
    ['checksum', /"kernel" cannot be read: it is damaged/],
  ] as const)
    it(`whose numbers cannot be read is refused, not filled with what memory held: ${name}`, async () => {
      const bytes = readFileSync(path.resolve(__dirname, `../../fixtures/hdf5/${name}.h5`));
      const file = await openHdf5(createModelFiles('a.h5', { 'a.h5': bytes }).main);
      assert.throws(() => file.datasets[0]?.read(), why);
      file.close();
    });
});
