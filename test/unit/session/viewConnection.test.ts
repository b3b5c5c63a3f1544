import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mayAsk, type PageName, pageRequests } from '../../../src/protocol/pageRequests';
import { ViewConnection } from '../../../src/session/viewConnection';

const root = path.resolve(__dirname, '../../..');
const pages = Object.keys(pageRequests) as readonly PageName[];
const workerSource = readFileSync(path.join(root, 'src/protocol/workerRequests.ts'), 'utf8');
/** Every request of the worker, as its table in src/protocol has it. */
const kinds = [
  ...(workerSource
    .slice(workerSource.indexOf('export interface WorkerRequests'))
    .split('\n}')[0]
    ?.matchAll(/^ {2}(\w+): \{/gm) ?? []),
].map(([, kind]) => kind as string);

interface Posted {
  readonly type: string;
  readonly id?: number;
  readonly result?: { readonly ok: boolean };
}

/** Asks once in the name of a page; what reached the worker, and what the page heard. */
async function ask(page: PageName, kind: unknown): Promise<{ readonly reached: boolean; readonly heard: Posted[] }> {
  const heard: Posted[] = [];
  let reached = false;
  const view = new ViewConnection<Posted>(page, () => {
    reached = true;
    return Promise.resolve({ ok: true, value: null });
  });
  view.connect((message) => heard.push(message));
  view.open({ type: 'hydrate' });
  view.receive({ type: 'request', id: 3, kind: kind as never, params: {} });
  await new Promise((resolve) => setImmediate(resolve));
  return { reached, heard };
}

describe('the requests of a page', () => {
  it('are known in number: the table of the worker is found', () => {
    assert.ok(kinds.length > 25 && kinds.includes('train') && kinds.includes('range'), kinds.join(' '));
  });

  for (const page of pages)
    it(`reach the worker from the page "${page}" only where its list names them, and are answered once either way`, async () => {
      for (const kind of [...kinds, 'noSuchKind', '__proto__', 'constructor', 7, null, undefined, {}]) {
        const isListed = (pageRequests[page] as readonly unknown[]).includes(kind);
        const { reached, heard } = await ask(page, kind);
        assert.equal(reached, isListed, String(kind));
        assert.deepEqual(
          heard.slice(1).map(({ type, id, result }) => [type, id, result?.ok]),
          [['answer', 3, isListed]],
          String(kind),
        );
      }
    });

  it('never begin or end work of the lab, read, open, or write files', () => {
    for (const kind of ['train', 'search', 'transfer', 'read', 'release', 'openModel', 'exportTrace', 'cancelTrial'])
      assert.deepEqual(
        pages.filter((page) => mayAsk(page, kind)),
        [],
        kind,
      );
  });

  it('are listed only where the web view makes them', () => {
    const files = readdirSync(path.join(root, 'webview'), { recursive: true, encoding: 'utf8' });
    const source = files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(root, 'webview', file), 'utf8'))
      .join('\n');
    const made = new Set([...source.matchAll(/\.(?:request|ask)\(\s*'(\w+)'/g)].map(([, kind]) => kind));
    assert.deepEqual(
      pages.flatMap((page) => pageRequests[page].filter((kind) => !made.has(kind))),
      [],
    );
  });
});
