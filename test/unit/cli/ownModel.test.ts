import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
const cli = path.join(root, 'dist/cli.js');
const bundled = path.join(root, 'media/models/sentiment-lstm');
const fixture = path.join(root, 'test/fixtures/models/keras3-text.keras');
const isBuilt = existsSync(cli) && existsSync(path.join(bundled, 'model.json'));

interface TraceJson {
  readonly tokens: readonly { readonly id: number; readonly text: string }[];
  readonly arrays: Readonly<Record<string, { readonly data?: readonly number[] }>>;
}

describe(`lstm-inspector trace of a file of one's own${isBuilt ? '' : ' (skipped: not built, npm run build)'}`, () => {
  let folder = '';
  before(function () {
    if (!isBuilt) this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'own-'));
    copyFileSync(fixture, path.join(folder, 'net.keras'));
  });
  after(() => folder !== '' && rmSync(folder, { recursive: true }));

  const trace = (...args: string[]): TraceJson => {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'trace', ...args, '--out', 'trace.json'], {
      encoding: 'utf8',
      cwd: folder,
    });
    assert.equal(status, 0, stderr);
    return JSON.parse(readFileSync(path.join(folder, 'trace.json'), 'utf8')) as TraceJson;
  };

  it('reads what train wrote as the bundled model of the same weights', () => {
    cpSync(bundled, path.join(folder, 'mine'), { recursive: true });
    const text = "It's not a good film, xyzzy.";
    const [own, expected] = [trace('mine/model.json', '--text', text), trace('sentiment-lstm', '--text', text)];
    assert.ok(expected.tokens.length > 5 && Object.keys(expected.arrays).length > 3);
    assert.deepEqual([own.tokens, own.arrays], [expected.tokens, expected.arrays]);
  });

  const words = ['the', 'film', 'was', 'not', 'good'];
  const forms: Readonly<Record<string, string>> = {
    'keras.json': JSON.stringify(
      JSON.stringify({
        class_name: 'Tokenizer',
        config: {
          lower: true,
          word_index: JSON.stringify(Object.fromEntries(['<OOV>', ...words].map((word, at) => [word, at + 1]))),
          oov_token: '<OOV>',
        },
      }),
    ),
    'word_index.json': JSON.stringify(Object.fromEntries(['<OOV>', ...words].map((word, at) => [word, at + 1]))),
    'words.txt': ['<pad>', '<unk>', ...words].join('\n'),
    'tokenizer.json': JSON.stringify({
      version: '1.0',
      added_tokens: [],
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'Whitespace' },
      post_processor: null,
      decoder: null,
      model: {
        type: 'WordLevel',
        unk_token: '<unk>',
        vocab: Object.fromEntries(['<pad>', '<unk>', ...words].map((word, at) => [word, at])),
      },
    }),
  };

  for (const [name, content] of Object.entries(forms)) {
    it(`takes the vocabulary of --vocab ${name}`, () => {
      writeFileSync(path.join(folder, name), content);
      const { tokens } = trace('net.keras', '--vocab', name, '--text', 'The plot was GOOD');
      assert.deepEqual(
        tokens.map(({ id, text }) => [id, text]),
        [
          [2, 'The'],
          [1, 'plot'],
          [4, 'was'],
          [6, 'GOOD'],
        ],
      );
    });
  }

  it('takes the vocabulary of a TextVectorization inside a .keras, in its settings or among its assets', () => {
    for (const isAsset of [false, true]) {
      const entries = unzipSync(readFileSync(fixture));
      const topology = JSON.parse(strFromU8(entries['config.json'] as Uint8Array)) as { config: { layers: unknown[] } };
      const config = {
        name: 'text_vectorization',
        standardize: 'lower_and_strip_punctuation',
        split: 'whitespace',
        output_mode: 'int',
        output_sequence_length: null,
        ...(isAsset ? {} : { vocabulary: words }),
      };
      topology.config.layers.unshift({ class_name: 'TextVectorization', config });
      const asset = isAsset
        ? { 'assets/layers/text_vectorization/vocabulary.txt': strToU8(['', '[UNK]', ...words].join('\n')) }
        : {};
      writeFileSync(
        path.join(folder, 'vector.keras'),
        zipSync({ ...entries, ...asset, 'config.json': strToU8(JSON.stringify(topology)) }),
      );
      assert.deepEqual(
        trace('vector.keras', '--text', 'The plot, was GOOD!').tokens.map(({ id }) => id),
        [2, 1, 4, 6],
      );
    }
  });
});
