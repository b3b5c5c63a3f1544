import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArguments } from '../../../src/cli/arguments';
import { UsageError } from '../../../src/cli/command';
import { parseBaseline, parseMethods, parsePhrase } from '../../../src/cli/shareOptions';
import { type WhyReport } from '../../../src/trace/reading/shares';

const root = path.resolve(__dirname, '../../..');
const cli = path.join(root, 'dist/cli.js');
const isBuilt = existsSync(cli) && existsSync(path.join(root, 'media/models/sentiment-lstm/model.json'));

describe('the options of shares', () => {
  const parse = (...args: string[]) => parseArguments(args, { method: 'string', phrase: 'string', baseline: 'string' });

  it('name methods in either way of writing, several with commas', () => {
    assert.deepEqual(parseMethods(parse('--method', 'leave-one-out,integratedGradients')), [
      'leave-one-out',
      'integrated-gradients',
    ]);
    assert.equal(parseMethods(parse('--method', 'all')), 'all');
    assert.equal(parseMethods(parse()), undefined);
  });

  it('name a phrase by its first and last token', () => {
    assert.deepEqual(parsePhrase(parse('--phrase', '2..5')), { from: 2, to: 5 });
    assert.deepEqual(parsePhrase(parse('--phrase', '3')), { from: 3, to: 3 });
  });

  it('are refused with what there is', () => {
    assert.throws(() => parseMethods(parse('--method', 'shap')), /one of sensitivity, gradient-times-input/);
    assert.throws(() => parseBaseline(parse('--baseline', 'one')), /one of zero, mean, unknown, padding/);
    for (const wrong of ['2-5', '..5', 'a..b', ''])
      assert.throws(() => parsePhrase(parse('--phrase', wrong)), UsageError);
  });
});

describe(`lstm-inspector why and faithfulness${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, function () {
  this.timeout(120_000);
  let folder = '';
  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'why-'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
  const text = 'The plot is thin, but the acting saves it.';

  it('explain a sentence by integrated gradients, and say the verdict', () => {
    const { status, stdout, stderr } = run('why', 'sentiment-lstm', '--text', text, '--out', 'why.json');
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /sum to 1\.29 of 1\.29, counted from zero vectors\. Taking out the 20 % .* lowers p\(negative\) by 0\.41/,
    );
    const report = JSON.parse(readFileSync(path.join(folder, 'why.json'), 'utf8')) as WhyReport;
    const [method] = report.methods;
    assert.equal(method?.method, 'integrated-gradients');
    const largest = Array.from(method.shares).indexOf(Math.max(...method.shares));
    assert.equal(report.tokens[largest]?.text, 'thin');
  });

  it('explain the next token of a character model by sensitivity, one against another', () => {
    const args = [
      'why',
      'prose-lstm',
      '--text',
      'Alice was begin',
      '--target',
      'n',
      '--against',
      'g',
      '--out',
      'next.json',
    ];
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /logit of n minus logit of g/);
    assert.match(stdout, /sizes without a sign/);
  });

  it('measure the methods over texts of every form', () => {
    const texts = ['A warm and funny film.', 'A dull, lifeless mess.', 'Neither good nor bad.'];
    const forms = {
      'texts.txt': texts.join('\n'),
      'texts.jsonl': texts.map((each) => JSON.stringify({ text: each })).join('\n'),
      'texts.json': JSON.stringify(texts),
      'texts.csv': `text,label\n${texts.map((each) => `"${each}",x`).join('\n')}`,
    };
    const tables = Object.entries(forms).map(([name, content]) => {
      writeFileSync(path.join(folder, name), content);
      const { status, stdout, stderr } = run(
        'faithfulness',
        'sentiment-lstm',
        '--data',
        name,
        '--method',
        'leave-one-out',
      );
      assert.equal(status, 0, stderr);
      return stdout;
    });
    assert.match(tables[0] as string, /sentiment-lstm, 3 texts/);
    assert.equal(new Set(tables).size, 1);
  });

  it('say in one sentence what cannot be done', () => {
    const wrong = (...args: string[]): string => run(...args, '--out', 'no.json').stderr;
    assert.match(wrong('why', 'prose-gru', '--text', 'abc', '--method', 'contextual-decomposition'), /has a GRU/);
    assert.match(wrong('why', 'sentiment-lstm', '--text', text, '--target', 'good'), /There is no output "good"/);
    assert.match(wrong('why', 'sentiment-lstm', '--text', text, '--phrase', '8..20'), /tokens are 0 to 10/);
    assert.match(wrong('faithfulness', 'sentiment-lstm'), /--data is missing/);
    writeFileSync(path.join(folder, 'empty.txt'), '\n');
    assert.match(wrong('faithfulness', 'sentiment-lstm', '--data', 'empty.txt'), /holds no text/);
  });
});
