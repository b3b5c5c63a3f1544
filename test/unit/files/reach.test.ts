import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listFolder, readMaybeWithin, readWithin } from '../../../src/files/foreignFiles';
import { resolveWithin } from '../../../src/files/reach';
import { readRegular } from '../../../src/files/regularFile';

describe('what a file names', () => {
  let folder = '';
  const place = (...names: string[]): string => path.join(folder, ...names);
  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'reach-')));
    mkdirSync(place('in', 'deep'), { recursive: true });
    mkdirSync(place('in-next'));
    writeFileSync(place('in', 'deep', 'a.txt'), 'inside');
    writeFileSync(place('secret.txt'), 'secret');
    writeFileSync(place('in-next', 'a.txt'), 'next');
    symlinkSync(place('in', 'deep'), place('in', 'alias'));
    symlinkSync('../secret.txt', place('in', 'out.txt'));
    symlinkSync('..', place('in', 'up'));
    symlinkSync(place('nowhere'), place('in', 'dangling'));
    symlinkSync('circle', place('in', 'circle'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is found inside, also through links that stay inside and where it is missing yet', () => {
    const reach = [place('in')];
    assert.equal(resolveWithin(place('in', 'deep', 'a.txt'), reach), place('in', 'deep', 'a.txt'));
    assert.equal(resolveWithin(place('in', 'alias', 'a.txt'), reach), place('in', 'deep', 'a.txt'));
    assert.equal(resolveWithin(place('in', 'alias', 'new', 'b.txt'), reach), place('in', 'deep', 'new', 'b.txt'));
    assert.equal(resolveWithin(place('in', '..b', 'c'), reach), place('in', '..b', 'c'));
    assert.equal(resolveWithin(place('in'), reach), place('in'));
  });

  for (const [what, named] of [
    ['a path that climbs out', ['in', '..', 'secret.txt']],
    ['an absolute path', ['secret.txt']],
    ['a folder whose name only begins the same', ['in-next', 'a.txt']],
    ['a link to a file outside', ['in', 'out.txt']],
    ['a path through a link to a folder outside', ['in', 'up', 'secret.txt']],
    ['what is not there yet behind such a link', ['in', 'up', 'new.txt']],
    ['a link that leads nowhere', ['in', 'dangling']],
    ['a link to itself', ['in', 'circle']],
  ] as const) {
    it(`is refused with a sentence where it is ${what}`, async () => {
      const file = place(...named);
      const reach = [place('in')];
      const refusal = /leads out of .*reach-.*--allow/;
      assert.throws(() => resolveWithin(file, reach), refusal);
      await assert.rejects(readWithin(file, reach, 100), refusal);
      await assert.rejects(readMaybeWithin(file, reach, 100), refusal);
      assert.throws(() => listFolder(path.dirname(place('in', 'up', 'x')), reach), refusal);
    });
  }

  it('is refused where a zero byte stands in it', () => {
    assert.throws(() => resolveWithin(`${place('in')}/a\0b`, [place('in')]), /leads out of/);
  });

  it('may lie in every place that is allowed, a single file too', async () => {
    const reach = [place('in'), place('secret.txt')];
    assert.equal((await readWithin(place('in', 'out.txt'), reach, 100)).toString(), 'secret');
    assert.throws(() => resolveWithin(place('in-next', 'a.txt'), reach), /leads out of/);
  });

  it('is read only as a plain file, and no larger than asked for', function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [place('pipe')]);
    assert.throws(() => readRegular(place('pipe'), 100), /pipe: it is a pipe, and only plain files are read/);
    assert.throws(() => readRegular(place('in'), 100), /it is a folder/);
    assert.throws(() => readRegular(place('absent'), 100), /absent: no such file/);
    assert.throws(() => readRegular(place('secret.txt'), 5), /files of up to 1 MB|up to/);
    for (const device of ['/dev/zero', '/dev/random', '/dev/null', '/dev/tty'])
      assert.throws(() => readRegular(device, 100), /it is a device|no such file/, device);
  });

  it('is no file that the system makes up', function () {
    if (process.platform !== 'linux') this.skip();
    for (const file of ['/proc/self/environ', '/proc/version', '/proc/kmsg', '/sys/kernel/profiling'])
      assert.throws(() => readRegular(file, 1e6), /that the system makes up|no such file|you may not/, file);
    assert.throws(() => readRegular('/proc/self/environ', 1e6), /that the system makes up/);
  });
});
