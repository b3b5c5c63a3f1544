import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Writing } from '../../../src/trace/reading/writing';

const root = path.resolve(__dirname, '../../..');
const cli = path.join(root, 'dist/cli.js');
const isBuilt = existsSync(cli);

describe(`lstm-inspector write${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, () => {
  let folder = '';
  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'write-'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const run = (
    ...args: string[]
  ): ReturnType<typeof spawnSync> & { readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [cli, 'write', ...args], { encoding: 'utf8', cwd: folder });

  const writing = (...args: string[]): Writing => {
    const { status, stderr } = run(...args, '--out', 'w.json');
    assert.equal(status, 0, stderr);
    return JSON.parse(readFileSync(path.join(folder, 'w.json'), 'utf8')) as Writing;
  };

  it('goes on greedily with the token that reading what was written so far expects most', () => {
    const prompt = 'It was the best of ';
    const whole = writing('prose-lstm', '--text', prompt, '--steps', '24');
    const head = whole.tokens.slice(0, 12).map(({ text }) => text);
    const rest = writing('prose-lstm', '--text', prompt + head.join(''), '--steps', '12');
    assert.deepEqual(
      rest.tokens.map(({ id }) => id),
      whole.tokens.slice(12).map(({ id }) => id),
    );
    assert.equal(whole.text.length, 24);
    assert.equal(whole.prompt, prompt);
  });

  it('prints the text where no file is named, and the same for the same seed', () => {
    const args = ['prose-lstm', '--text', 'The ', '--steps', '40', '--temperature', '0.8', '--seed', '3'];
    const [first, second] = [run(...args), run(...args)];
    assert.equal(first.status, 0, first.stderr);
    assert.equal(first.stdout, second.stdout);
    assert.match(first.stdout, /Never drawn: the unknown token/);
  });

  it('says in one line why a classifier does not write, and what an option takes', () => {
    const refused = run('sentiment-lstm', '--text', 'A film.');
    assert.deepEqual([refused.status, refused.stderr.trim().split('\n').length], [1, 1]);
    assert.match(refused.stderr, /does not write: it classifies a text/);
    for (const wrong of [
      ['--temperature', '-1'],
      ['--top-k', '0'],
      ['--top-p', '2'],
      ['--steps', '1.5'],
      ['--seed', 'x'],
    ])
      assert.equal(run('prose-lstm', '--text', 'a', ...wrong).status, 2, wrong.join(' '));
  });
});
