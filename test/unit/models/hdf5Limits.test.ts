import type * as H5WasmNamespace from 'h5wasm';
import assert from 'node:assert/strict';
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
  let at = bytes.indexOf(known);
  // The heap knows the length too; behind the first reference stands the second, to a text of one character.
  while (at >= 0 && bytes.readUInt32LE(at + 16) !== 1) at = bytes.indexOf(known, at + 1);
  assert.ok(at >= 0, 'the references are found');
  const first = bytes.subarray(at, at + 16);
  for (let index = 1; index < count; index++) bytes.set(first, at + 16 * index);
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
    const before = process.memoryUsage().rss;
    const read = withBudget(files, async () => (await openHdf5(files.main)).texts('', 'layer_names'));
    // The library says that it has no memory, by an error or by texts of nothing.
    const texts = await read.catch(() => []);
    assert.equal(texts.join(''), '');
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grown < 512, `memory grew by ${Math.round(grown)} MB`);
  });

  it('of texts where numbers should be is refused before they are read', async () => {
    const bytes = await writeH5((file) =>
      file.create_dataset({ name: 'kernel', data: ['a', 'b'], shape: [2], dtype: 'S' }),
    );
    const file = await openHdf5(createModelFiles('a.h5', { 'a.h5': bytes }).main);
    assert.throws(() => file.datasets[0]?.read(), /does not hold 2 numbers/);
    file.close();
  });
});
