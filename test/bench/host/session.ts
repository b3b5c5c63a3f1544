import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Frame, type Page } from 'playwright-core';
import { type CodeServer } from '../../testbed/codeServer.mjs';

const root = path.resolve(__dirname, '../../..');

/** A real VS Code whose extension host does what it is asked, and whose page notes what it paints. */
export interface HostSession {
  readonly page: Page;
  readonly ask: <T>(action: string, text?: string) => Promise<T>;
  /** A fresh window: a new extension host, nothing activated. */
  readonly restart: () => Promise<void>;
  /** The frame of the inspector's view; waits until it has painted values. */
  readonly paintedFrame: () => Promise<Frame>;
  readonly end: () => Promise<void>;
}

/** What watchPage.js keeps in each frame. */
export interface FrameWatch {
  readonly paintedAt: readonly number[];
  readonly longTasks: readonly number[];
  readonly intervals: readonly number[];
  /** When the last block of values arrived. */
  readonly lastFrameAt: number;
  /** When the gradients of a reading were on the screen. */
  readonly gradientAt: number;
  readonly sample: (isOn: boolean) => void;
  readonly arm: () => void;
}

declare global {
  var __bench: FrameWatch | undefined;
}

interface Parts {
  readonly server: CodeServer;
  readonly browser: Browser;
  readonly folder: string;
  readonly port: number;
  readonly testsPath: string;
}

/** Starts code-server and Chromium; `dist` must be built. */
export async function startHostSession(): Promise<HostSession> {
  const { ensureChrome, ensureCodeServer, chromeArguments } = await import('../../testbed/vscode.mjs');
  const { findFreePort, startCodeServer } = await import('../../testbed/codeServer.mjs');
  const testsPath = path.join(root, 'out/bench/control.js');
  await build({
    entryPoints: [path.join(__dirname, 'control.ts')],
    outfile: testsPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'error',
  });
  const port = await findFreePort();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-bench-'));
  mkdirSync(path.join(folder, 'workspace'));
  const server = await startCodeServer(await ensureCodeServer(), {
    folder,
    settings: { 'lstmInspector.maxCharacters': 1_000_000 },
    env: { LSTM_INSPECTOR_BENCH_PORT: String(port) },
  });
  const browser = await chromium.launch({
    executablePath: await ensureChrome(),
    args: [...chromeArguments, '--enable-precise-memory-info'],
  });
  return openSession({ server, browser, folder, port, testsPath });
}

async function openSession({ server, browser, folder, port, testsPath }: Parts): Promise<HostSession> {
  const { workbenchUrl } = await import('../../testbed/codeServer.mjs');
  const url = workbenchUrl(server, { workspace: path.join(folder, 'workspace'), developmentPaths: [root], testsPath });
  let page: Page | undefined;
  const ask = async <T>(action: string, text = ''): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}/${action}`, { method: 'POST', body: text });
    if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const open = async (): Promise<void> => {
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.addInitScript(readFileSync(path.join(__dirname, 'watchPage.js'), 'utf8'));
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.exposeFunction('codeAutomationExit', () => undefined);
    await page.goto(url);
    await waitForControl(port);
    await page.waitForTimeout(1500);
  };
  const currentPage = (): Page => {
    if (!page) throw new Error('The window is not open.');
    return page;
  };
  await open();
  return {
    get page() {
      return currentPage();
    },
    ask,
    restart: async () => {
      await ask('end');
      await currentPage().close();
      await open();
    },
    paintedFrame: () => findPaintedFrame(currentPage()),
    end: async () => {
      await browser.close();
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function waitForControl(port: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    try {
      // An unknown action is answered with 500: the module listens.
      await fetch(`http://127.0.0.1:${port}/listening`, { method: 'POST' });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('The extension host did not start the benchmark within a minute.');
}

async function findPaintedFrame(page: Page): Promise<Frame> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    for (const frame of page.frames()) {
      const isPainted = await frame.evaluate(() => (globalThis.__bench?.paintedAt.length ?? 0) > 0).catch(() => false);
      if (isPainted) return frame;
    }
    await page.waitForTimeout(50);
  }
  throw new Error('No view painted a heatmap within 30 s.');
}
