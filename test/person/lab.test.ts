import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Frame } from 'playwright-core';
import { openWorkbench, type Workbench } from '../support/workbench';

/** From a small CSV to a wrong answer inside the inspector, ten trials and a transferred model, as a person goes. */
describe('the lab, as a person', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ extension: 'vsix', theme: 'dark', settings: {} });
    copyFileSync(path.resolve(__dirname, '../fixtures/lab/reviews.csv'), path.join(workbench.workspace, 'reviews.csv'));
  });
  after(() => workbench.dispose());

  it('makes a lab file from the menu of a CSV in the explorer', async () => {
    const { page } = workbench;
    await workbench.openFile('reviews.csv');
    await page.keyboard.press('Control+Shift+E');
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'reviews.csv' }).first().click({ button: 'right' });
    // VS Code takes a click that follows the opening of a menu at once for the end of the gesture that opened it.
    await page.waitForTimeout(600);
    await page.locator('.monaco-menu .action-label', { hasText: 'New Lab File...' }).first().click();
    for (const column of ['text', 'label']) await page.locator('.quick-input-list .monaco-list-row', { hasText: column }).first().click();
    await page.locator('.tab', { hasText: 'reviews.lstm-lab.json' }).first().waitFor({ timeout: 20_000 });
    const written = readFileSync(path.join(workbench.workspace, 'reviews.lstm-lab.json'), 'utf8');
    assert.match(written, /"textColumn": "text",\n {4}"labelColumn": "label"/);
    await page.locator('.codelens-decoration a', { hasText: 'Train' }).first().waitFor({ timeout: 20_000 });
    await workbench.screenshot('lab-file');
  });

  it('trains it by its lens, and opens the worst mistake in the inspector', async () => {
    const { page } = workbench;
    await page.locator('.codelens-decoration a', { hasText: 'Train' }).first().click();
    const frame: Frame = await workbench.findFrame('.lab');
    await frame.getByText('Worst mistakes').waitFor({ timeout: 90_000 });
    assert.match(await frame.locator('.subtitle').innerText(), /Test: [\d.]+ % of 8 right/);
    await workbench.screenshot('lab-trained');
    const mistake = frame.locator('.lab-mistake').first();
    const text = (await mistake.locator('.lab-mistake-text').innerText()).trim();
    await mistake.click();
    const inspector = await workbench.findFrame('.inspector');
    await inspector.locator('canvas[aria-label^="forget gate"]').waitFor({ timeout: 20_000 });
    assert.ok((await inspector.locator('body').innerText()).includes('reviews'), text);
    await workbench.screenshot('lab-mistake');
  });

  it('searches ten trials when the slashes before the file\'s "search" are taken off', async () => {
    const { page } = workbench;
    await page.locator('.tab', { hasText: 'reviews.lstm-lab.json' }).first().click();
    const lines = readFileSync(path.join(workbench.workspace, 'reviews.lstm-lab.json'), 'utf8').split('\n');
    await page.keyboard.press('Control+G');
    await page.locator('.quick-input-widget input').first().waitFor();
    await page.keyboard.type(String(lines.findIndex((line) => line.includes('// "search"')) + 1));
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+/');
    await clickLens('Search', 'Study: reviews');
    const frame = await workbench.findFrame('.study .trial-table tbody tr', 60_000);
    await frame.waitForFunction(() => document.querySelector('.subtitle')?.textContent.includes('10 of 10') === true, undefined, { timeout: 90_000 });
    await frame.waitForSelector('.surrogate-mean');
    await workbench.screenshot('lab-searched');
  });

  /** Clicks a lens until its panel is there: VS Code moves lenses, and draws them anew, while the file changes. */
  async function clickLens(title: string, tab: string): Promise<void> {
    const { page } = workbench;
    for (let attempt = 0; attempt < 5 && (await page.locator('.tab', { hasText: tab }).count()) === 0; attempt++) {
      await page.locator('.codelens-decoration a', { hasText: title }).first().click({ timeout: 30_000 });
      await page.locator('.tab', { hasText: tab }).first().waitFor({ timeout: 5000 }).catch(() => undefined);
    }
  }
});
