import * as esbuild from 'esbuild';
import assert from 'node:assert/strict';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRecurrent } from '../../../src/models/assembleModel';
import { openModelFiles } from '../../../src/models/fileAccess';
import { openModel } from '../../../src/models/openModel';
import { ReaderThread } from '../../../src/worker/readerThread';
import { modelFixtures } from '../../support/givesStates';

const megabyte = 2 ** 20;

/** What a placeholder's header says of it, and what it is to say: little-endian, 8 bytes each. */
function patch(bytes: Buffer, from: bigint, to: bigint, what: string): void {
  const wanted = Buffer.alloc(8);
  wanted.writeBigUInt64LE(from);
  let found = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 8)) {
    bytes.writeBigUInt64LE(to, at);
    found++;
  }
  assert.ok(found > 0, `the header's ${what} is not found`);
}

/**
 * A Keras .h5 of 200 MB: a fixture with Adam's moments, as training scripts save them, of which a placeholder of few
 * numbers is in the fixture; its description is changed to one of 199 MB that lie, sparse, behind the rest of the file.
 */
function writeLargeH5(file: string): void {
  const bytes = Buffer.from(readFileSync(path.join(modelFixtures, 'keras2-with-optimizer.h5')));
  const size = BigInt(200 * megabyte);
  const start = BigInt(Math.ceil(bytes.length / 4096) * 4096);
  const count = (size - start) / 4n;
  const layout = bytes.indexOf(Buffer.from(BigUint64Array.of(4n * placeholder).buffer));
  assert.ok(layout > 8, 'the placeholder is there');
  bytes.writeBigUInt64LE(start, layout - 8);
  patch(bytes, 4n * placeholder, 4n * count, 'size');
  patch(bytes, placeholder, count, 'shape');
  patch(bytes, BigInt(bytes.length), start + 4n * count, 'end of the file');
  writeFileSync(file, bytes);
  const descriptor = openSync(file, 'r+');
  ftruncateSync(descriptor, Number(start + 4n * count));
  closeSync(descriptor);
}

/** Numbers of the placeholder in the fixture: a prime that no other size of it has. */
const placeholder = 1009n;

/** One LSTM whose own matrix fills the file: all of it is needed. */
function writeLargeSafetensors(file: string, units: number): void {
  const shapes = {
    weight_ih_l0: [4 * units, 2],
    weight_hh_l0: [4 * units, units],
    bias_ih_l0: [4 * units],
    bias_hh_l0: [4 * units],
  };
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const from = at;
      at += 4 * shape.reduce((product, length) => product * length, 1);
      return [name, { dtype: 'F32', shape, data_offsets: [from, at] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header).padEnd(1024));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, Buffer.concat([length, text]));
  ftruncateSync(descriptor, 8 + text.length + at);
  closeSync(descriptor);
}

describe('a large model file', () => {
  let folder = '';
  before(() => void (folder = mkdtempSync(path.join(tmpdir(), 'large-'))));
  after(() => rmSync(folder, { recursive: true }));

  it("of Keras, 200 MB of which are the optimizer's, is read only where its layers lie: under 1 MB", async () => {
    const file = path.join(folder, 'trained.h5');
    writeLargeH5(file);
    assert.ok(statSync(file).size >= 200 * megabyte - 4);
    let asked = 0;
    const files = openModelFiles(file, (bytes) => void (asked += bytes));
    try {
      const layer = (await openModel(files)).stages.find(isRecurrent);
      assert.deepEqual([layer?.forward?.units, layer?.forward?.inputWidth], [3, 2]);
      assert.ok(
        layer?.forward?.kernel.some((value) => value !== 0),
        'its weights are those of the file',
      );
      assert.ok(asked > 1000 && asked < megabyte, `${asked} bytes asked for`);
    } finally {
      files.close();
    }
  });

  describe('in the reader thread', function () {
    this.timeout(60_000);
    let reader: ReaderThread;
    before(async () => {
      const outfile = path.join(folder, 'reader.js');
      await esbuild.build({
        entryPoints: [path.resolve(__dirname, '../../../src/worker/readerMain.ts')],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        mainFields: ['module', 'main'],
        charset: 'utf8',
        logLevel: 'error',
        define: { 'import.meta.url': 'importMetaUrl' },
        banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
      });
      reader = new ReaderThread(outfile);
    });
    after(() => reader.dispose());
    const request = (file: string) => ({ source: { kind: 'file', path: file }, options: {} }) as const;

    it('is read whole where one layer fills it: turning its matrices is no standstill', async () => {
      const file = path.join(folder, 'one.safetensors');
      writeLargeSafetensors(file, 4000);
      assert.ok(statSync(file).size > 244 * megabyte);
      const heard: number[] = [];
      const { model } = await reader.open(request(file), { onRead: (megabytes) => void heard.push(megabytes) });
      assert.equal(model.stages.find(isRecurrent)?.forward?.units, 4000);
      assert.ok(heard.length > 0 && heard.every((megabytes) => megabytes < 300), heard.join(', '));
    });

    it('says how much it has read, and can be cancelled in the middle; the next file is read all the same', async () => {
      const file = path.join(folder, 'all.safetensors');
      writeLargeSafetensors(file, 3000);
      assert.ok(statSync(file).size > 137 * megabyte);
      const abort = new AbortController();
      const heard: number[] = [];
      const opened = reader.open(request(file), {
        signal: abort.signal,
        onRead: (megabytes) => {
          heard.push(megabytes);
          abort.abort();
        },
      });
      await assert.rejects(opened, { name: 'AbortError' });
      assert.ok((heard[0] ?? 0) > 0, 'progress came before the end');
      const small = path.join(folder, 'small.safetensors');
      writeLargeSafetensors(small, 8);
      const { model } = await reader.open(request(small));
      assert.equal(model.stages.find(isRecurrent)?.forward?.units, 8);
    });
  });
});
