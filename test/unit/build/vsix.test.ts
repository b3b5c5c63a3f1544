import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { unzipSync, type Unzipped } from 'fflate';

const root = path.resolve(__dirname, '../../..');
const megabyte = 1024 * 1024;

/** Everything that may lie in the package, as vsce writes it: readme, changelog and licence get its own spelling. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package(\.nls(\.[\w-]+)?)?\.json$/,
  /^extension\/(readme|changelog)\.md$/i,
  /^extension\/LICENSE\.txt$/,
  /^extension\/dist\/(extension|process|worker|columns|reader|cli|view|pages)\.js$/,
  /^extension\/dist\/view\.css$/,
  /^extension\/dist\/[\w-]+\.wasm$/,
  /^extension\/dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/media\/[\w-]+\.(png|svg|txt)$/,
  /^extension\/media\/samples\/[\w.-]+$/,
  /^extension\/media\/schemas\/[\w.-]+\.schema\.json$/,
  /^extension\/media\/walkthrough\/[\w-]+\.(svg|png|md)$/,
  /^extension\/media\/models\/[\w-]+\/[\w.-]+\.(json|bin|md|svg)$/,
];

describe('the packed extension', () => {
  let vsix: string;
  let files: Unzipped;

  before(async function () {
    this.timeout(180_000);
    const { packageVsix, vsixFile } = await import('../../testbed/packageVsix.mjs');
    vsix = vsixFile;
    const built = path.join(root, 'dist/extension.js');
    const isFresh = existsSync(vsix) && existsSync(built) && statSync(vsix).mtimeMs >= statSync(built).mtimeMs;
    if (!isFresh) await packageVsix();
    files = unzipSync(readFileSync(vsix));
  });

  const names = (): readonly string[] => Object.keys(files).filter((name) => !name.endsWith('/'));

  it('holds only what the list allows', () => {
    assert.deepEqual(
      names().filter((name) => !allowed.some((pattern) => pattern.test(name))),
      [],
    );
  });

  it('holds what it needs to run', () => {
    const needed = [
      'dist/extension.js',
      'dist/process.js',
      'dist/worker.js',
      'dist/reader.js',
      'dist/columns.js',
      'dist/cli.js',
      'dist/view.js',
      'dist/pages.js',
      'dist/THIRD-PARTY-NOTICES.txt',
      'package.nls.json',
    ];
    assert.deepEqual(
      needed.filter((name) => !names().includes(`extension/${name}`)),
      [],
    );
  });

  it('holds every bundled model whole: topology, weights, vocabulary and recipe', () => {
    const folder = path.join(root, 'media/models');
    const models = readdirSync(folder).filter((model) => existsSync(path.join(folder, model, 'model.json')));
    assert.ok(models.length > 0);
    for (const model of models) {
      const own = names()
        .filter((name) => name.startsWith(`extension/media/models/${model}/`))
        .map((name) => path.posix.basename(name));
      const needed = ['model.json', 'weights.bin', 'inspector.json', `${model}.lstm-lab.json`];
      assert.deepEqual(
        needed.filter((name) => !own.includes(name)),
        [],
        model,
      );
    }
  });

  it('is at most 6 MB', () => {
    const { size } = statSync(vsix);
    assert.ok(size <= 6 * megabyte, `${(size / megabyte).toFixed(2)} MB`);
  });

  it('points to no source map and to no path of the machine that built it', () => {
    for (const [name, bytes] of Object.entries(files).filter(([file]) => file.endsWith('.js'))) {
      const text = Buffer.from(bytes).toString('utf8');
      assert.ok(!/sourceMappingURL=(?!data:)/.test(text.slice(-400)), name);
      assert.ok(!text.includes(root), name);
    }
  });
});
