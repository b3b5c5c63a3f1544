import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from '../support/workbench';
import { writeMoodTransfer } from '../support/moodTransfer';

describe('transferring a model, as a person', () => {
  let workbench: Workbench;
  before(async () => {
    // There from the beginning: a workspace with a lab file is what wakes the lenses.
    workbench = await openWorkbench({
      extension: 'vsix',
      theme: 'dark',
      prepare: (workspace) => writeMoodTransfer(workspace, 'mood'),
    });
  });
  // Where it did not open, the hook above has failed already.
  after(async () => (workbench as Workbench | undefined)?.dispose());

  it('clicks the Transfer lens of a lab file, and sees what is frozen, the figures and the gates that moved', async () => {
    const { page } = workbench;
    await workbench.openFile('mood.lstm-lab.json');
    await page.locator('.codelens-decoration a', { hasText: 'Transfer' }).first().click({ timeout: 30_000 });
    const frame = await workbench.findFrame('.transfer-layers', 60_000);
    await frame.locator('.transfer-moved canvas').waitFor({ timeout: 90_000 });
    await frame.waitForFunction(() => document.querySelector('.subtitle')?.textContent.includes('Complete') === true);
    const text = await frame.locator('main').innerText();
    for (const word of ['sentiment-lstm', 'frozen', 'fine-tuned', 'from scratch', 'kept:', 'Weights moved most'])
      assert.ok(text.includes(word), word);
    await workbench.screenshot('person-transfer');
  });

  it('opens the models before and after in the inspector', async () => {
    const frame = await workbench.findFrame('.transfer-layers', 60_000);
    await frame.getByText('Inspect Before and After', { exact: true }).click();
    const inspector = await workbench.findFrame('.inspector .heatmaps .track', 60_000);
    assert.ok((await inspector.locator('.heatmaps .track').count()) >= 6);
    const tabs = workbench.page.locator('.tab', { hasText: 'Sentence' });
    await tabs.nth(1).waitFor({ timeout: 30_000 });
    await workbench.screenshot('person-transfer-compare');
  });
});
