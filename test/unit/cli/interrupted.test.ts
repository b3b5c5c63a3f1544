import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openJournalFile } from '../../../src/lab/search/journalFile';
import { isInterrupted, type Trial } from '../../../src/lab/search/trial';
import { type SearchEvent } from '../../../src/trace/lab/searchEvents';
import { moodSpace, writeMoodLab } from '../../support/moodLab';

const cli = path.resolve(__dirname, '../../../dist/cli.js');
const isBuilt = existsSync(cli);

/** A search that ended: how, and what it said. */
interface Ended {
  readonly code: number | null;
  readonly error: string;
}

describe(`Ctrl-C in a search on the command line${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, () => {
  let folder = '';
  let settings = '';
  before(function () {
    if (!isBuilt || process.platform === 'win32') this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'interrupted-'));
    settings = writeMoodLab(folder, 'mood', { method: 'random', trials: 1000, pruning: false, space: moodSpace }, 30);
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  /** Presses Ctrl-C at the second event of a type, and waits for the end. */
  async function searchUntil(type: SearchEvent['type'], out: string): Promise<Ended> {
    const child = spawn(process.execPath, [cli, 'search', settings, '--out', out], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [seen, error] = [0, ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if ((JSON.parse(line) as SearchEvent).type === type && ++seen === 2) child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, error };
  }

  const trialsIn = (out: string): readonly Trial[] =>
    openJournalFile(path.join(out, 'study.journal.log'), 'reader').refresh().study('study.journal.log')?.trials ?? [];

  for (const type of ['trial-started', 'trial-reported', 'trial-ended'] as const)
    it(`at ${type} ends its trial as failed, says that the study is kept, and exits with 1`, async () => {
      const out = path.join(folder, type);
      const { code, error } = await searchUntil(type, out);
      assert.equal(code, 1);
      assert.equal(error, 'Cancelled. The study is kept; the next search goes on with it.\n');
      const states = trialsIn(out).map(({ state }) => state);
      assert.ok(states.length >= 1 && states.length < 1000, `${states.length} trials`);
      assert.deepEqual(new Set([...states, 'complete', 'fail']), new Set(['complete', 'fail']), states.join(' '));
    });

  it('lets the next search go on in the study, and tells an interrupted trial from one that could not train', async () => {
    const out = path.join(folder, 'trial-reported');
    const before = trialsIn(out);
    assert.ok(before.filter(({ state }) => state === 'fail').every(isInterrupted));
    await searchUntil('trial-ended', out);
    assert.ok(trialsIn(out).length > before.length);
    assert.deepEqual(trialsIn(out).slice(0, before.length - 1), before.slice(0, -1), 'what was there is as it was');
  });
});
