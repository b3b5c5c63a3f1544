import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FuzzBox } from '../../support/fuzz/fuzzBox';
import { buildFuzzProcess, FuzzProcess } from '../../support/fuzz/fuzzProcess';
import { generators, variantOf } from '../../support/fuzz/generators';
import { type FuzzPlace, runFuzz } from '../../support/fuzz/runFuzz';

const formats = Object.keys(generators);
/** Variants over all formats; docs/security.md says what is run before a release. */
const asked = Number(process.env['LSTM_INSPECTOR_FUZZ'] ?? 1000);
const each = Math.ceil(asked / formats.length);

describe('strange files, made by the structure of their format', function () {
  this.timeout(Math.max(600_000, asked * 1000));
  const folder = mkdtempSync(path.join(tmpdir(), 'lstm-fuzz-'));
  let place: FuzzPlace;

  before(async function () {
    if (process.platform === 'win32') this.skip();
    const script = await buildFuzzProcess(folder);
    const processes = [new FuzzProcess(script), new FuzzProcess(script)];
    place = { box: new FuzzBox(path.join(folder, 'files')), processes };
  });

  after(() => {
    for (const process of place.processes) process.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are the same for the same seed', async () => {
    for (const format of formats) assert.deepEqual(await variantOf(format, 7), await variantOf(format, 7));
  });

  for (const format of formats)
    it(`of ${format} end in time in a model or one line of ours, within 512 MB and their folder, ${each} times`, async () => {
      const figures = await runFuzz(format, each, place);
      if (process.env['LSTM_INSPECTOR_FUZZ'] !== undefined) console.log(JSON.stringify({ format, ...figures }));
      assert.equal(figures.variants, each);
      assert.deepEqual(figures.faults, []);
    });
});
