import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArguments } from '../../../src/cli/arguments';
import { UsageError } from '../../../src/cli/command';
import { parseSteps } from '../../../src/cli/stepOptions';

const root = path.resolve(__dirname, '../../..');
const cli = path.join(root, 'dist/cli.js');
const isBuilt = existsSync(cli) && existsSync(path.join(root, 'media/models/sentiment-lstm/model.json'));

describe('the option --at', () => {
  const parse = (at: string) => parseSteps(parseArguments(['--at', at], { at: 'string' }));

  it('takes one step, several, and ranges', () => {
    assert.deepEqual(parse('41'), [41]);
    assert.deepEqual(parse('41, 57,60..62'), [41, 57, 60, 61, 62]);
    assert.equal(parseSteps(parseArguments([], { at: 'string' })), undefined);
  });

  it('refuses what is none', () => {
    for (const wrong of ['', 'x', '-1', '5..3', '1..', '0..999999999']) assert.throws(() => parse(wrong), UsageError);
  });
});

describe(`lstm-inspector causes, patch, recall and find${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, function () {
  this.timeout(120_000);
  let folder = '';
  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'causes-'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
  const json = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, unknown>;

  it('take units out of a classifier, and say what chance does', () => {
    const text = 'The plot is thin, but the acting saves it.';
    const { status, stdout, stderr } = run(
      'causes',
      'sentiment-lstm',
      '--text',
      text,
      '--by',
      'mean',
      '--out',
      'c.json',
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /32 units, each taken out \(h = mean\); log p of negative after step 10, nats\./);
    assert.match(stdout, /By chance: 20 units drawn at random/);
    assert.equal((json('c.json')['layers'] as { effect: number[] }[])[0]?.effect.length, 32);
  });

  it('say which states carry a difference, estimated and read again', () => {
    const clean = ['--clean', 'The plot is thin, but the acting saves it.'];
    const corrupt = ['--corrupt', 'The plot is thin, and the acting ruins it.'];
    const { status, stdout, stderr } = run('patch', 'sentiment-lstm', ...clean, ...corrupt, '--out', 'p.json');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /All of 0\.forward before step 9: 100\.0 % comes back \(read again\)\./);
    assert.match(stdout, /% \(read again\), -?\d+\.\d % \(estimated\)\./);
    const layer = (json('p.json')['layers'] as { whole: number[]; estimate: number[] }[])[0];
    assert.equal(layer?.whole.length, 11);
    assert.equal(layer?.estimate.length, 11 * 32);
  });

  it('say how far a prediction moves by lag', () => {
    const text = 'Alice was beginning to get very tired';
    const { status, stdout, stderr } = run('recall', 'prose-lstm', '--text', text, '--lags', '12', '--out', 'r.json');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /lags 0 to 11 before 5 steps, each token replaced by 24 other tokens/);
    assert.equal((json('r.json')['changed'] as number[]).length, 12);
  });

  it('find a phrase again in a file, and say what the places have in common', () => {
    const poem = 'The cat sat. The dog sat. The cat ran. The hen sat. '.repeat(6);
    writeFileSync(path.join(folder, 'poem.txt'), poem);
    const phrase = ['--text', 'The cat sat. ', '--phrase', '4..6', '--threshold', '0.2'];
    const { status, stdout, stderr } = run('find', 'prose-lstm', ...phrase, '--in', 'poem.txt', '--out', 'f.json');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /units? stays? at 0\.\d+ or over throughout the 3 steps/);
    assert.match(stdout, /word start: \d+\.\d % of the steps that match, \d+\.\d % of all\./);
    const { matches } = json('f.json') as { matches: { file: string; start: number; end: number }[] };
    assert.ok(matches.length > 0 && matches.every(({ file }) => file === 'poem.txt'));
    assert.ok(matches.every(({ start, end }) => 0 <= start && start < end && end <= poem.length));
  });

  it('refuse in a line what they cannot do', () => {
    const fails = (pattern: RegExp, ...args: string[]): void => {
      const { status, stderr } = run(...args);
      assert.notEqual(status, 0);
      assert.match(stderr, pattern);
      assert.doesNotMatch(stderr, /\n\s+at /);
    };
    fails(
      /3 steps and the changed one 4/,
      'patch',
      'prose-lstm',
      '--clean',
      'abc',
      '--corrupt',
      'abcd',
      '--out',
      'x.json',
    );
    fails(/--corrupt is missing/, 'patch', 'prose-lstm', '--clean', 'abc', '--out', 'x.json');
    fails(/does not predict the next token/, 'recall', 'sentiment-lstm', '--text', 'good', '--out', 'x.json');
    fails(/after step 9: the last one/, 'causes', 'prose-lstm', '--text', 'abc', '--at', '9', '--out', 'x.json');
    fails(/--phrase is missing/, 'find', 'prose-lstm', '--text', 'abc', '--out', 'x.json');
    fails(/no phrase of this text/, 'find', 'prose-lstm', '--text', 'abc', '--phrase', '1..5', '--out', 'x.json');
    fails(/--by is zero or mean/, 'causes', 'prose-lstm', '--text', 'abc', '--by', 'one', '--out', 'x.json');
  });
});
