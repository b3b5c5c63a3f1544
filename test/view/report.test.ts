import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { assertNothingSerious, assertTidy } from './support/pageChecks';
import { screenshotFolder } from './support/viewPage';

const root = path.resolve(__dirname, '../..');
const looks = [
  ['light', 'light', 'no-preference', 'vscode-light'],
  ['dark', 'dark', 'no-preference', 'vscode-dark'],
  ['high contrast', 'dark', 'more', 'vscode-high-contrast'],
  ['high contrast light', 'light', 'more', 'vscode-high-contrast vscode-high-contrast-light'],
] as const;

describe('a report page, opened from the file system', () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'lstm-inspector-report-'));
    file = path.join(folder, 'report.html');
    const text = 'The cell remembers "what was said" long before, while a plain network forgets it (in 1997 already).';
    execFileSync(process.execPath, [
      path.join(root, 'dist/cli.js'),
      'report',
      'prose-lstm',
      '--text',
      text,
      '--out',
      file,
    ]);
    browser = await chromium.launch({
      executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('shows the edits with which it was made, and offers no others', async () => {
    const edited = path.join(folder, 'edited.html');
    const text = 'She said "I do not like it" and went on.';
    const args = ['report', 'prose-lstm', '--text', text, '--edit', 'f@9..=0', '--out', edited];
    execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), ...args]);
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, offline: true });
    await page.goto(pathToFileURL(edited).href);
    await page.locator('.edit-chip-name', { hasText: 'f@9..=0' }).waitFor();
    await page.locator('.plots').press('e');
    await page.locator('.plots').press('ArrowRight');
    assert.equal(await page.locator('.edit-dialog').isVisible(), false);
    assert.equal(await page.getByText('Clear', { exact: true }).isVisible(), false);
    await page.close();
  });

  async function show(
    width: number,
    look: (typeof looks)[number],
  ): Promise<{ readonly page: Page; readonly requests: string[]; readonly complaints: string[] }> {
    const [, colorScheme, contrast] = look;
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, contrast, offline: true });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) =>
      ['error', 'warning'].includes(line.type()) ? complaints.push(line.text()) : undefined,
    );
    await page.addInitScript({ path: path.join(__dirname, 'support/noteLabels.js') });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('[data-track=gradient]:not([hidden])');
    return { page, requests, complaints };
  }

  for (const look of looks) {
    for (const width of [1600, 320]) {
      it(`shows gates, gradients and where they come from, offline, in ${look[0]} at ${width} pixels`, async () => {
        const { page, requests, complaints } = await show(width, look);
        assert.equal(await page.evaluate(() => document.body.className), look[3]);
        await page.waitForSelector('[data-track=sources]:not([hidden])');
        const dock = page.locator('.dock-bar');
        if (await dock.isVisible()) await dock.press('Enter');
        await page.getByRole('tab', { name: 'Gradient' }).click();
        await page.waitForSelector('canvas.matrix:not([hidden])');
        await page.waitForTimeout(300);
        await page.screenshot({
          path: path.join(screenshotFolder, `report-${look[0].replaceAll(' ', '-')}-${width}.png`),
          fullPage: true,
        });
        await assertTidy(page);
        await assertNothingSerious(page);
        assert.deepEqual(
          requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:') && !url.startsWith('blob:')),
          [],
        );
        assert.deepEqual(complaints, []);
        await page.close();
      });
    }
  }
});
