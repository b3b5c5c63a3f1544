import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Frame, type Page } from 'playwright-core';

const root = path.resolve(__dirname, '../..');

describe('npm start, on a machine without a screen', () => {
  let start: ChildProcess | undefined;
  let browser: Browser | undefined;
  let output = '';

  before(async function () {
    this.timeout(300_000);
    if (process.platform === 'win32') this.skip();
    const child = spawn(process.execPath, ['test/testbed/start.mjs'], {
      cwd: root,
      env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', LSTM_INSPECTOR_BROWSER_ONLY: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    start = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (output += part.toString('utf8')));
    await waitFor(() => /http:\/\/localhost:\d+\//.test(output) || child.exitCode !== null, 280_000);
    assert.equal(child.exitCode, null, output);
  });
  after(async () => {
    await browser?.close();
    start?.kill('SIGKILL');
  });

  it('reads the sample on the terminal: tokens, gates, surprise', () => {
    assert.match(output, /prose-lstm read \d+ tokens/);
    assert.match(output, /mean of the forget gate[^\n]*: 0\.\d{3}/);
    assert.match(output, /surprise: \d\.\d\d nats per token/);
  });

  it('writes a report page that needs nothing else', () => {
    const report = /: (\/.*\.html)$/m.exec(output)?.[1];
    assert.ok(report !== undefined && existsSync(report), output);
    assert.doesNotMatch(readFileSync(report, 'utf8'), /<(script|link|img)[^>]+(src|href)="(https?:)?\/\//);
  });

  it('serves a VS Code in which the sample is open and inspected', async () => {
    const address = /http:\/\/localhost:\d+\//.exec(output)?.[0] ?? '';
    const { ensureChrome, chromeArguments } = await import('../testbed/vscode.mjs');
    browser = await chromium.launch({ executablePath: await ensureChrome(), args: [...chromeArguments] });
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.goto(address);
    await page.locator('.tab', { hasText: 'sample.txt' }).first().waitFor({ timeout: 60_000 });
    const frame = await findHeatmap(page);
    await page.screenshot({ path: path.join(root, 'out/screenshots/npm-start.png') });
    assert.ok(frame, 'no heatmap within a minute; see out/screenshots/npm-start.png');
  });

  it('ends without an error by Ctrl-C, and leaves nothing behind', async () => {
    assert.ok(start);
    const child = start;
    const group = childrenOf(child.pid ?? 0);
    assert.ok(group.length > 0);
    child.kill('SIGINT');
    await waitFor(() => child.exitCode !== null || child.signalCode !== null, 20_000);
    assert.equal(child.exitCode, 0);
    await waitFor(() => group.every((pid) => !isAlive(pid)), 10_000);
    assert.deepEqual(group.filter(isAlive), []);
  });
});

/** Runs in a frame of the page: the most colours that any plot shows. */
function countColours(): number {
  const counts = [...document.querySelectorAll<HTMLCanvasElement>('.plot canvas')].map((canvas) => {
    const { width, height } = canvas;
    if (width === 0 || height === 0) return 0;
    return new Set(new Uint32Array(canvas.getContext('2d')?.getImageData(0, 0, width, height).data.buffer ?? [])).size;
  });
  return Math.max(0, ...counts);
}

/** The frame of the view, once it shows a picture of many values. */
async function findHeatmap(page: Page): Promise<Frame | null> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    for (const frame of page.frames()) {
      if ((await frame.evaluate(countColours).catch(() => 0)) > 50) return frame;
    }
    await page.waitForTimeout(200);
  }
  return null;
}

/** Every process that descends from this one. */
function childrenOf(pid: number): readonly number[] {
  const table = spawnSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).stdout;
  const pairs = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  const visit = (parent: number): void => {
    for (const [child = 0, above = 0] of pairs) {
      if (above !== parent) continue;
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function waitFor(isDone: () => boolean, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!isDone() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
}
