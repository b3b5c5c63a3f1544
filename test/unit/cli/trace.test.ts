import { unzipSync } from 'fflate';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArguments } from '../../../src/cli/arguments';
import { UsageError } from '../../../src/cli/command';
import { parseInput, parseModel } from '../../../src/cli/modelAndInput';
import { formatOf } from '../../../src/cli/outputFormat';
import { parseNpy } from '../../../src/data/parseNpy';

const root = path.resolve(__dirname, '../../..');
const cli = path.join(root, 'dist/cli.js');
const isBuilt = existsSync(cli) && existsSync(path.join(root, 'media/models/prose-lstm/model.json'));
const types = {
  text: 'string',
  file: 'string',
  ids: 'string',
  values: 'string',
  vocab: 'string',
  layer: 'string',
  window: 'boolean',
  out: 'string',
} as const;

describe('the arguments of the command line', () => {
  it('take as a value whatever follows its option, a dash at its beginning too', () => {
    assert.equal(parseArguments(['--text', '--window'], types).text('text'), '--window');
    assert.equal(parseArguments(['--text', ''], types).text('text'), '');
    assert.equal(parseArguments(['--text=a=b'], types).text('text'), 'a=b');
  });

  it('are refused where an option is unknown or lacks its value', () => {
    for (const wrong of [['--nonsense'], ['--text'], ['--window=yes']])
      assert.throws(() => parseArguments(wrong, types), UsageError);
  });

  it('take numbers only where numbers are asked for', () => {
    const args = parseArguments(['--out', '3'], types);
    assert.equal(args.number('out'), 3);
    assert.throws(() => parseArguments(['--out', 'x'], types).number('out'), UsageError);
    assert.throws(() => parseArguments(['--out', ''], types).number('out'), UsageError);
  });

  it('name one input and one model', () => {
    assert.throws(() => parseInput(parseArguments([], types)), /INPUT is missing/);
    assert.throws(() => parseInput(parseArguments(['--text', 'a', '--file', 'b'], types)), /--text and --file/);
    assert.throws(() => parseModel(undefined, parseArguments([], types)), /MODEL is missing/);
    assert.deepEqual(parseModel('prose-lstm', parseArguments([], types)), { kind: 'bundled', name: 'prose-lstm' });
    assert.deepEqual(parseModel('/x/net.h5', parseArguments(['--window'], types)), {
      kind: 'file',
      path: path.resolve('/x/net.h5'),
      window: true,
    });
    assert.throws(() => parseModel('prose-lstm', parseArguments(['--vocab', 'v.json'], types)), UsageError);
  });

  it('end in a format that is written', () => {
    assert.equal(formatOf('a.NPZ', ['npz', 'json']), 'npz');
    for (const wrong of [undefined, '', 'a.txt', 'npz'])
      assert.throws(() => formatOf(wrong, ['npz', 'json']), UsageError);
  });
});

describe(`lstm-inspector trace${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, () => {
  let folder = '';
  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'trace-'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
    return { status, stdout, stderr };
  };
  const lineOf = (text: string): string => {
    assert.match(text, /^[^\n]+\n$/, 'one line');
    return text;
  };

  it('writes a trace that holds the equations of the LSTM', () => {
    assert.equal(run('trace', 'prose-lstm', '--text', 'To be,\r\nor not to be', '--out', 'a.npz').status, 0);
    const entries = unzipSync(readFileSync(path.join(folder, 'a.npz')));
    const array = (key: string) => parseNpy(entries[`${key}.npy`] as Uint8Array, key);
    const [i, f, g, o, c, h] = ['i', 'f', 'g', 'o', 'c', 'h'].map((field) => array(`0.forward.${field}`).data) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const [T, H] = array('0.forward.c').shape as [number, number];
    assert.equal(T, 19, 'a line end is one token');
    for (let k = 0; k < T * H; k++) {
      const before = k < H ? 0 : (c[k - H] as number);
      assert.ok(
        Math.abs((f[k] as number) * before + (i[k] as number) * (g[k] as number) - (c[k] as number)) <
          1e-5 * Math.max(1, Math.abs(c[k] as number)),
      );
      assert.ok(Math.abs((o[k] as number) * Math.tanh(c[k] as number) - (h[k] as number)) < 1e-5);
    }
    assert.deepEqual(array('outputOverTime').shape, [T, 98]);
  });

  it('gives the same from a file, and as JSON', () => {
    writeFileSync(path.join(folder, 'text.txt'), 'To be');
    assert.equal(run('trace', 'prose-lstm', '--file', 'text.txt', '--out', 'b.json').status, 0);
    const parsed = JSON.parse(readFileSync(path.join(folder, 'b.json'), 'utf8')) as {
      tokens: { id: number; text: string }[];
      output: number[][];
    };
    assert.equal(parsed.tokens.map(({ text }) => text).join(''), 'To be');
    writeFileSync(path.join(folder, 'ids.json'), JSON.stringify(parsed.tokens.map(({ id }) => id)));
    assert.equal(run('trace', 'prose-lstm', '--ids', 'ids.json', '--out', 'c.json').status, 0);
    assert.deepEqual(
      (JSON.parse(readFileSync(path.join(folder, 'c.json'), 'utf8')) as typeof parsed).output,
      parsed.output,
    );
  });

  it('says in one line what failed, with exit code 1', () => {
    for (const args of [
      ['trace', 'no-such-model', '--text', 'a', '--out', 'x.npz'],
      ['trace', 'missing.h5', '--text', 'a', '--out', 'x.npz'],
      ['trace', 'prose-lstm', '--text', '', '--out', 'x.npz'],
      ['trace', 'prose-lstm', '--file', 'absent.txt', '--out', 'x.npz'],
      ['trace', 'prose-lstm', '--text', 'a', '--out', 'absent/x.npz'],
    ]) {
      const { status, stdout, stderr } = run(...args);
      assert.deepEqual([status, stdout], [1, ''], args.join(' '));
      lineOf(stderr);
    }
  });

  it('says what is wrong with its arguments, with exit code 2', () => {
    for (const args of [
      [],
      ['nonsense'],
      ['trace'],
      ['trace', 'prose-lstm'],
      ['trace', 'prose-lstm', '--text', 'a'],
      ['trace', 'prose-lstm', '--text', 'a', '--out', 'x.doc'],
      ['models', 'extra'],
    ]) {
      const { status, stderr } = run(...args);
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, /Usage: lstm-inspector/);
    }
  });

  it('lists the models', () => {
    const models = JSON.parse(run('models', '--json').stdout) as { name: string }[];
    assert.ok(models.some(({ name }) => name === 'prose-lstm'));
    assert.equal(
      run('--version').stdout.trim(),
      (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version,
    );
  });
});
