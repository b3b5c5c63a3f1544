import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type DesktopParts } from '../../testbed/desktop.mjs';

describe('the desktop VS Code of npm start and of the tests', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-desktop-'));
  const parts: DesktopParts = {
    extensions: ['/project', '/project/test/dev-extension'],
    workspace: '/a folder',
    profile: '/profile',
  };
  const log = console.log;
  let printed: string[] = [];
  beforeEach(() => {
    printed = [];
    console.log = (line: string) => void printed.push(line);
  });
  afterEach(() => {
    console.log = log;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A program in the place of `code` that writes down what it is called with. */
  const fakeCode = (exit: number): string => {
    const file = path.join(folder, `code${exit}`);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > "${file}.args"\nexit ${exit}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  it('is opened with both extensions from source, a profile of its own and no question before the sample', async function () {
    if (process.platform === 'win32') this.skip();
    const { openOnDesktop } = await import('../../testbed/desktop.mjs');
    const code = fakeCode(0);
    assert.equal(await openOnDesktop(code, parts), true);
    const given = readFileSync(`${code}.args`, 'utf8').trim().split('\n');
    for (const wanted of [
      '--new-window',
      '--wait',
      '--extensionDevelopmentPath=/project',
      '--extensionDevelopmentPath=/project/test/dev-extension',
      '--disable-workspace-trust',
      '--skip-welcome',
    ])
      assert.ok(given.includes(wanted), wanted);
    assert.equal(given[given.indexOf('--user-data-dir') + 1], '/profile');
    assert.equal(given.at(-1), '/a folder');
  });

  it('gives way to the browser where it cannot be opened, and says so', async function () {
    if (process.platform === 'win32') this.skip();
    const { openOnDesktop } = await import('../../testbed/desktop.mjs');
    assert.equal(await openOnDesktop(fakeCode(3), parts), false);
    assert.match(printed.join('\n'), /could not open a window \(3\)/);
    assert.equal(await openOnDesktop(path.join(folder, 'nothing'), parts), false);
  });

  it('is downloaded for the tests where it can be, and else it is said why not', async () => {
    const { maybeDownloadDesktop } = await import('../../testbed/desktop.mjs');
    assert.equal(await maybeDownloadDesktop(() => Promise.resolve('/code'), { hasScreen: true }), '/code');
    assert.equal(await maybeDownloadDesktop(() => Promise.reject(new Error('no network')), { hasScreen: true }), null);
    assert.match(printed.join('\n'), /cannot be downloaded \(no network\): the suites run in code-server/);
    assert.equal(await maybeDownloadDesktop(() => Promise.resolve('/code'), { hasScreen: false }), null);
  });
});
