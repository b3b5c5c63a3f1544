// Reads a file whose 2,000 texts are all one of 700,000 characters, and prints how much memory the HDF5 library then
// has. In a process of its own: the library may be of no more use afterwards.
import assert from 'node:assert/strict';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openHdf5 } from '../../../src/models/keras/hdf5File';
import { withBudget } from '../../../src/models/readBudget';
import { writeH5 } from './writeH5';

/**
 * Makes every reference to a text of variable length, of a list of `count`, one to the first: 4 bytes of length, 8 of
 * place, 4 of index.
 */
function shareFirst(file: Uint8Array, length: number, count: number): void {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const known = Buffer.alloc(4);
  known.writeUInt32LE(length);
  let found = 0;
  // The heap knows the length too; behind the first reference stands the second, to a text of one character. The list
  // may be there twice.
  for (let at = bytes.indexOf(known); at >= 0; at = bytes.indexOf(known, at + 1)) {
    if (bytes.readUInt32LE(at + 16) !== 1) continue;
    found++;
    const first = Uint8Array.from(bytes.subarray(at, at + 16));
    for (let index = 1; index < count; index++) bytes.set(first, at + 16 * index);
  }
  assert.ok(found > 0, 'the references are found');
}

async function main(): Promise<void> {
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
  process.stdout.write(String(memory.byteLength));
}

void main();
