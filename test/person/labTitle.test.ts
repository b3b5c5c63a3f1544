import assert from 'node:assert/strict';
import { moodSpace, writeMoodLab } from '../support/moodLab';
import { openWorkbench, type Workbench } from '../support/workbench';

/**
 * VS Code wakes the extension for lab files only when a folder is opened; the title of the editor needs nobody awake.
 */
describe('a lab file that comes into a folder without one, as a person', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ extension: 'vsix', theme: 'dark' });
  });
  after(async () => (workbench as Workbench | undefined)?.dispose());

  it('is trained from the title of its editor, and has its lenses from then on', async () => {
    const { page } = workbench;
    writeMoodLab(workbench.workspace, 'late', { method: 'random', trials: 3, space: moodSpace });
    await workbench.openFile('late.lstm-lab.json');
    const train = page.locator('.editor-actions .action-label[aria-label^="Train"]').first();
    await train.waitFor({ timeout: 30_000 });
    assert.equal(await page.locator('.codelens-decoration a').count(), 0, 'the extension is awake');
    await train.click();
    await (
      await workbench.findFrame('.lab .lab-charts', 60_000)
    )
      .getByRole('heading', { name: 'Confusion matrix' })
      .waitFor({ timeout: 60_000 });
    await page.locator('.codelens-decoration a', { hasText: 'Train' }).first().waitFor({ timeout: 30_000 });
    await workbench.screenshot('lab-title');
  });
});
