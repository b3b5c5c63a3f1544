import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions, type Metafile, transform } from 'esbuild';

const root = path.resolve(__dirname, '../../..');

interface BuildTable {
  readonly targets: readonly (Omit<BuildOptions, 'entryPoints'> & { readonly entryPoints: Record<string, string> })[];
  readonly bundledPackages: (metafiles: readonly Metafile[]) => readonly string[];
  readonly readNotice: (folder: string) => {
    readonly name: string;
    readonly license: string;
    readonly text: string | null;
  };
  readonly writeNotices: (metafiles: readonly Metafile[], file: string) => void;
}

describe('the bundles', () => {
  const metafiles = new Map<string, Metafile>();
  let table: BuildTable;

  it('have a style sheet without a block left open, which would switch off all rules after it', async () => {
    const { warnings } = await transform(readFileSync(path.join(root, 'webview/view.css'), 'utf8'), {
      loader: 'css',
      logLevel: 'silent',
    });
    assert.deepEqual(
      warnings.map(({ text, location }) => `line ${location?.line}: ${text}`),
      [],
    );
  });

  before(async function () {
    this.timeout(120_000);
    table = (await import(pathToFileURL(path.join(root, 'esbuild.mjs')).href)) as BuildTable;
    for (const target of table.targets) {
      const [name, entry] = Object.entries(target.entryPoints)[0] ?? ['', ''];
      assert.ok(existsSync(path.join(root, entry)), `${entry} is missing`);
      const { metafile } = await build({ ...target, write: false, metafile: true });
      assert.ok(metafile);
      metafiles.set(name, metafile);
    }
  });

  const packagesOf = (name: string): readonly string[] => {
    const metafile = metafiles.get(name);
    assert.ok(metafile, `no bundle ${name}`);
    return table.bundledPackages([metafile]);
  };

  it('are those of the extension host, the process of the engine, the worker, its second thread and its reader of files, the view and the command line', () => {
    assert.deepEqual([...metafiles.keys()].sort(), [
      'cli',
      'columns',
      'extension',
      'process',
      'reader',
      'view',
      'worker',
    ]);
  });

  it('keep tfjs and the HDF5 library in the worker', () => {
    for (const name of ['extension', 'cli', 'process', 'view']) {
      const heavy = packagesOf(name).filter((folder) => /@tensorflow|h5wasm/.test(folder));
      assert.deepEqual(heavy, [], name);
    }
    assert.ok(packagesOf('worker').some((folder) => folder.includes('@tensorflow/tfjs-core')));
  });

  it('keep d3 in the view', () => {
    for (const name of ['extension', 'cli', 'worker', 'reader']) {
      assert.deepEqual(
        packagesOf(name).filter((folder) => folder.includes('node_modules/d3')),
        [],
        name,
      );
    }
  });

  it('bring nothing that talks to the network', () => {
    for (const name of metafiles.keys()) {
      assert.deepEqual(
        packagesOf(name).filter((folder) => /node-fetch|whatwg-url|axios|undici/.test(folder)),
        [],
        name,
      );
    }
  });

  it('hold no package without a licence and its text', () => {
    const notices = table.bundledPackages([...metafiles.values()]).map(table.readNotice);
    assert.ok(notices.length > 0);
    const without = notices.filter(
      ({ text, license }) => text === null || text.length < 200 || license === 'not stated',
    );
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });
});

describe('the notices', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-notices-'));
  let table: BuildTable;
  before(async () => {
    table = (await import(pathToFileURL(path.join(root, 'esbuild.mjs')).href)) as BuildTable;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const createPackage = (name: string, files: Readonly<Record<string, string>>): string => {
    const base = path.join(folder, 'node_modules', name);
    mkdirSync(base, { recursive: true });
    writeFileSync(path.join(base, 'package.json'), JSON.stringify({ name, version: '1.0.0', license: 'MIT' }));
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(base, file), text);
    return base;
  };

  it('have no text for a package that ships none', () => {
    assert.equal(table.readNotice(createPackage('bare', {})).text, null);
  });

  it('have licence and notice of a package that ships both', () => {
    const text = table.readNotice(createPackage('full', { LICENSE: 'the licence', NOTICE: 'the notice' })).text;
    assert.equal(text, 'the licence\n\nthe notice');
  });

  it('know a bundled package by its file, scoped or nested, and leave out what brought no bytes', () => {
    const inputs = {
      'src/extension.ts': { bytesInOutput: 5 },
      'node_modules/@a/b/dist/c.js': { bytesInOutput: 5 },
      'node_modules/d/node_modules/e/f.js': { bytesInOutput: 5 },
      'node_modules/unused/g.js': { bytesInOutput: 0 },
    };
    const metafile = { inputs: {}, outputs: { 'dist/x.js': { bytes: 15, inputs, imports: [], exports: [] } } };
    assert.deepEqual(table.bundledPackages([metafile]), ['node_modules/@a/b', 'node_modules/d/node_modules/e']);
  });

  it('are written one after the other, what the kernels contain among them', () => {
    const file = path.join(folder, 'notices.txt');
    table.writeNotices([], file);
    assert.match(readText(file), /^assemblyscript \d/m);
  });
});

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}
