import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));

/** The first argument of each call of these names, where it is a plain string. */
function findStrings(text: string, call: RegExp): string[] {
  return [...text.matchAll(call)].map((match) => (match[2] ?? '').replaceAll(String.raw`\'`, "'"));
}

describe('the strings that a person sees', () => {
  const bundle = JSON.parse(read('l10n/bundle.l10n.json')) as Record<string, string>;

  it('of the code are all in the l10n bundle', () => {
    const inHost = sources('src').flatMap((file) =>
      findStrings(read(file), /(?:l10n\.t|translate)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g),
    );
    const inView = sources('webview').flatMap((file) =>
      findStrings(read(file), /\bsay\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g),
    );
    assert.ok(inHost.length > 10);
    const missing = [...new Set([...inHost, ...inView])].filter(
      (text) => bundle[text] === undefined && !text.includes('${'),
    );
    assert.deepEqual(missing, [], 'add these to l10n/bundle.l10n.json');
  });
});
