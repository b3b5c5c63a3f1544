// Fetches the corpus of code-lstm: hand-written JavaScript and TypeScript from named, pinned npm packages under
// permissive licences. `node test/corpora/fetchCodeCorpus.mjs [FOLDER]`, default .cache/code-corpus. Each package comes
// by `npm pack`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Package, the folder of its sources, and its licence as its package.json states it. */
export const packages = [
  ['three@0.170.0', 'src', 'MIT'],
  ['eslint@9.15.0', 'lib', 'MIT'],
  ['webpack@5.96.1', 'lib', 'MIT'],
  ['rxjs@7.8.1', 'src', 'Apache-2.0'],
  ['mobx@6.13.5', 'src', 'MIT'],
  ['redux@5.0.1', 'src', 'MIT'],
  ['@reduxjs/toolkit@2.3.0', 'src', 'MIT'],
  ['@tanstack/query-core@5.59.20', 'src', 'MIT'],
  ['ajv@8.17.1', 'lib', 'MIT'],
  ['immer@10.1.1', 'src', 'MIT'],
  ['express@4.21.1', 'lib', 'MIT'],
  ['fastify@5.1.0', 'lib', 'MIT'],
  ['ws@8.18.0', 'lib', 'MIT'],
  ['undici@6.21.0', 'lib', 'MIT'],
  ['mocha@10.8.2', 'lib', 'MIT'],
  ['commander@12.1.0', 'lib', 'MIT'],
  ['luxon@3.5.0', 'src', 'MIT'],
  ['markdown-it@14.1.0', 'lib', 'MIT'],
  ['preact@10.24.3', 'src', 'MIT'],
  ['underscore@1.13.7', 'modules', 'MIT'],
  ['jquery@3.7.1', 'src', 'MIT'],
];

const isSource = (name) =>
  /\.(js|mjs|cjs|ts)$/.test(name) &&
  !/\.(d|min)\.(c|m)?[jt]s$/.test(name) &&
  !/(^|\/)(shaders|__tests__|tests|locale|dist)\//.test(name);
const isGenerated = (text) => /@generated|auto-?generated|generated (file|by)|do not edit/i.test(text.slice(0, 1000));
const hasLongLines = (text) => text.split('\n').some((line) => line.length > 400);

/**
 * Without the licence comment at the top, the source map's address and trailing white space; line ends are newlines.
 */
export function cleanSource(text) {
  let body = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/^#![^\n]*\n/, '');
  const header = /^\s*(\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*\n)+)/.exec(body);
  if (header && /licen[cs]e|copyright|\(c\)|@author/i.test(header[0])) body = body.slice(header[0].length);
  return `${body.replace(/^\/[/*][#@] sourceMappingURL=.*$/gm, '').trim()}\n`;
}

function fetchPackage([name, folder], target) {
  const work = mkdtempSync(path.join(tmpdir(), 'code-corpus-'));
  execFileSync('npm', ['pack', name, '--silent', '--pack-destination', work], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [archive] = readdirSync(work);
  execFileSync('tar', ['-xzf', path.join(work, archive), '-C', work]);
  const root = path.join(
    work,
    readdirSync(work).find((entry) => entry !== archive),
  );
  let kept = 0;
  for (const file of readdirSync(path.join(root, folder), { recursive: true }).sort()) {
    if (!isSource(file.split(path.sep).join('/'))) continue;
    const text = readFileSync(path.join(root, folder, file), 'utf8');
    if (isGenerated(text) || hasLongLines(text)) continue;
    const cleaned = cleanSource(text);
    if (cleaned.length < 100) continue;
    const place = path.join(target, name.replace('/', '+'), file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, cleaned);
    kept += cleaned.length;
  }
  rmSync(work, { recursive: true });
  return kept;
}

if (process.argv[1]?.endsWith('fetchCodeCorpus.mjs')) {
  const target = path.resolve(process.argv[2] ?? path.join(import.meta.dirname ?? '.', '../../.cache/code-corpus'));
  rmSync(target, { recursive: true, force: true });
  for (const entry of packages) console.log(`${entry[0]} (${entry[2]}): ${fetchPackage(entry, target)} characters`);
}
