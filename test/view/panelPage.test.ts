import assert from 'node:assert/strict';
import { type Page } from 'playwright-core';
import { panelHtml } from '../../src/panel/panelHtml';
import { ViewBench } from './support/viewPage';

/** A page as VS Code serves it, at an address that only the browser's router knows. */
const origin = 'https://panel.test';
const html = panelHtml({
  scriptUri: `${origin}/view.js`,
  styleUri: `${origin}/view.css`,
  cspSource: origin,
  nonce: 'abc',
  title: 'A panel',
  unloadable: 'The files could not be loaded.',
  page: 'inspection',
  language: 'en',
});

describe('the page of a panel whose files do not come', () => {
  let bench: ViewBench;
  before(async () => {
    bench = await ViewBench.start();
  });
  after(() => bench.stop());

  /**
   * Opens the page; the first `failures` requests of each file fail, as they do where VS Code's service worker is not
   * in charge yet.
   */
  async function openPage(failures: number): Promise<{ readonly page: Page; readonly asked: Map<string, number> }> {
    const page = await bench.openBlank();
    const asked = new Map<string, number>();
    const count = (file: string): number => {
      asked.set(file, (asked.get(file) ?? 0) + 1);
      return asked.get(file) ?? 0;
    };
    await page.addInitScript({ content: 'globalThis.acquireVsCodeApi = () => ({ postMessage() {} });' });
    await page.route(`${origin}/`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.route(`${origin}/view.js`, (route) =>
      count('view.js') <= failures
        ? route.abort('namenotresolved')
        : route.fulfill({ contentType: 'text/javascript', body: 'document.title += ", run"' }),
    );
    await page.route(`${origin}/view.css`, (route) =>
      count('view.css') <= failures
        ? route.abort('namenotresolved')
        : route.fulfill({ contentType: 'text/css', body: 'main { color: rgb(1, 2, 3) }' }),
    );
    await page.goto(`${origin}/`);
    return { page, asked };
  }

  it('asks for them again until they come, and runs the script once', async () => {
    const { page, asked } = await openPage(3);
    await page.waitForFunction(() => document.title === 'A panel, run');
    await page.waitForFunction(
      () => getComputedStyle(document.querySelector('main') ?? document.body).color === 'rgb(1, 2, 3)',
    );
    assert.deepEqual(Object.fromEntries(asked), { 'view.css': 4, 'view.js': 4 });
    assert.equal(await page.title(), 'A panel, run');
    await page.context().close();
  });

  it('says so where they never come', async () => {
    const { page, asked } = await openPage(Infinity);
    await page.locator('main', { hasText: 'The files could not be loaded.' }).waitFor({ timeout: 20_000 });
    assert.equal(asked.get('view.js'), 7);
    await page.context().close();
  });
});
