import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InspectorError } from '../../../../src/base/errors';
import { openNodeFolder } from '../../../../src/lab/training/nodeFolder';
import { runTraining } from '../../../../src/lab/training/runTraining';
import { type TrainingFolder } from '../../../../src/lab/training/trainingFolder';
import { type TrainingEvent } from '../../../../src/trace/lab/trainingEvents';
import { useWasmBackend } from '../../../support/tfjsBackend';

describe('a training that meets trouble', () => {
  let folder = '';
  before(async () => {
    await useWasmBackend();
    folder = mkdtempSync(path.join(tmpdir(), 'trouble-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function lab(name: string, csv: string | Uint8Array, more: object = {}): string {
    writeFileSync(path.join(folder, `${name}.csv`), csv);
    const file = path.join(folder, `${name}.lstm-lab.json`);
    const settings = {
      name,
      task: 'classify',
      data: {
        format: 'table',
        files: [{ path: `${name}.csv` }],
        header: true,
        textColumn: 'text',
        labelColumn: 'label',
        split: { by: 'stratified', validation: 0.2, test: 0.2 },
      },
      tokens: { level: 'word' },
      model: { cell: 'gru' },
      hyperparameters: { units: 4, embedding_dim: 4, batch_size: 16, epochs: 4 },
      ...more,
    };
    writeFileSync(file, JSON.stringify(settings));
    return file;
  }

  async function run(
    settingsPath: string,
    target: TrainingFolder = openNodeFolder(settingsPath.replace('.lstm-lab.json', '')),
  ): Promise<readonly TrainingEvent[]> {
    const events: TrainingEvent[] = [];
    await runTraining(
      { settingsPath, folder: target },
      {
        signal: new AbortController().signal,
        now: () => 0,
        breathe: () => Promise.resolve(),
        tell: (event) => events.push(event),
      },
    );
    return events;
  }

  const rows = (classes: number, each: number): string =>
    [
      'text,label',
      ...Array.from(
        { length: classes * each },
        (_, k) => `word${k % classes} number ${Math.floor(k / classes)} said,class ${k % classes}`,
      ),
    ].join('\n');

  it('says that the disk is full, keeps the last checkpoint whole, and goes on from it', async () => {
    const settingsPath = lab('full', rows(2, 40));
    const out = path.join(folder, 'full');
    const disk = openNodeFolder(out);
    let checkpoints = 0;
    const full =
      (name: string): TrainingFolder['write'] =>
      async (file, contents) => {
        if (file === name && ++checkpoints > 2) {
          // What a full disk leaves: a part of the file, under its temporary name.
          writeFileSync(path.join(out, `${file}.part`), Buffer.from(contents).subarray(0, 10));
          throw new InspectorError('file', `Cannot use ${file}: the disk is full.`);
        }
        await disk.write(file, contents);
      };
    await assert.rejects(run(settingsPath, { ...disk, write: full('checkpoint.bin') }), /the disk is full/);
    const events = await run(settingsPath, disk);
    const started = events.find((event) => event.type === 'started');
    assert.ok(started?.type === 'started');
    assert.equal(started.history.length, 2, 'two epochs were done');
    assert.equal(started.firstStep, 2 * started.stepsPerEpoch + 1);
    assert.ok(events.some(({ type }) => type === 'finished'));
  });

  it('refuses a CSV of 300 MB before reading it, and writes nothing', async () => {
    const settingsPath = lab('huge', 'text,label\n');
    truncateSync(path.join(folder, 'huge.csv'), 300e6);
    await assert.rejects(run(settingsPath), /huge\.csv: it has 300 MB, and files of up to 256 MB are read/);
    assert.ok(!readdirSync(folder).includes('huge'));
  });

  it('trains a hundred classes, with a row and a column of the matrix for each', async () => {
    const events = await run(
      lab('hundred', rows(100, 5), { hyperparameters: { units: 4, embedding_dim: 4, batch_size: 64, epochs: 1 } }),
    );
    const finished = events.at(-1);
    assert.ok(finished?.type === 'finished');
    assert.deepEqual(
      [finished.labels.length, finished.confusion?.length, finished.confusion?.[99]?.length],
      [100, 100, 100],
    );
    const counted = finished.confusion?.flat().reduce((sum, count) => sum + count, 0);
    assert.equal(counted, finished.test.count);
  });

  it('says that zero weights cannot learn, and that is so', async () => {
    const events = await run(
      lab('zero', rows(2, 20), {
        hyperparameters: { init_mode: 'zero', units: 4, embedding_dim: 4, epochs: 4, learning_rate: 0.05 },
      }),
    );
    const [started, finished] = [events[0], events.at(-1)];
    assert.ok(started?.type === 'started' && finished?.type === 'finished');
    assert.match(started.remarks.join(), /"init_mode": "zero" cannot learn with "tanh"/);
    assert.ok(Math.abs(finished.test.loss - Math.LN2) < 1e-4, `${finished.test.loss}`);
  });

  it('names the line of a label with one example, of a quote that never closes and of a wrong byte; leaves an empty text out', async () => {
    await assert.rejects(
      run(lab('one', `${rows(2, 10)}\nlonely words,rare`)),
      /The label "rare" has only one example \(one\.csv, line 22\)/,
    );
    await assert.rejects(
      run(lab('quote', 'text,label\nfine,a\nbad,b\n"open,a\nmore,b\n')),
      /quote\.csv, line 4: a quote in the row that begins here never closes/,
    );
    const bytes = Buffer.concat([Buffer.from('text,label\nfine,a\n'), Buffer.from([0xe9, 0x2c, 0x62, 0x0a])]);
    await assert.rejects(run(lab('bytes', bytes)), /bytes\.csv, line 3: not valid utf-8; name the file's "encoding"/);
    const events = await run(lab('empty', `${rows(2, 10)}\n ,class 1`));
    const started = events[0];
    assert.ok(started?.type === 'started');
    assert.ok(
      started.remarks.some((remark) => remark.includes('empty.csv, line 22: the text is empty')),
      started.remarks.join(),
    );
    assert.ok(readFileSync(path.join(folder, 'empty', 'model.json')).length > 0);
  });
});
