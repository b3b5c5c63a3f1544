import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { moodSpace, writeMoodLab } from '../../support/moodLab';

const cli = path.resolve(__dirname, '../../../dist/cli.js');
const search = { method: 'random', space: moodSpace };
const isBuilt = existsSync(cli);

describe(`lstm-inspector export${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, () => {
  let folder = '';
  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'export-'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
    return { status, stderr };
  };
  const outputOf = (model: string, vocabulary: string): unknown => {
    assert.equal(
      run('trace', model, '--vocab', vocabulary, '--text', 'the film was lovely', '--out', 'read.json').status,
      0,
    );
    return (JSON.parse(readFileSync(path.join(folder, 'read.json'), 'utf8')) as { readonly output: unknown }).output;
  };

  it('writes what a training left as a .h5 file that reads the same, named by its folder or its model.json', () => {
    writeMoodLab(folder, 'mood', search, 1);
    assert.equal(run('train', 'mood.lstm-lab.json').status, 0);
    for (const model of ['mood', 'mood/model.json'])
      assert.deepEqual(run('export', model, '--out', 'mood.h5'), { status: 0, stderr: '' });
    assert.deepEqual(outputOf('mood.h5', 'mood/inspector.json'), outputOf('mood/model.json', 'mood/inspector.json'));
  });

  it('says in one line what cannot be written, and why', () => {
    assert.match(
      run('export', 'nowhere', '--out', 'a.h5').stderr,
      /nowhere.model\.json is not there; train first\.\n$/,
    );
    assert.deepEqual([run('export', 'mood').status, run('export', 'mood', '--out', 'a.keras').status], [2, 2]);
    const file = writeMoodLab(folder, 'hard', search, 1);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('"embedding_dim"', '"activation": "hard_sigmoid", "embedding_dim"'),
    );
    assert.equal(run('train', 'hard.lstm-lab.json').status, 0);
    const refused = run('export', 'hard', '--out', 'hard.h5');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^A \.h5 file cannot say which hard_sigmoid is meant: Keras 2 .* Keras 3 .*\n$/);
    assert.ok(!existsSync(path.join(folder, 'hard.h5')));
  });
});
