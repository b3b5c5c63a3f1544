import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolderOf } from '../../../src/files/foreignPlaces';
import { findOutsidePaths } from '../../../src/lab/findOutsidePaths';
import { moodSpace, writeMoodLab } from '../../support/moodLab';

describe('a lab file that names paths outside its folder', () => {
  let home: string;
  let inside: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'outside-'));
    inside = path.join(home, 'inside');
    mkdirSync(inside);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const search = { method: 'random', trials: 2, journal: '../../j/outside.log', space: moodSpace };
  const journal = (): string => path.join(home, 'j', 'outside.log');
  const pathsOf = (more: object, reach: readonly string[] = []) => {
    const settingsPath = writeMoodLab(inside, 'mood', { ...search, ...more });
    return findOutsidePaths({ settingsPath, outFolder: path.join(inside, 'mood'), reach });
  };

  it('is found with its journal, and with the folder of the models that are kept beside that', () => {
    assert.deepEqual(pathsOf({ keepModels: false }), [{ path: journal(), use: 'write' }]);
    assert.deepEqual(pathsOf({}), [
      { path: journal(), use: 'write' },
      { path: path.join(home, 'j', 'outside.trials'), use: 'write' },
    ]);
  });

  it('has nothing more to ask for what is allowed, and the folder of an allowed file can be made', () => {
    assert.deepEqual(pathsOf({ keepModels: false }, [journal()]), []);
    makeFolderOf(journal(), [inside, journal()]);
    assert.ok(existsSync(path.join(home, 'j')));
    assert.throws(() => makeFolderOf(path.join(home, 'k', 'other.log'), [inside, journal()]), /leads out of/);
    assert.ok(!existsSync(path.join(home, 'k')));
  });
});
