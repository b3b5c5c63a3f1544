import type * as H5WasmNamespace from 'h5wasm';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openHdf5 } from '../../../src/models/keras/hdf5File';
import { writeH5 } from './writeH5';

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

  it('whose texts of variable length are all one is not read beyond the memory that it may take', () => {
    const script = path.join(__dirname, 'hdf5SharedTexts.ts');
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--import=tsx', script], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const bytes = Number(stdout);
    assert.ok(bytes > 0 && bytes < 160 * 2 ** 20, `the library has ${stdout} bytes`);
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
