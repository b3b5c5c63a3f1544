import { createServer, type Server } from 'node:http';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { type AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { greetingScript } from '../../../src/protocol/greeting';
import { type ThemeName, themeClass, themeStyle } from './themes';

const root = path.resolve(__dirname, '../../..');
/** Of this process: another may build the page at the same time. */
const outFolder = path.join(root, 'out/view-test', String(process.pid));

/** The folder for pictures a person should look at; git ignores it. */
export const screenshotFolder = path.join(root, 'out/screenshots');

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** How a page of the view is opened. */
export interface PageOptions {
  readonly theme: ThemeName;
  readonly width: number;
  readonly height?: number;
  /** Receives what the view posts; answers through `send`. */
  readonly onMessage: (message: unknown, send: (message: unknown) => Promise<void>) => void;
  readonly page?: 'inspector' | 'decay' | 'difference' | 'overview' | 'training' | 'study' | 'transfer';
  readonly reducedMotion?: boolean;
}

/** An open page of the view. */
export interface ViewPage {
  readonly page: Page;
  /** Violations of the page's policy and errors of its scripts; a test wants none. */
  readonly complaints: string[];
  send(message: unknown): Promise<void>;
  close(): Promise<void>;
}

/** The built view, a server that gives it under the policy that the extension gives it, and a browser. */
export class ViewBench {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
  ) {}

  static async start(): Promise<ViewBench> {
    mkdirSync(screenshotFolder, { recursive: true });
    await buildView();
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const file = url.pathname.slice(1);
      if (['view.js', 'pages.js', 'view.css'].includes(file)) {
        response.setHeader('content-type', file.endsWith('.js') ? 'text/javascript' : 'text/css');
        response.end(readFileSync(path.join(outFolder, file)));
        return;
      }
      const theme = url.searchParams.get('theme');
      if (theme === null) {
        response.statusCode = 204; // the browser's own request for an icon
        response.end();
        return;
      }
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(pageHtml(theme as ThemeName, url.searchParams.get('page') ?? 'inspector'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const executablePath = process.env['CHROME_PATH'] ?? '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: flags.split(' ') });
    return new ViewBench(browser, server);
  }

  async open(options: PageOptions): Promise<ViewPage> {
    const context = await this.browser.newContext({
      viewport: { width: options.width, height: options.height ?? 900 },
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    await page.addInitScript({ path: path.join(__dirname, 'noteLabels.js') });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
    });
    const send = (message: unknown): Promise<void> => sendToView(page, message);
    await page.exposeBinding('hostReceives', (_source, message: unknown) => options.onMessage(message, send));
    const { port } = this.server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/?theme=${options.theme}&page=${options.page ?? 'inspector'}`);
    return { page, complaints, send, close: () => context.close() };
  }

  /** A page of a context of its own with nothing in it. */
  async openBlank(): Promise<Page> {
    return (await this.browser.newContext()).newPage();
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.server.close();
    rmSync(outFolder, { recursive: true, force: true });
  }
}

async function buildView(): Promise<void> {
  const { targets } = (await import(path.join(root, 'esbuild.mjs'))) as { targets: readonly BuildOptions[] };
  const target = targets.find(({ entryPoints }) => entryPoints !== undefined && 'view' in entryPoints);
  if (target === undefined) throw new Error('esbuild.mjs has no target named view.');
  await build({ ...target, absWorkingDir: root, outdir: outFolder, sourcemap: false, logLevel: 'error' });
}

function pageHtml(theme: ThemeName, mode: string): string {
  const policy =
    "default-src 'none'; script-src 'nonce-test'; style-src http: 'nonce-test'; font-src http:; img-src http: data: blob:";
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>LSTM Inspector</title>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="test">:root { ${themeStyle(theme)} }</style>
<link rel="stylesheet" href="/view.css">
</head><body class="${themeClass(theme)}"><main id="root" data-page="${mode}"></main>
<script nonce="test">
  const bytes = (buffer) => { let s = ''; const b = new Uint8Array(buffer); for (let k = 0; k < b.length; k += 8192) s += String.fromCharCode(...b.subarray(k, k + 8192)); return btoa(s); };
  const decode = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
  globalThis.deliver = ([text, encoded]) => window.postMessage(JSON.parse(text, (_key, value) => {
    const at = value?.$buffer ?? value?.$floats ?? value?.$ints ?? value?.$doubles;
    if (at === undefined) return value;
    const buffer = decode(encoded[at]);
    return value.$floats !== undefined ? new Float32Array(buffer) : value.$ints !== undefined ? new Int32Array(buffer) : value.$doubles !== undefined ? new Float64Array(buffer) : buffer;
  }), '*');
  globalThis.kept = null;
  globalThis.acquireVsCodeApi = () => ({
    postMessage: (message) => hostReceives(message.type === 'save' ? { ...message, data: bytes(message.data) } : message),
    setState: (state) => { globalThis.kept = state; },
    getState: () => globalThis.kept,
  });
</script>
<script nonce="test">${greetingScript}</script>
<script nonce="test" src="/${mode === 'inspector' ? 'view.js' : 'pages.js'}"></script></body></html>`;
}

/** Posts a message as the host would; buffers arrive as ArrayBuffers, as they do in VS Code. */
async function sendToView(page: Page, message: unknown): Promise<void> {
  const buffers: string[] = [];
  const plain = JSON.stringify(message, (_key, value: unknown) => {
    if (value instanceof ArrayBuffer) return { $buffer: buffers.push(Buffer.from(value).toString('base64')) - 1 };
    if (value instanceof Float32Array)
      return {
        $floats: buffers.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')) - 1,
      };
    if (value instanceof Float64Array)
      return {
        $doubles: buffers.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')) - 1,
      };
    if (value instanceof Int32Array)
      return {
        $ints: buffers.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')) - 1,
      };
    return value;
  });
  // The page's own script puts it together: a function with names of its own does not survive the way into the page.
  await page.evaluate(
    (parts) => (globalThis as unknown as { deliver: (parts: unknown) => void }).deliver(parts),
    [plain, buffers],
  );
}
