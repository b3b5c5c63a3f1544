import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { escapeHidden } from '../../../src/base/foreignText';

const cli = path.resolve(__dirname, '../../../dist/cli.js');
const isBuilt = existsSync(cli);
const hostile = '\u001b]0;owned\u0007\u001b[2J\u202e\u009b31m';

describe('JSON for a terminal', () => {
  it('is the same value, and has no hidden character in it', () => {
    const value = { [`a${hostile}`]: ['\ud800', '\u{e0041}', 'plain'] };
    const json = escapeHidden(JSON.stringify(value));
    assert.deepEqual(JSON.parse(json), value);
    assert.doesNotMatch(json, /[\p{Cc}\p{Bidi_Control}\u{e0041}]/u);
  });
});

describe(`the command line and names from files${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, () => {
  let folder = '';
  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'terminal-'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const run = (...args: string[]): string => {
    const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
    return stdout + stderr;
  };

  it('sends no control character of a name, a path, an option or a file to the terminal', () => {
    writeFileSync(path.join(folder, 'hostile.lstm-lab.json'), JSON.stringify({ [hostile]: 1, name: hostile }));
    writeFileSync(path.join(folder, 'rows.csv'), `${hostile},2\n3,${hostile}\n`);
    const said = [
      run('train', 'hostile.lstm-lab.json'),
      run('train', `${hostile}.lstm-lab.json`),
      run('trace', `${hostile}.h5`, '--text', 'a', '--out', 'x.json'),
      run('trace', 'prose-lstm', '--values', 'rows.csv', '--out', 'x.json'),
      run(hostile),
      run('trace', `--${hostile}`),
    ];
    for (const text of said) {
      assert.notEqual(text, '');
      assert.doesNotMatch(text, /(?![\n\t])\p{Cc}|\p{Bidi_Control}/u, JSON.stringify(text));
    }
    assert.ok(said.join('').includes('\u241b]0;owned\u2407'), 'they are shown');
  });

  it('bounds what it says of a cell of a million quotes', () => {
    writeFileSync(path.join(folder, 'quotes.csv'), `1,2\n3,"${'""'.repeat(500_000)}"\n`);
    const said = run('trace', 'prose-lstm', '--values', 'quotes.csv', '--out', 'x.json');
    assert.ok(said.length > 10 && said.length < 2000, String(said.length));
  });
});
