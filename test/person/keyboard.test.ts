import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Frame } from 'playwright-core';
import { fields, traceMeans } from '../support/traceMeans';
import { openWorkbench, type Workbench } from '../support/workbench';

const step = 9;

describe('by keyboard alone, as a person', () => {
  let workbench: Workbench;
  let frame: Frame;
  let line: string;
  before(async () => {
    workbench = await openWorkbench({
      extension: 'vsix',
      theme: 'high-contrast',
      settings: { 'editor.wordWrap': 'on' },
    });
    line = readFileSync(path.join(workbench.workspace, 'sample.txt'), 'utf8').split('\n')[0] ?? '';
  });
  // Where it did not open, the hook above has failed already.
  after(async () => (workbench as Workbench | undefined)?.dispose());

  const spoken = async (): Promise<string> => (await frame.locator('#live').textContent()) ?? '';
  const untilSpoken = (words: string): Promise<void> =>
    frame.locator('#live', { hasText: words }).waitFor({ state: 'attached', timeout: 20_000 });

  it('opens a file, selects a line, and inspects it with the keybinding and the chosen model', async () => {
    const { page } = workbench;
    await page.evaluate(() => {
      window.addEventListener('mousedown', () => (document.body.dataset['pressed'] = 'yes'), true);
    });
    await workbench.openFile('sample.txt');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.press('Control+Alt+l');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'prose-lstm' })
      .first()
      .waitFor({ timeout: 20_000 });
    await page.locator('.quick-input-widget .quick-input-filter input:focus').waitFor({ timeout: 20_000 });
    await page.keyboard.type('prose-lstm');
    await page
      .locator('.quick-input-list .monaco-list-row.focused', { hasText: 'prose-lstm' })
      .waitFor({ timeout: 20_000 });
    await page.keyboard.press('Enter');
    frame = await workbench.findFrame('canvas[aria-label^="forget gate"]');
  });

  it("reads the numbers of the token at the cursor in VS Code's own hover", async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+Home');
    for (let k = 0; k < step; k++) await page.keyboard.press('ArrowRight');
    const hover = page.locator('.monaco-hover', { hasText: `step ${step},` });
    // The text may still be on its way through the worker: the hover is asked for until it has an answer.
    for (let attempt = 0; attempt < 10 && !(await hover.isVisible()); attempt++) {
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+i');
      await page.waitForTimeout(1000);
    }
    assert.ok(await hover.isVisible());
    await workbench.screenshot('person-keyboard-hover');
    await page.keyboard.press('Escape');
  });

  it('goes to the view, moves to the token, and hears the numbers that trace prints', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+2');
    const isOnPictures = (): Promise<boolean> =>
      frame.evaluate(() => document.activeElement?.classList.contains('plots') === true);
    for (let tabs = 0; tabs < 40 && !(await isOnPictures()); tabs++) await page.keyboard.press('Tab');
    assert.ok(await isOnPictures(), 'the pictures are reached with Tab');
    await page.keyboard.press('Home');
    for (let k = 0; k < step; k++) await page.keyboard.press('ArrowRight');
    await untilSpoken(`Token ${step + 1} of ${line.length}`);
    const words = await spoken();
    const truth = traceMeans(line);
    for (const field of fields) {
      const mean = Number(new RegExp(`\\b${field} mean (-?[\\d.]+)\\.`).exec(words)?.[1] ?? NaN);
      assert.ok(
        Math.abs(mean - (truth[field][step] ?? NaN)) <= 0.00501,
        `${field}: "${words}", trace ${truth[field][step]}`,
      );
    }
  });

  it('pins the token with a unit, reads the formula, and shows the token in the editor', async () => {
    const { page } = workbench;
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await untilSpoken('Pinned.');
    assert.match(await frame.locator('.unit-heading').innerText(), new RegExp(`Unit \\d+ at step ${step}`));
    await page.keyboard.press('r');
    await page
      .locator('.editor-instance [class*="TextEditorDecorationType"]')
      .first()
      .waitFor({ state: 'attached', timeout: 10_000 });
    await workbench.screenshot('person-keyboard-pinned');
    await page.keyboard.press('Escape');
  });

  it('goes back to the editor and closes the view', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+1');
    await page.locator('.editor-instance .monaco-editor.focused').waitFor({ timeout: 10_000 });
    await page.keyboard.press('Control+Home');
    // The side pane still shows the unit; the token's card lies in the tab beside it.
    await frame
      .locator('.token-card .token-step', { hasText: 'step 0' })
      .first()
      .waitFor({ state: 'attached', timeout: 10_000 });
    await page.keyboard.press('Control+2');
    await workbench.runCommand('View: Close Editor');
    await page.waitForFunction(() => document.querySelectorAll('.tab').length === 1, undefined, { timeout: 10_000 });
    assert.equal(await page.evaluate(() => document.body.dataset['pressed']), undefined, 'the mouse was not used');
  });
});
