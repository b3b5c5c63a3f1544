import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { moodSpace, writeMoodLab } from '../../support/moodLab';

const cli = path.resolve(__dirname, '../../../dist/cli.js');
const isBuilt = existsSync(cli);

describe(`a training on the command line that is killed${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, () => {
  let folder = '';
  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'killed-'));
    writeMoodLab(folder, 'mood', { method: 'random', space: moodSpace }, 100);
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const place = (...names: string[]): string => path.join(folder, ...names);
  const train = (out: string) => [cli, 'train', place('mood.lstm-lab.json'), '--out', place(out)];

  /** Kills the process, without a chance to end well, after its third epoch. */
  async function trainUntilKilled(out: string): Promise<NodeJS.Signals | null> {
    const child = spawn(process.execPath, train(out), { stdio: ['ignore', 'pipe', 'ignore'] });
    let epochs = 0;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"type":"validated"') && ++epochs === 3) child.kill('SIGKILL');
    });
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal;
  }

  it('goes on from its last epoch and ends with the bytes of one that was not', async () => {
    assert.equal(await trainUntilKilled('killed'), 'SIGKILL');
    assert.deepEqual(
      ['checkpoint.bin', 'model.json'].map((name) => existsSync(place('killed', name))),
      [true, false],
    );
    const { status, stdout } = spawnSync(process.execPath, train('killed'), { encoding: 'utf8' });
    assert.equal(status, 0);
    const { firstStep, history } = JSON.parse(stdout.slice(0, stdout.indexOf('\n'))) as {
      readonly firstStep: number;
      readonly history: readonly unknown[];
    };
    assert.ok(firstStep > 1 && history.length >= 2, `went on at step ${firstStep} after ${history.length} epochs`);
    assert.equal(spawnSync(process.execPath, train('whole')).status, 0);
    assert.ok(readFileSync(place('killed', 'weights.bin')).equals(readFileSync(place('whole', 'weights.bin'))));
    const { bestStep } = JSON.parse(readFileSync(place('whole', 'results.json'), 'utf8')) as {
      readonly bestStep: number;
    };
    assert.ok(bestStep > firstStep, `the best epoch, step ${bestStep}, came after the kill`);
    assert.ok(!existsSync(place('killed', 'checkpoint.bin')));
  });
});
