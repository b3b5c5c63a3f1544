import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { toFailure } from '../../../src/base/errors';

const failureOf = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    return toFailure(thrown).message;
  }
  throw new Error('Nothing was thrown.');
};

describe('what the system says of a file', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'errors-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('becomes one sentence with the path', () => {
    const at = (name: string): string => path.join(folder, name);
    symlinkSync(at('loop'), at('loop'));
    writeFileSync(at('file'), '');
    for (const [work, said] of [
      [() => statSync(at('loop')), `Cannot read ${at('loop')}: its symbolic links lead in a circle.`],
      [() => readFileSync(at('none')), `Cannot open ${at('none')}: it does not exist.`],
      [() => mkdirSync(at('file/x')), `Cannot write ${at('file/x')}: a part of its path is no folder.`],
      [() => writeFileSync(at('x'.repeat(300)), ''), `Cannot open ${at('x'.repeat(300))}: its name is too long.`],
    ] as const)
      assert.equal(failureOf(work), said);
    assert.match(
      failureOf(() => readFileSync(at('a\0b'))),
      /holds a null character\.$/,
    );
  });

  it('says that a folder is read-only, and that a disk is full', () => {
    for (const [code, why] of [
      ['EROFS', 'it is on a read-only disk'],
      ['EACCES', 'you have no permission'],
      ['ENOSPC', 'the disk is full'],
    ]) {
      const error = Object.assign(new Error(`${code}: x, mkdir '/r/o'`), { code, path: '/r/o', syscall: 'mkdir' });
      assert.deepEqual(toFailure(error), { code: 'file', message: `Cannot write /r/o: ${why}.` });
    }
  });

  it('is never a raw overflow of the stack', () => {
    const deep = (): number => 1 + deep();
    assert.equal(failureOf(deep), 'The file is nested too deeply, or too large, to be read.');
  });
});
