import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  existsSync,
  lutimesSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { appendWhole } from '../../../../src/lab/search/appendWhole';
import { createRandom } from '../../../../src/base/random';
import { randomSampler } from '../../../../src/lab/search/samplers/randomSampler';
import { Study } from '../../../../src/lab/search/study';
import { type SearchSpace } from '../../../../src/lab/search/samplers/distribution';
import { openJournalFile, type JournalFile } from '../../../../src/lab/search/journalFile';
import { packDistribution, unpackDistribution } from '../../../../src/lab/search/journal/distributionJson';
import { parseJournalLine } from '../../../../src/lab/search/journal/journalLine';
import { createJournalLines } from '../../../../src/lab/search/journal/journalLines';

const space: SearchSpace = {
  rate: { kind: 'float', low: 1e-4, high: 1e-1, log: true },
  dropout: { kind: 'float', low: 0, high: 0.9, step: 0.1 },
  units: { kind: 'int', low: 8, high: 64, step: 8 },
  optimizer: { kind: 'categorical', choices: ['SGD', 'Adam'] },
};
const parameters = { rate: 0.01, dropout: 0.2, units: 16, optimizer: 'Adam' };
const at = '2026-01-02T03:04:05.000006';

describe('an Optuna journal', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'journal-'));
    file = path.join(folder, 'study.log');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function writeTrial(journal: JournalFile, worker: string, value: number): Promise<void> {
    const lines = createJournalLines(worker);
    await journal.append((replay) =>
      replay.study('study') === undefined ? [lines.createStudy('study', 'maximize')] : [],
    );
    const id = await journal.append((replay) => [lines.createTrial(replay.study('study')?.id ?? -1, at)]);
    assert.ok(id !== null);
    await journal.append(() => lines.parameters(id, space, parameters));
    await journal.append(() => [lines.intermediate(id, 0, value / 2)].filter((line) => line !== null));
    await journal.append(() => [
      lines.attribute(id, 'half-life', 12.5),
      lines.finish(id, { state: 'complete', value, at }),
    ]);
  }

  it('gives back the study that was written', async () => {
    await writeTrial(openJournalFile(file, 'a'), 'a', 0.75);
    const study = openJournalFile(file, 'b').refresh().study('study');
    assert.deepEqual(study?.space, space);
    assert.equal(study?.direction, 'maximize');
    const [trial] = study?.trials ?? [];
    assert.deepEqual(trial?.parameters, parameters);
    assert.equal(trial?.value, 0.75);
    assert.equal(trial?.state, 'complete');
    assert.deepEqual([...(trial?.intermediate ?? [])], [[0, 0.375]]);
    assert.deepEqual(trial?.attributes, { 'half-life': 12.5 });
  });

  it('ends a trial without a finite objective as failed, with null for the values and no number lost', async () => {
    await writeTrial(openJournalFile(file, 'a'), 'a', NaN);
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual([lines.at(-1)?.['state'], lines.at(-1)?.['values']], [3, null]);
    assert.ok(!lines.some((line) => line['intermediate_value'] === null));
  });

  it('reads the bare NaN and Infinity of Python, but not inside strings', () => {
    assert.deepEqual(parseJournalLine('{"a": NaN, "b": [-Infinity, 1], "c": "NaN \\" Infinity"}'), {
      a: 'NaN',
      b: ['-Infinity', 1],
      c: 'NaN " Infinity',
    });
    assert.equal(parseJournalLine('{"op_code": 4, "stu'), null);
    assert.equal(parseJournalLine('[1]'), null);
  });

  it('packs every distribution as Optuna does and reads it back', () => {
    for (const distribution of Object.values(space))
      assert.deepEqual(unpackDistribution(packDistribution(distribution)), distribution);
    assert.equal(
      packDistribution({ kind: 'int', low: 1, high: 9 }),
      '{"name":"IntDistribution","attributes":{"log":false,"step":1,"low":1,"high":9}}',
    );
    assert.equal(unpackDistribution('{"name": "Other", "attributes": {}}'), null);
  });

  it('cuts off a torn last line before it appends, and ends one that only lacks its line end', async () => {
    const journal = openJournalFile(file, 'a');
    await writeTrial(journal, 'a', 1);
    appendFileSync(file, '{"op_code": 4, "study_id"');
    await writeTrial(openJournalFile(file, 'b'), 'b', 2);
    appendFileSync(file, JSON.stringify({ op_code: 4, worker_id: 'c', study_id: 0, datetime_start: at }));
    await writeTrial(openJournalFile(file, 'd'), 'd', 3);
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) JSON.parse(line);
    const states = journal
      .refresh()
      .study('study')
      ?.trials.map(({ state, value }) => [state, value]);
    assert.deepEqual(states, [
      ['complete', 1],
      ['complete', 2],
      ['running', undefined],
      ['complete', 3],
    ]);
  });

  it('appends all or nothing where the disk fills up midway, and says so', () => {
    appendFileSync(file, 'before\n');
    const descriptor = openSync(file, 'r+');
    const short =
      (limit: number) =>
      (to: number, bytes: Uint8Array, position: number): number => {
        if (position >= limit) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        return writeSync(to, bytes, 0, Math.min(bytes.length, 4), position);
      };
    assert.throws(
      () => appendWhole(descriptor, Buffer.from('a whole line\n'), file, short(15)),
      /Cannot write .*study\.log: the disk is full; free some space, then search again/,
    );
    assert.equal(readFileSync(file, 'utf8'), 'before\n');
    appendWhole(descriptor, Buffer.from('a whole line\n'), file, short(100));
    closeSync(descriptor);
    assert.equal(readFileSync(file, 'utf8'), 'before\na whole line\n');
  });

  it('removes the lock of a process that is gone', async () => {
    symlinkSync(`study.log@${hostname()}:4194304`, `${file}.lock`);
    await writeTrial(openJournalFile(file, 'a'), 'a', 1);
    assert.equal(existsSync(`${file}.lock`), false);
  });

  it('waits for a lock that another process holds and can be cancelled while it waits', async () => {
    const journal = openJournalFile(file, 'a');
    symlinkSync(`study.log@${hostname()}:${process.pid}`, `${file}.lock`);
    const control = new AbortController();
    const waiting = journal.append(() => [{}], control.signal);
    control.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('says whose lock it waits for, also one of another machine dated in the future', async () => {
    symlinkSync('study.log@elsewhere:7', `${file}.lock`);
    lutimesSync(`${file}.lock`, new Date('2100-01-01'), new Date('2100-01-01'));
    const control = new AbortController();
    const said = new Promise<string>((resolve) => {
      const journal = openJournalFile(file, 'a', { onWait: resolve, signal: control.signal });
      journal.append(() => [{}]).catch(() => undefined);
    });
    assert.equal(await said, 'study.log is locked by process 7 on elsewhere; the search waits for it.');
    control.abort();
  });

  it('ends a trial of a cancelled search also where another holds the lock for a while', async () => {
    const control = new AbortController();
    const journal = openJournalFile(file, 'a', { signal: control.signal });
    const study = new Study({
      journal,
      name: 'study',
      space,
      direction: 'minimize',
      workerId: 'a',
      isGone: () => false,
      clock: () => at,
    });
    await study.open();
    const trial = await study.begin(randomSampler, createRandom(1), 2);
    assert.ok(trial !== null);
    symlinkSync(`study.log@${hostname()}:${process.pid}`, `${file}.lock`);
    control.abort();
    const ended = study.finish(trial, { state: 'fail' });
    setTimeout(() => unlinkSync(`${file}.lock`), 50);
    await ended;
    assert.equal(study.soFar().trials[0]?.state, 'fail');
  });

  it('is no other file: what does not begin as a journal is neither appended to nor cut', async () => {
    for (const text of ['export PATH=/bin\nalias ls', '\n', '{"a": 1}\n', '[]', '{"op_code": "x"}\n']) {
      writeFileSync(file, text);
      assert.throws(() => openJournalFile(file, 'a'), /study\.log is no journal of Optuna's, so nothing is appended/);
      assert.equal(readFileSync(file, 'utf8'), text);
    }
    rmSync(file);
    await writeTrial(openJournalFile(file, 'a'), 'a', 1);
    appendFileSync(file, 'alias ls');
    const whole = readFileSync(file, 'utf8');
    await assert.rejects(writeTrial(openJournalFile(file, 'a'), 'a', 2), /is no journal/);
    assert.equal(readFileSync(file, 'utf8'), whole);
  });

  it('that is too large to be held is refused before it is read', async () => {
    await writeTrial(openJournalFile(file, 'a'), 'a', 1);
    truncateSync(file, 300e6);
    assert.throws(() => openJournalFile(file, 'a').refresh(), /study\.log: it has more than 256 MB/);
  });

  it('keeps every trial when several writers take turns', async () => {
    const writers = ['a', 'b', 'c'].map((worker) => ({ worker, journal: openJournalFile(file, worker) }));
    await Promise.all(
      writers.map(async ({ worker, journal }, k) => {
        for (let n = 0; n < 8; n++) await writeTrial(journal, worker, 10 * k + n);
      }),
    );
    const values = openJournalFile(file, 'z')
      .refresh()
      .study('study')
      ?.trials.map(({ value }) => value ?? NaN);
    assert.deepEqual(
      values?.sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27],
    );
  });
});
