import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRecurrent } from '../../../src/models/assembleModel';
import { openModelFiles } from '../../../src/models/fileAccess';
import { openModel } from '../../../src/models/openModel';

const size = 500 * 2 ** 20;

/** An LSTM of 4 units at the far end of a file whose rest is a tensor that belongs to no recurrent layer. */
function writeSparse(file: string): void {
  const shapes = { weight_ih_l0: [16, 3], weight_hh_l0: [16, 4], bias_ih_l0: [16], bias_hh_l0: [16] };
  const bytesOf = (shape: readonly number[]): number => 4 * shape.reduce((product, length) => product * length, 1);
  const ballast = 120 * 2 ** 20;
  let at = 4 * ballast;
  const header: Record<string, unknown> = {
    'vision.patches': { dtype: 'F32', shape: [120, 1024, 1024], data_offsets: [0, at] },
  };
  for (const [name, shape] of Object.entries(shapes)) {
    header[`lstm.${name}`] = { dtype: 'F32', shape, data_offsets: [at, at + bytesOf(shape)] };
    at += bytesOf(shape);
  }
  const start = 4 * ballast;
  header['rest'] = { dtype: 'U8', shape: [size - at - 8192], data_offsets: [at, size - 8192] };
  const text = Buffer.from(JSON.stringify(header).padEnd(8192 - 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const descriptor = openSync(file, 'w');
  ftruncateSync(descriptor, size);
  writeSync(descriptor, Buffer.concat([length, text]), 0, 8192, 0);
  writeSync(descriptor, Buffer.from(Float32Array.of(0.5, -0.25).buffer), 0, 8, 8192 + start);
  closeSync(descriptor);
}

describe('a .safetensors of 500 MB', () => {
  let folder = '';
  before(() => void (folder = mkdtempSync(path.join(tmpdir(), 'sparse-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('is read only where its recurrent layer lies: under 1 MB', async () => {
    const file = path.join(folder, 'large.safetensors');
    writeSparse(file);
    assert.equal(statSync(file).size, size);
    let asked = 0;
    const files = openModelFiles(file, (bytes) => void (asked += bytes));
    try {
      const layer = (await openModel(files)).stages.find(isRecurrent);
      assert.deepEqual([layer?.forward?.units, layer?.forward?.inputWidth], [4, 3]);
      assert.ok(
        layer?.forward?.kernel.some((value) => value === 0.5),
        'its weights are those of the file',
      );
      assert.ok(asked > 8192 && asked < 2 ** 20, `${asked} bytes asked for`);
    } finally {
      files.close();
    }
  });
});
