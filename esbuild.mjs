// Builds everything the extension ships, as one table of targets. `--watch` rebuilds, `--production` minifies.
import * as esbuild from 'esbuild';

const isProduction = process.argv.includes('--production');
const isWatch = process.argv.includes('--watch');

const shared = {
  bundle: true,
  minify: isProduction,
  sourcemap: isProduction ? false : 'linked',
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  logLevel: 'info',
};

// 'module' first: tree shaking needs the ES modules of tfjs and d3 (trap: the default for node picks CommonJS).
const node = { ...shared, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'] };
const browser = { ...shared, platform: 'browser', format: 'iife', target: 'es2022' };

export const targets = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode'], outdir: 'dist' },
  { ...node, entryPoints: { cli: 'src/cli/main.ts' }, outdir: 'dist', banner: { js: '#!/usr/bin/env node' } },
  {
    ...node,
    entryPoints: { worker: 'src/worker/main.ts' },
    outdir: 'dist',
    loader: { '.wasm': 'binary' },
    // h5wasm asks for import.meta.url, which CommonJS does not have.
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  },
  { ...browser, entryPoints: { view: 'webview/main.ts' }, outdir: 'dist', loader: { '.css': 'css' } },
];

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('esbuild.mjs')) {
  for (const target of targets) {
    if (isWatch) await (await esbuild.context(target)).watch();
    else await esbuild.build(target);
  }
}
