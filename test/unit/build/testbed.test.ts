import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { measureRow, median } from '../../bench/measure';
import { type BenchContext, type Row } from '../../bench/row';

const root = path.resolve(__dirname, '../../..');

interface Results {
  readonly files: readonly string[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skips: readonly string[];
}

describe('the counting reporter', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-reporter-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const count = (suite: string): Results => {
    const file = path.join(folder, 'suite.cjs');
    const out = path.join(folder, 'results.json');
    writeFileSync(file, suite);
    const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
    spawnSync(
      process.execPath,
      [mocha, '--no-config', '--reporter', path.join(root, 'test/testbed/reporter.cjs'), file],
      {
        cwd: folder,
        env: { ...process.env, LSTM_INSPECTOR_RESULTS: out },
      },
    );
    return JSON.parse(readFileSync(out, 'utf8')) as Results;
  };

  it('counts what passed, failed and was skipped, with the file', () => {
    const results = count(
      `describe('a', () => { it('p', () => {}); it('f', () => { throw new Error('x'); }); it.skip('s', () => {}); it('t', function () { this.skip(); }); });`,
    );
    assert.deepEqual([results.passed, results.failed, results.skipped], [1, 1, 2]);
    assert.deepEqual(results.skips, ['a s', 'a t']);
    assert.deepEqual(results.files, [path.join(folder, 'suite.cjs')]);
  });

  it('counts the tests that a failed hook kept from running as failed', () => {
    const results = count(
      `describe('a', () => { before(() => { throw new Error('x'); }); it('one', () => {}); it('two', () => {}); });`,
    );
    assert.deepEqual([results.passed, results.failed, results.skipped], [0, 3, 0]);
  });
});

describe('the summary of a trace', () => {
  it('has the mean of each gate, and the surprise in nats of what came against what was predicted', async () => {
    const module = pathToFileURL(path.join(root, 'test/testbed/summary.mjs')).href;
    const { summarizeTrace } = (await import(module)) as { summarizeTrace: (trace: unknown, model: string) => string };
    const tokens = [
      { text: 'a', id: 0 },
      { text: 'b', id: 1 },
    ];
    const arrays = {
      '0.forward.f': {
        shape: [2, 2],
        data: [
          [0, 0.5],
          [0.5, 1],
        ],
      },
    };
    const text = summarizeTrace(
      {
        tokens,
        arrays,
        outputOverTime: [
          [0.5, 0.5],
          [0.9, 0.1],
        ],
      },
      'some-model',
    );
    assert.match(text, /some-model read 2 tokens: "ab"/);
    assert.match(text, /forget gate.*: 0\.500/);
    assert.match(text, /surprise: 0\.69 nats per token, 1\.00 bits/);
    assert.doesNotMatch(text, /input gate/);
  });
});

describe('the benchmark', () => {
  const context: BenchContext = {
    node: 20,
    peers: { load: () => assert.fail('no peer was asked for') },
    python: async () => null,
  };
  const measure = (row: Partial<Row>) =>
    measureRow({ name: 'row', peer: 'peer', prepare: () => 'never', ...row }, context);

  it('takes the middle value, or the mean of the middle two', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.throws(() => median([]), /at least one value/);
  });

  it('runs both sides equally often and in turns, and takes the figures that they measured themselves', async () => {
    const turns: string[] = [];
    const side = (name: string, ms: number) => () => {
      turns.push(name);
      return ms;
    };
    const prepare = () => ({ ours: side('o', 2), peer: side('p', 4), check: () => undefined });
    const measured = await measure({ prepare, bars: { 20: { must: 1 }, 24: { must: 9 } } });
    assert.deepEqual([measured.oursMs, measured.peerMs, measured.ratio, measured.must], [2, 4, 0.5, 1]);
    assert.ok(measured.n >= 7);
    assert.equal(turns.filter((name) => name === 'o').length, turns.filter((name) => name === 'p').length);
    assert.doesNotMatch(turns.join(''), /ooo|ppp/);
  });

  it('times nothing where the results differ, and says so', async () => {
    const prepare = () => ({ ours: () => 1, peer: () => 1, check: () => assert.fail('1 is not 2') });
    const measured = await measure({ prepare });
    assert.deepEqual([measured.failed, measured.n, measured.ratio], ['1 is not 2', 0, null]);
  });

  it('says why a row did not run', async () => {
    assert.equal((await measure({ prepare: () => 'no torch here' })).skipped, 'no torch here');
  });
});
