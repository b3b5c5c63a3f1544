import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { openAppendable } from '../../../src/files/foreignPlaces';
import { lockWork } from '../../../src/files/workLock';
import { writeWhole } from '../../../src/files/writeWhole';
import { openNodeFolder } from '../../../src/lab/training/nodeFolder';

describe('a file that we write', () => {
  let folder = '';
  const place = (...names: string[]): string => path.join(folder, ...names);
  const read = (...names: string[]): string => readFileSync(place(...names), 'utf8');
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'writing-')));
    writeFileSync(place('victim'), 'untouched');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('replaces the old one whole, with its permissions, and leaves nothing beside it', () => {
    writeFileSync(place('a.json'), 'old');
    chmodSync(place('a.json'), 0o600);
    writeWhole(place('a.json'), 'new');
    assert.equal(read('a.json'), 'new');
    assert.equal(statSync(place('a.json')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder).sort(), ['a.json', 'victim']);
  });

  it('replaces a link at its place, and one laid where its part goes, and follows neither', () => {
    symlinkSync(place('victim'), place('a.json'));
    symlinkSync(place('victim'), place(`.a.json.${process.pid}.part`));
    writeWhole(place('a.json'), 'new');
    assert.equal(read('victim'), 'untouched');
    assert.ok(lstatSync(place('a.json')).isFile());
    assert.equal(read('a.json'), 'new');
  });

  it('takes the place of no folder, pipe or device', function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [place('pipe')]);
    assert.throws(() => writeWhole(place('pipe'), 'x'), /Cannot write .*pipe: it is a pipe\./);
    assert.throws(() => writeWhole('/dev/null', 'x'), /Cannot write \/dev\/null: it is a device\./);
    assert.throws(() => writeWhole(folder, 'x'), /it is a folder/);
    assert.throws(() => writeWhole(place('absent', 'a'), 'x'), /its folder does not exist/);
    assert.ok(lstatSync(place('pipe')).isFIFO());
  });

  it('stays as it was, and no part remains, where the disk takes no more', function () {
    if (process.platform === 'win32') this.skip();
    writeFileSync(place('a.json'), 'old');
    const script = `require('tsx/cjs'); require(${JSON.stringify(path.resolve('src/files/writeWhole.ts'))}).writeWhole(process.argv[1], 'x'.repeat(1e5))`;
    const node = `exec "${process.execPath}" -e "$0" "$1"`;
    const { stderr } = spawnSync('sh', ['-c', `ulimit -f 8; ${node}`, script, place('a.json')], { encoding: 'utf8' });
    assert.match(stderr, /Cannot write .*a\.json: (files may not be that large here|the disk is full)/);
    assert.equal(read('a.json'), 'old');
    assert.deepEqual(readdirSync(folder).sort(), ['a.json', 'victim']);
  });

  it('is appended to only where it is a plain file, never through a link', () => {
    symlinkSync(place('victim'), place('log'));
    assert.throws(() => openAppendable(place('log')), /it is a link/);
  });

  it('goes into no folder that leads out, and through no link in one', async () => {
    mkdirSync(place('in'));
    mkdirSync(place('elsewhere'));
    symlinkSync(place('elsewhere'), place('in', 'results'));
    await assert.rejects(
      openNodeFolder(place('in', 'results'), [place('in')]).write('model.json', '{}'),
      /leads out of/,
    );
    await assert.rejects(
      openNodeFolder(place('in'), [place('in')])
        .inside('results')
        .write('a', '{}'),
      /leads out of/,
    );
    await assert.rejects(openNodeFolder(place('in', 'results', 'new'), [place('in')]).write('a', '{}'), /leads out of/);
    assert.deepEqual(readdirSync(place('elsewhere')), []);
    symlinkSync(place('victim'), place('in', 'checkpoint.bin'));
    await assert.rejects(openNodeFolder(place('in'), [place('in')]).read('checkpoint.bin'), /leads out of/);
    await openNodeFolder(place('in'), [place('in')]).write('checkpoint.bin', 'new');
    assert.equal(read('victim'), 'untouched');
    await openNodeFolder(place('in'), [place('in')]).remove('checkpoint.bin');
    assert.ok(!existsSync(place('in', 'checkpoint.bin')));
  });
});

describe('a lock on a folder', () => {
  let folder = '';
  const lockFile = (): string => path.join(folder, '.training.lock');
  const write = (holder: object): void => writeFileSync(lockFile(), JSON.stringify({ what: 'A training', ...holder }));
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'lock-')));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one in at a time and says who that is', () => {
    const lock = lockWork(folder, 'training', 'A training');
    const refusal = new RegExp(
      `A training is under way in .* already \\(since 20.*Z, process ${process.pid} on ${hostname()}`,
    );
    assert.throws(() => lockWork(folder, 'training', 'A training'), refusal);
    lockWork(folder, 'transfer', 'A transfer').dispose();
    lock.dispose();
    lockWork(folder, 'training', 'A training').dispose();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('of a process that is gone is removed, with what that process had begun', () => {
    write({ pid: 4194304, host: hostname(), since: Date.now() });
    writeFileSync(path.join(folder, '.checkpoint.bin.4194304.part'), 'half');
    lockWork(folder, 'training', 'A training').dispose();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('of an earlier process with our number, or of before the machine was started, is removed', () => {
    write({ pid: process.pid, host: hostname(), since: Date.now() });
    lockWork(folder, 'training', 'A training').dispose();
    write({ pid: process.ppid, host: hostname(), since: 0 });
    lockWork(folder, 'training', 'A training').dispose();
  });

  it('of a living process or of another machine is left, whatever its date', () => {
    for (const holder of [
      { pid: process.ppid, host: hostname(), since: Date.now() + 1e12 },
      { pid: 4194304, host: 'elsewhere', since: Date.now() + 1e12 },
      { pid: 4194304, host: 'elsewhere', since: 1e300 },
    ]) {
      write(holder);
      assert.throws(
        () => lockWork(folder, 'training', 'A training'),
        new RegExp(`process ${holder.pid} on ${holder.host}.*delete .*training\\.lock`),
      );
    }
  });

  it('that is only just being made, empty, is left; an old empty one is removed', async () => {
    writeFileSync(lockFile(), '');
    assert.throws(() => lockWork(folder, 'training', 'A training'), /Other work is under way/);
    const { utimesSync } = await import('node:fs');
    utimesSync(lockFile(), new Date(0), new Date(0));
    lockWork(folder, 'training', 'A training').dispose();
  });
});
