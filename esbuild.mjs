// Builds everything the extension ships, as one table of targets, and the notices of what was bundled.
// `--watch` rebuilds, `--production` minifies and leaves the source maps out.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKernels } from './src/kernels/build.mjs';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const isMain = process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url);
const isProduction = process.argv.includes('--production');
const isWatch = process.argv.includes('--watch');

const shared = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  minify: isProduction,
  sourcemap: isProduction ? false : 'linked',
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

// 'module' first: tree shaking needs the ES modules of tfjs and d3 (trap: the default for node picks CommonJS).
const node = { ...shared, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'] };
const browser = { ...shared, platform: 'browser', format: 'iife', target: 'es2022' };

export const targets = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode'] },
  { ...node, entryPoints: { cli: 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } },
  // The engine's own process, in which the worker is a thread.
  { ...node, entryPoints: { process: 'src/link/processMain.ts' } },
  {
    ...node,
    entryPoints: { worker: 'src/worker/main.ts' },
    // tfjs asks for it when it is to fetch something over the network, which nothing here does; it would be 300 KB.
    external: ['node-fetch'],
    loader: { '.wasm': 'binary' },
  },
  {
    ...node,
    // The parsers of foreign files, in a thread that may be ended at any time.
    entryPoints: { reader: 'src/worker/readerMain.ts' },
    // h5wasm asks for import.meta.url, which CommonJS does not have.
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  },
  // The second computing thread: the kernels and nothing else.
  { ...node, entryPoints: { columns: 'src/worker/columnsMain.ts' } },
  // The inspection, which a report carries too, and the pages beside it.
  { ...browser, entryPoints: { view: 'webview/main.ts', pages: 'webview/pages.ts' }, loader: { '.css': 'css' } },
];

/**
 * Packages whose code reaches dist otherwise than by a bundle: the runtime that AssemblyScript compiles into the
 * kernels.
 */
const packagesInKernels = ['assemblyscript'];

/** Licence texts of packages that ship none, by the start of the package's name. */
const textsKept = {
  '@tensorflow/tfjs-layers': 'tfjs-layers.txt',
  '@tensorflow/': 'apache-2.0.txt',
  seedrandom: 'seedrandom.txt',
};

/** Names of the npm packages that some metafiles say were bundled. */
export function bundledPackages(metafiles) {
  const names = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([file]) => packageOf(file)),
    ),
  );
  return [...new Set(names.filter((name) => name !== null))].sort();
}

/** Folder of the package that a bundled file belongs to, relative to the root, or null for a file of ours. */
function packageOf(file) {
  const match = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file);
  return match === null ? null : match[0];
}

/**
 * The WebAssembly binaries of tfjs, read at run time from beside dist/worker.js. The threaded one does not run under
 * Node.
 */
function copyBinaries() {
  const from = path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  for (const file of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
    copyFileSync(path.join(from, file), path.join(root, 'dist', file));
  }
}

/** { name, version, licence, text } of a package by its folder; text is null where there is none. */
export function readNotice(folder) {
  const base = path.resolve(root, folder);
  const manifest = JSON.parse(readFileSync(path.join(base, 'package.json'), 'utf8'));
  const files = readdirSync(base).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const kept = Object.entries(textsKept).find(([start]) => manifest.name.startsWith(start));
  const keptFile = files.length === 0 && kept ? [path.join(root, 'media/licences', kept[1])] : [];
  const texts = [...files.map((file) => path.join(base, file)), ...keptFile].map((file) =>
    readFileSync(file, 'utf8').trim(),
  );
  const license = typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? 'not stated');
  return {
    name: manifest.name,
    version: manifest.version,
    license,
    text: texts.length > 0 ? texts.join('\n\n') : null,
  };
}

/** The notices of every bundled package, one after the other. */
export function writeNotices(metafiles, file) {
  const kernels = packagesInKernels.map((name) => `node_modules/${name}`);
  const notices = [...bundledPackages(metafiles), ...kernels].map(readNotice);
  const blocks = notices.map(
    ({ name, version, license, text }) => `${name} ${version}\nLicence: ${license}\n\n${text ?? 'No licence text.'}`,
  );
  const line = `\n\n${'-'.repeat(100)}\n\n`;
  const intro = 'LSTM Inspector contains code of the packages below, under the licences printed with each.';
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${[intro, ...blocks].join(line)}\n`);
}

async function buildAll() {
  copyBinaries();
  await buildKernels(path.join(root, 'dist'));
  const present = targets.filter(({ entryPoints }) => existsSync(path.join(root, Object.values(entryPoints)[0])));
  if (isWatch) {
    for (const target of present) await (await esbuild.context({ ...target, logLevel: 'info' })).watch();
    return;
  }
  // What an earlier build left, its source maps among it, must not be packed.
  for (const file of existsSync(path.join(root, 'dist')) ? readdirSync(path.join(root, 'dist')) : []) {
    if (/\.(js|css|map)$/.test(file)) rmSync(path.join(root, 'dist', file));
  }
  const metafiles = [];
  for (const target of present) {
    const { metafile } = await esbuild.build(target);
    metafiles.push(metafile);
    for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
      if (!file.endsWith('.map')) console.log(`${file}  ${(bytes / 1024).toFixed(0)} KB`);
    }
  }
  writeNotices(metafiles, path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'));
}

if (isMain) await buildAll();
