import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
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

  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await workbench.screenshot(`failed-lab-${this.currentTest.title.slice(0, 12)}`);
  });

  it('makes a lab file from the menu of a CSV in the explorer', async () => {
    const { page } = workbench;
    await workbench.openFile('reviews.csv');
    await page.keyboard.press('Control+Shift+E');
    await workbench.chooseFromExplorer('reviews.csv', 'New Lab File...');
    for (const column of ['text', 'label'])
      await page.locator('.quick-input-list .monaco-list-row', { hasText: column }).first().click();
    await page.locator('.tab', { hasText: 'reviews.lstm-lab.json' }).first().waitFor({ timeout: 20_000 });
    const written = readFileSync(path.join(workbench.workspace, 'reviews.lstm-lab.json'), 'utf8');
    assert.match(written, /"textColumn": "text",\n {4}"labelColumn": "label"/);
    await page.locator('.codelens-decoration a', { hasText: 'Train' }).first().waitFor({ timeout: 20_000 });
    await workbench.screenshot('lab-file');
  });

  it('trains it by its lens, and opens the worst mistake in the inspector', async () => {
    await clickLens('Train', 'Training: reviews');
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
    // Written into the box and not typed: it is seen before it has the focus.
    const box = page.locator('.quick-input-widget .quick-input-filter input');
    await box.fill(`:${lines.findIndex((line) => line.includes('// "search"')) + 1}`);
    await box.press('Enter');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+/');
    await clickLens('Search', 'Study: reviews');
    const frame = await workbench.findFrame('.study .trial-table tbody tr', 60_000);
    await frame.waitForFunction(
      () => document.querySelector('.subtitle')?.textContent.includes('10 of 10') === true,
      undefined,
      { timeout: 90_000 },
    );
    await frame.waitForSelector('.surrogate-mean');
    await workbench.screenshot('lab-searched');
  });

  it('transfers a bundled model by the command that writes how into the file', async () => {
    const { page } = workbench;
    const source = page.locator('.quick-input-list .monaco-list-row', { hasText: 'sentiment-lstm' }).first();
    await page.locator('.tab', { hasText: 'reviews.lstm-lab.json' }).first().click();
    await workbench.runCommand('LSTM Inspector: Transfer a Model... (Lab)');
    await source.click();
    await clickLens('Transfer', 'Transfer: reviews');
    const frame = await workbench.findFrame('.transfer-layers', 60_000);
    await frame.waitForFunction(
      () => document.querySelector('.subtitle')?.textContent.includes('Complete') === true,
      undefined,
      { timeout: 90_000 },
    );
    await frame.locator('.transfer-moved canvas').waitFor();
    await workbench.screenshot('lab-transferred');
    assert.deepEqual(
      ['model.json', 'study.journal.log', 'transfer/model.json'].filter(
        (name) => !existsSync(path.join(workbench.workspace, 'reviews', name)),
      ),
      [],
    );
  });

  it('asks which of the three results is to be opened', async () => {
    const { page } = workbench;
    await page
      .locator('.tab', { hasText: 'Training: reviews' })
      .first()
      .locator('.codicon-close')
      .click({ force: true });
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await page.locator('.tab', { hasText: 'reviews.lstm-lab.json' }).first().click();
    await workbench.runCommand('LSTM Inspector: Open Results (Lab)');
    await rows.filter({ hasText: '10 trials' }).waitFor();
    const offered = await rows.allInnerTexts();
    assert.deepEqual(
      ['Transfer', 'Search', 'Training'].map((name, k) => offered[k]?.startsWith(name)),
      [true, true, true],
      'the latest is first',
    );
    assert.match(
      offered.join(),
      /sentiment-lstm: Test: [\d.]+ % right[^]*10 trials, best [\d.]+[^]*Test: [\d.]+ % right/,
    );
    await workbench.screenshot('lab-results');
    await rows.filter({ hasText: 'Training' }).click();
    await page.locator('.tab.active', { hasText: 'Training: reviews' }).waitFor({ timeout: 20_000 });
    const frame = await workbench.findFrame('.lab .lab-mistake');
    assert.match(await frame.locator('.subtitle').innerText(), /Test: [\d.]+ % of 8 right/);
  });

  /** Clicks a lens until its panel is there: VS Code moves lenses, and draws them anew, while the file changes. */
  async function clickLens(title: string, tab: string): Promise<void> {
    const { page } = workbench;
    for (let attempt = 0; attempt < 5 && (await page.locator('.tab', { hasText: tab }).count()) === 0; attempt++) {
      await page.locator('.codelens-decoration a', { hasText: title }).first().click({ timeout: 30_000 });
      await page
        .locator('.tab', { hasText: tab })
        .first()
        .waitFor({ timeout: 5000 })
        .catch(() => undefined);
    }
  }
});
