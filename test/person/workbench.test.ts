import assert from 'node:assert/strict';
import { openWorkbench, type Workbench } from '../support/workbench';

describe('the packed extension, installed in VS Code', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ extension: 'vsix' });
  });
  // Where it did not open, the hook above has failed already.
  after(async () => (workbench as Workbench | undefined)?.dispose());

  it('offers "Inspect LSTM" in the palette of a window that has just been opened', async () => {
    const { page } = workbench;
    await workbench.openFile('sample.txt');
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget .quick-input-filter input:focus').waitFor({ timeout: 20_000 });
    await page.keyboard.type('Inspect LSTM');
    const row = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Inspect LSTM' }).first();
    await row.waitFor({ timeout: 20_000 });
    await page.keyboard.press('Escape');
  });

  it('shows in the four themes', async () => {
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await workbench.setTheme(theme);
      assert.match(await workbench.screenshot(`workbench-${theme}`), /\.png$/);
    }
  });
});
