import assert from 'node:assert/strict';
import { type Frame } from 'playwright-core';
import { moodSpace, writeMoodLab } from '../support/moodLab';
import { openWorkbench, type Workbench } from '../support/workbench';

describe('searching hyperparameters, as a person', () => {
  let workbench: Workbench;
  let frame: Frame;
  before(async () => {
    const prepare = (workspace: string): void =>
      void writeMoodLab(workspace, 'mood', {
        method: 'gp',
        trials: 10,
        startupTrials: 4,
        pruning: false,
        space: moodSpace,
      });
    // There from the beginning: a workspace with a lab file is what wakes the lenses.
    workbench = await openWorkbench({ extension: 'vsix', theme: 'dark', prepare });
  });
  // Where it did not open, the hook above has failed already.
  after(async () => (workbench as Workbench | undefined)?.dispose());

  it('opens a lab file, clicks its Search lens, and sees ten trials', async () => {
    const { page } = workbench;
    await workbench.openFile('mood.lstm-lab.json');
    await page.locator('.codelens-decoration a', { hasText: 'Search' }).first().click({ timeout: 30_000 });
    frame = await workbench.findFrame('.study .trial-table tbody tr', 60_000);
    await frame.waitForFunction(
      () =>
        document.querySelectorAll('.trial-table tbody tr').length === 10 &&
        document.querySelector('.subtitle')?.textContent.includes('10 of 10') === true,
      undefined,
      { timeout: 90_000 },
    );
    await frame.waitForSelector('.surrogate-mean');
    assert.equal(await frame.locator('.trial-line').count(), 10);
    assert.equal(await frame.locator('.study-history [data-state=complete]').count(), 10);
    await workbench.screenshot('person-study');
  });

  it('opens the model of a trial in the inspector', async () => {
    const { page } = workbench;
    await frame.locator('.trial-actions .link').first().click();
    // A trial's model asks for a sentence, wherever the focus is.
    await page.locator('.quick-input-widget input:focus').waitFor({ timeout: 30_000 });
    await page.keyboard.type('the film was dull and poor indeed');
    await page.keyboard.press('Enter');
    const inspector = await workbench.findFrame('.inspector .heatmaps .track', 60_000);
    assert.equal(await inspector.locator('.heatmaps .track').count(), 6);
  });
});
